import { hash } from 'node:crypto';
import { ModelError } from './errors.ts';

declare const digestBrand: unique symbol;

/** `sha256:` or `sha512:` with lower-case hexadecimal digits, checked. OCI image spec, descriptor.md, "Digests". */
export type Digest = string & { readonly [digestBrand]: true };

export type DigestAlgorithm = 'sha256' | 'sha512';

const HEX_LENGTH: Readonly<Record<DigestAlgorithm, number>> = { sha256: 64, sha512: 128 };

/** True for a digest in one of the two registered algorithms. Upper-case hexadecimal is not a digest. */
export function isDigest(text: string): text is Digest {
  const colon = text.indexOf(':');
  const algorithm = text.slice(0, colon);
  if (algorithm !== 'sha256' && algorithm !== 'sha512') return false;
  const hex = text.slice(colon + 1);
  return hex.length === HEX_LENGTH[algorithm] && /^[0-9a-f]+$/.test(hex);
}

/** @throws {ModelError} DIGEST_INVALID */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new ModelError('DIGEST_INVALID', `not a digest: ${JSON.stringify(text.slice(0, 200))}`);
}

/** The SHA-256 digest of bytes, or of a text in UTF-8. */
export function digestOf(content: Uint8Array | string): Digest {
  return `sha256:${hash('sha256', content)}` as Digest;
}

export function digestAlgorithm(digest: Digest): DigestAlgorithm {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256';
}

/** The hexadecimal part. */
export function digestHex(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1);
}
