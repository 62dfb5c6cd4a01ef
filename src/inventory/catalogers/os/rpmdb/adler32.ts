const MODULUS = 65521;
/** So many bytes can be added before the sums must be reduced to stay below 2^32. RFC 1950, section 9 (NMAX). */
const BLOCK = 5552;

/** The Adler-32 checksum, an unsigned 32-bit number. RFC 1950, section 8. */
export function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(at + BLOCK, bytes.length);
    for (; at < end; at += 1) {
      a += bytes[at] ?? 0;
      b += a;
    }
    a %= MODULUS;
    b %= MODULUS;
  }
  return b * 65536 + a;
}
