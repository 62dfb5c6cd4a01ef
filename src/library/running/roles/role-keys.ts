/** The keys of verifier and publisher. Each role opens its own, and of the other one nothing but the public part. */
import { readFileSync } from 'node:fs';
import { LibraryError } from '../../errors.ts';
import { openKey } from '../../../signing/keys/open-key.ts';
import type { ExternalKeyOptions } from '../../../signing/keys/pkcs11-key.ts';
import type { SigningKey } from '../../../signing/keys/signing-key.ts';
import { parsePublicKey } from '../../../trust/material/keys.ts';
import type { TrustedVerifier } from '../../admission/read-admission.ts';
import { verifierId } from '../../admission/sign-admission.ts';
import type { ProgrammeSettings } from '../../programme/programme.ts';

/**
 * @throws {LibraryError} PROGRAMME_INVALID when no key is named
 * @throws {SigningError} what keeps it from being opened
 */
export function openRoleKey(
  { roles }: ProgrammeSettings,
  role: 'verifier' | 'publisher',
  options: ExternalKeyOptions,
): Promise<SigningKey> {
  const { key } = roles[role];
  if (key === null) throw noKey(role, 'key');
  return openKey(key, options);
}

/**
 * Whom the publisher believes. Its public key is enough; where none is named it is that of the verifier's own key.
 *
 * @throws {LibraryError} PROGRAMME_INVALID when neither is named, or the file cannot be read
 * @throws {TrustError} KEY_INVALID
 * @throws {SigningError} what keeps the verifier's own key from being opened
 */
export async function openTrustedVerifier(
  settings: ProgrammeSettings,
  options: ExternalKeyOptions,
): Promise<TrustedVerifier> {
  const { publicKey, key } = settings.roles.verifier;
  const named = { verifierId: verifierId(settings.name) };
  if (publicKey !== null) return { ...named, key: parsePublicKey(readKey(publicKey), publicKey) };
  if (key === null) throw noKey('verifier', 'publicKey');
  const { publicKey: own, id } = await openKey(key, options);
  return { ...named, key: { key: own, id } };
}

function readKey(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LibraryError('PROGRAMME_INVALID', `roles.verifier.publicKey cannot be read: ${reason}`, {
      cause,
    });
  }
}

function noKey(role: string, field: string): LibraryError {
  return new LibraryError('PROGRAMME_INVALID', `programme.yaml names no roles.${role}.${field}`, {
    remedy: 'Make a key with "hallmark key generate", and name it there.',
  });
}
