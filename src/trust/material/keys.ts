/** Public keys: which are accepted, how they are told apart, and what a signature by one of them is. */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { createRequire } from 'node:module';
import type * as Curves from '@noble/curves/ed25519.js';
import { readPem } from '../../formats/pem.ts';
import { type Digest, digestOf } from '../../model/digest.ts';
import { TrustError } from '../errors.ts';
import type { TrustedKey } from './material.ts';

/** A key and the digest of its SubjectPublicKeyInfo, by which it is told from others. */
export type PublicKey = Pick<TrustedKey, 'key' | 'id'>;

const MIN_RSA_BITS = 2048;
/** Verification takes time in proportion to the square: a key of a million bits is an attack. */
const MAX_RSA_BITS = 8192;
const MAX_KEY_BYTES = 16 * 1024;

/** Curves by OpenSSL's names, with the digest that goes with each. Not secp256k1: nobody signs images with it. */
const CURVE_DIGESTS: Readonly<Record<string, string>> = {
  prime256v1: 'sha256',
  secp384r1: 'sha384',
  secp521r1: 'sha512',
};

/**
 * A public key as the user gives it.
 *
 * @param content PEM (`PUBLIC KEY`) or the DER of a SubjectPublicKeyInfo
 * @param name what to call it in an error
 * @throws {TrustError} KEY_INVALID
 */
export function parsePublicKey(content: string | Uint8Array, name: string): PublicKey {
  const read = readPublicKey(content);
  if (typeof read !== 'string') return read;
  throw new TrustError('KEY_INVALID', `${name} ${read}`, { subject: name });
}

/** As {@link parsePublicKey}; a text says what is wrong, for keys that are part of evidence. */
export function readPublicKey(content: string | Uint8Array): PublicKey | string {
  if (content.length > MAX_KEY_BYTES) return `has ${content.length} bytes; at most ${MAX_KEY_BYTES} are read`;
  const der = spkiOf(content);
  if (der === null) return 'is not one public key in PEM or DER';
  let key: KeyObject;
  try {
    key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch {
    return 'is not a public key';
  }
  return weakness(key) ?? { key, id: keyIdOf(key) };
}

/** The SHA-256 of the SubjectPublicKeyInfo in DER, whatever form the key came in. */
export function keyIdOf(key: KeyObject): Digest {
  return digestOf(key.export({ type: 'spki', format: 'der' }));
}

/** Why a key is not accepted; null for one that is. */
export function weakness(key: KeyObject): string | null {
  const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case 'ed25519':
      return null;
    case 'ec':
      return namedCurve !== undefined && Object.hasOwn(CURVE_DIGESTS, namedCurve)
        ? null
        : `is of the curve ${namedCurve ?? 'without a name'}; P-256, P-384 and P-521 are accepted`;
    case 'rsa':
      return modulusLength >= MIN_RSA_BITS && modulusLength <= MAX_RSA_BITS
        ? null
        : `is an RSA key of ${modulusLength} bits; ${MIN_RSA_BITS} to ${MAX_RSA_BITS} are accepted`;
    default:
      return `is of the kind ${key.asymmetricKeyType ?? 'unknown'}, which is not accepted`;
  }
}

/**
 * Whether a signature over bytes is by the key: ECDSA in DER, RSA as PKCS#1 v1.5 with SHA-256, Ed25519.
 *
 * Cosign signs with SHA-256 whatever the curve unless told otherwise, others with the curve's own digest: both are sound. It also
 * loads Ed25519 keys as Ed25519ph, RFC 8032 section 5.1; the two cannot be taken for each other, as ph has a prefix.
 */
export function verifySignature(key: KeyObject, data: Uint8Array, signature: Uint8Array): boolean {
  if (weakness(key) !== null) return false;
  switch (key.asymmetricKeyType) {
    case 'ec': {
      const own = CURVE_DIGESTS[key.asymmetricKeyDetails?.namedCurve ?? ''];
      return [...new Set(['sha256', own])].some((digest) => verify(digest, data, key, signature));
    }
    case 'ed25519':
      return verify(null, data, key, signature) || verifyPrehashed(key, data, signature);
    default:
      return verify('sha256', data, key, signature);
  }
}

/** Ed25519ph. Node's OpenSSL has it, but Node gives no way to it; the library is loaded for those keys only. */
function verifyPrehashed(key: KeyObject, data: Uint8Array, signature: Uint8Array): boolean {
  const load = createRequire(import.meta.url);
  const { ed25519ph } = load('@noble/curves/ed25519.js') as typeof Curves;
  const point = key.export({ type: 'spki', format: 'der' }).subarray(-32);
  try {
    return ed25519ph.verify(signature, data, point, { zip215: false });
  } catch {
    // the library throws for signatures of a wrong length and for points that are not on the curve
    return false;
  }
}

function spkiOf(content: string | Uint8Array): Buffer | null {
  const bytes = Buffer.from(content);
  // the tag of a SEQUENCE, with which no PEM begins
  if (bytes[0] === 0x30) return bytes;
  const block = readPem(bytes.toString('latin1'), 1)?.[0];
  return block?.label === 'PUBLIC KEY' ? block.der : null;
}
