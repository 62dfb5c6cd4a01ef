import { type KeyObject, sign as signWith } from 'node:crypto';
import type { Digest } from '../../model/digest.ts';
import { keyIdOf, verifySignature, weakness } from '../../trust/material/keys.ts';
import { SigningError } from '../errors.ts';

/** A private key, wherever it lies: it signs, and never leaves. */
export interface SigningKey {
  /** As the user named it, without secrets. */
  readonly name: string;
  readonly publicKey: KeyObject;
  /** SHA-256 of the SubjectPublicKeyInfo. */
  readonly id: Digest;
  readonly scheme: SignatureScheme;
  /**
   * The signature over the data, ECDSA in DER.
   *
   * @throws {SigningError} SIGNING_PROGRAM_FAILED and what else keeps a key from being used
   */
  sign(data: Uint8Array, signal?: AbortSignal): Promise<Buffer>;
}

/**
 * How a kind of key signs. ECDSA and RSA with SHA-256, whatever their strength: that is what cosign expects of a key unless it is
 * told otherwise. Ed25519 as it is, and not as Ed25519ph, which neither cosign nor sigstore-js verifies with a key of the user; logs
 * of version 2, which see a digest only, do not take it.
 */
export interface SignatureScheme {
  readonly kind: 'ecdsa' | 'rsa' | 'ed25519';
  /** `PublicKeyDetails` of sigstore_common.proto. */
  readonly keyDetails: string;
}

const CURVES: Readonly<Record<string, string>> = {
  prime256v1: 'PKIX_ECDSA_P256_SHA_256',
  secp384r1: 'PKIX_ECDSA_P384_SHA_256',
  secp521r1: 'PKIX_ECDSA_P521_SHA_256',
};

const RSA_SIZES: readonly number[] = [2048, 3072, 4096];

/**
 * How this key signs.
 *
 * @param name what to call the key in an error
 * @throws {SigningError} SIGNING_KEY_INVALID for a kind or strength that verifiers do not accept
 */
export function schemeOf(key: KeyObject, name: string): SignatureScheme {
  const { namedCurve = '', modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  const refuse = (reason: string) =>
    new SigningError('SIGNING_KEY_INVALID', `${name} ${reason}`, {
      subject: name,
      remedy: 'Use ECDSA on P-256, P-384 or P-521, Ed25519, or RSA of 2048, 3072 or 4096 bits.',
    });
  const reason = weakness(key);
  if (reason !== null) throw refuse(reason);
  const curve = CURVES[namedCurve];
  if (curve !== undefined) return { kind: 'ecdsa', keyDetails: curve };
  if (key.asymmetricKeyType === 'ed25519') return { kind: 'ed25519', keyDetails: 'PKIX_ED25519' };
  if (!RSA_SIZES.includes(modulusLength))
    throw refuse(`is RSA of ${modulusLength} bits, which logs do not take`);
  return { kind: 'rsa', keyDetails: `PKIX_RSA_PKCS1V15_${modulusLength}_SHA256` };
}

/** The public key in PEM, as other tools read it. */
export function toPublicPem(publicKey: KeyObject): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}

/**
 * A key that some other program or device holds. Each signature is verified at once, so that a device that signs with
 * another key than the one it shows is found out where it happens.
 *
 * @throws {SigningError} SIGNING_KEY_INVALID
 */
export function toExternalKey(name: string, publicKey: KeyObject, sign: SigningKey['sign']): SigningKey {
  const scheme = schemeOf(publicKey, name);
  return {
    name,
    publicKey,
    id: keyIdOf(publicKey),
    scheme,
    async sign(data, signal) {
      const signature = await sign(data, signal);
      if (verifySignature(publicKey, data, signature)) return signature;
      throw new SigningError(
        'SIGNING_PROGRAM_FAILED',
        `what ${name} answered is no signature by the public key that it gave`,
        { subject: name },
      );
    },
  };
}

/** Signs with a key in this process. */
export async function signWithPrivateKey(
  key: KeyObject,
  { kind }: SignatureScheme,
  data: Uint8Array,
): Promise<Buffer> {
  return signWith(kind === 'ed25519' ? null : 'sha256', data, key);
}
