/**
 * Private keys as cosign encrypts them: PEM around JSON, with scrypt to make a key of the password and NaCl's secretbox
 * around PKCS#8. sigstore/cosign, `pkg/cosign/keys.go`; go-securesystemslib, `encrypted/encrypted.go`.
 */
import { scryptSync } from 'node:crypto';
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import { decodeBase64 } from '../../formats/base64.ts';
import { readStrictJson } from '../../formats/strict-json.ts';
import { applyShape, count, literal, object, ShapeMismatch, string } from '../../oci/shape.ts';
import { SigningError } from '../errors.ts';

/** Labels of PEM under which cosign writes, and wrote. */
export const ENCRYPTED_LABELS: ReadonlySet<string> = new Set([
  'ENCRYPTED SIGSTORE PRIVATE KEY',
  'ENCRYPTED COSIGN PRIVATE KEY',
]);
/** Cosign before 1.13 does not read the newer label, and everything since reads this one. */
const WRITTEN_LABEL = 'ENCRYPTED COSIGN PRIVATE KEY';

const MAX_DOCUMENT_BYTES = 64 * 1024;
/** Of memory for scrypt, 128·N·r: four times what today's keys ask for. A file must not make us take gigabytes. */
const MAX_SCRYPT_BYTES = 256 * 1024 * 1024;
const MAX_PARALLELISM = 4;
const SECRETBOX_KEY_BYTES = 32;
const NONCE_BYTES = 24;
const SALT_BYTES = 32;

/** What cosign 2 and 3 write. */
const WRITTEN_PARAMETERS = { N: 65_536, r: 8, p: 1 } as const;

const documentShape = object({
  kdf: object({
    name: literal('scrypt'),
    params: object({ N: count, r: count, p: count }),
    salt: string(1024),
  }),
  cipher: object({ name: literal('nacl/secretbox'), nonce: string(100) }),
  ciphertext: string(MAX_DOCUMENT_BYTES),
});

interface ScryptParameters {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/**
 * The PKCS#8 bytes in an encrypted key.
 *
 * @param document what the PEM holds
 * @param name what to call the key in an error
 * @throws {SigningError} SIGNING_KEY_INVALID, SIGNING_KEY_PASSWORD
 */
export function decryptKey(document: Uint8Array, password: string, name: string): Buffer {
  const invalid = (reason: string) =>
    new SigningError('SIGNING_KEY_INVALID', `${name} is not an encrypted key: ${reason}`, { subject: name });
  const json = readStrictJson(document, { maxBytes: MAX_DOCUMENT_BYTES, numbers: 'exact' });
  if ('problem' in json) throw invalid(`its content ${json.problem}`);
  const read = applyShape(documentShape, json.value);
  if (read instanceof ShapeMismatch) throw invalid(`"${read.place}" ${read.message}`);
  const { kdf, cipher, ciphertext } = read;
  const salt = decodeBase64(kdf.salt);
  const nonce = decodeBase64(cipher.nonce);
  const box = decodeBase64(ciphertext);
  if (salt === null || nonce?.length !== NONCE_BYTES || box === null)
    throw invalid('salt, nonce or ciphertext are not in base64 or of a wrong length');
  const fault = parameterFault(kdf.params);
  if (fault !== null) throw invalid(fault);
  try {
    return Buffer.from(xsalsa20poly1305(deriveKey(password, salt, kdf.params), nonce).decrypt(box));
  } catch (cause) {
    throw new SigningError('SIGNING_KEY_PASSWORD', `the password of ${name} is wrong`, {
      subject: name,
      cause,
    });
  }
}

/** PEM of PKCS#8 bytes under a password. @param random as `crypto.randomBytes` */
export function encryptKey(pkcs8: Uint8Array, password: string, random: (bytes: number) => Buffer): string {
  const salt = random(SALT_BYTES);
  const nonce = random(NONCE_BYTES);
  const box = xsalsa20poly1305(deriveKey(password, salt, WRITTEN_PARAMETERS), nonce).encrypt(pkcs8);
  const document = {
    kdf: { name: 'scrypt', params: WRITTEN_PARAMETERS, salt: salt.toString('base64') },
    cipher: { name: 'nacl/secretbox', nonce: nonce.toString('base64') },
    ciphertext: Buffer.from(box).toString('base64'),
  };
  const lines =
    Buffer.from(JSON.stringify(document))
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${WRITTEN_LABEL}-----\n${lines.join('\n')}\n-----END ${WRITTEN_LABEL}-----\n`;
}

/** The parameters come from the file: too large, they would take all memory; not a power of two, scrypt has no meaning. */
function parameterFault({ N, r, p }: ScryptParameters): string | null {
  const isPowerOfTwo = N > 1 && Number.isInteger(Math.log2(N));
  if (!isPowerOfTwo || r < 1 || p < 1) return `scrypt cannot have N=${N}, r=${r}, p=${p}`;
  if (128 * N * r > MAX_SCRYPT_BYTES || p > MAX_PARALLELISM)
    return `scrypt with N=${N}, r=${r}, p=${p} asks for more than ${MAX_SCRYPT_BYTES / 2 ** 20} MiB or ${MAX_PARALLELISM} passes`;
  return null;
}

function deriveKey(password: string, salt: Uint8Array, { N, r, p }: ScryptParameters): Buffer {
  // Node counts a little more than 128·N·r, and refuses at its own limit
  const maxmem = 2 * MAX_SCRYPT_BYTES;
  return scryptSync(password, salt, SECRETBOX_KEY_BYTES, { N, r, p, maxmem });
}
