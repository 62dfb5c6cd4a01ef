import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import type { Digest } from '../../model/digest.ts';
import { keyIdOf } from '../../trust/material/keys.ts';
import { SigningError } from '../errors.ts';
import { encryptKey } from './encrypted-key.ts';
import { toPublicPem } from './signing-key.ts';

export interface GeneratedKey {
  readonly id: Digest;
  readonly privateFile: string;
  readonly publicFile: string;
}

/**
 * Makes an ECDSA P-256 pair: `NAME.key`, encrypted as cosign does and readable by its owner only, and `NAME.pub`.
 *
 * @throws {SigningError} SIGNING_KEY_EXISTS, SIGNING_KEY_NOT_WRITTEN
 */
export function generateKey(name: string, password: string): GeneratedKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' });
  const [privateFile, publicFile] = [`${name}.key`, `${name}.pub`];
  writeNew(privateFile, encryptKey(pkcs8, password, randomBytes), 0o600);
  try {
    writeNew(publicFile, toPublicPem(publicKey), 0o644);
  } catch (error) {
    // half a pair is of no use, and this half was made a moment ago
    rmSync(privateFile);
    throw error;
  }
  return { id: keyIdOf(publicKey), privateFile, publicFile };
}

/** Fails where anything is there already, a link included: a key must neither be lost nor written elsewhere. */
function writeNew(file: string, text: string, mode: number): void {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'wx', mode);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')
      throw new SigningError('SIGNING_KEY_EXISTS', `${file} is there already`, { subject: file, cause });
    throw notWritten(file, cause);
  }
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } catch (cause) {
    rmSync(file, { force: true });
    throw notWritten(file, cause);
  } finally {
    closeSync(descriptor);
  }
}

function notWritten(file: string, cause: unknown): SigningError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SigningError('SIGNING_KEY_NOT_WRITTEN', `cannot write ${file}: ${reason}`, {
    subject: file,
    cause,
  });
}
