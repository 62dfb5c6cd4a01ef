import type { Checksum } from '../../../model/package.ts';

/** A checksum in the record of a file: the same, as plain JSON. */
export type LockedChecksum = Pick<Checksum, 'algorithm' | 'hex'>;

const HEX_LENGTHS = { sha1: 40, sha256: 64, sha384: 96, sha512: 128 } as const;

/**
 * The digests that a lock file states of a package's archive: `sha512-BASE64`, several with spaces between. What is
 * none, or not as long as its algorithm makes it, is left out. W3C Subresource Integrity, section 3.5.
 */
export function checksumsOf(integrity: unknown): readonly LockedChecksum[] {
  if (typeof integrity !== 'string') return [];
  return integrity
    .slice(0, MAX_LENGTH)
    .split(' ')
    .flatMap((hash) => {
      const [, algorithm = '', base64 = ''] = /^([a-z0-9]+)-([A-Za-z0-9+/]+={0,2})(?:\?|$)/.exec(hash) ?? [];
      return checksumOf(algorithm, Buffer.from(base64, 'base64').toString('hex'));
    });
}

/** The checksum, where it has the length that its algorithm gives; else none. */
export function checksumOf(algorithm: string, hex: string): readonly LockedChecksum[] {
  if (!isAlgorithm(algorithm)) return [];
  return hex.length === HEX_LENGTHS[algorithm] && /^[\da-f]+$/.test(hex) ? [{ algorithm, hex }] : [];
}

/** Some hundred digests; real files have one or two. */
const MAX_LENGTH = 10_000;

function isAlgorithm(name: string): name is keyof typeof HEX_LENGTHS {
  return Object.hasOwn(HEX_LENGTHS, name);
}
