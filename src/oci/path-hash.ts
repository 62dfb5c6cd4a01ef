/*
 * Sets of paths in eight bytes each. A layer cannot list every file it holds, yet a later look at several layers has to
 * see that a file of one replaces a directory of another.
 *
 * The hash is not cryptographic. With one path in a million, among a hundred thousand that matter, a chance collision
 * has a likelihood of about 1 to 90,000. Whoever writes a layer can make one on purpose, and gains nothing by it that
 * a plain whiteout would not give: the layer's writer decides what is visible in it anyway.
 */

const LOW_SEED = 0x9e3779b9;
const HIGH_SEED = 0x7f4a7c15;
/** Odd multipliers with well spread bits: the primes of FNV-1a's 32 bits and of MurmurHash3's first lane. */
const LOW_FACTOR = 0x01000193;
const HIGH_FACTOR = 0xcc9e2d51;
const TWO_TO_32 = 2 ** 32;
const HIGH_MASK = 0x1fffff;

/** 53 bits: an integer that a JavaScript number holds exactly. */
export function hashPath(path: string): number {
  let low = LOW_SEED;
  let high = HIGH_SEED;
  for (let index = 0; index < path.length; index++) {
    const unit = path.charCodeAt(index);
    low = Math.imul(low ^ unit, LOW_FACTOR);
    high = Math.imul((high ^ unit) + (low >>> 15), HIGH_FACTOR);
  }
  return (mix(high ^ path.length) & HIGH_MASK) * TWO_TO_32 + (mix(low) >>> 0);
}

/** MurmurHash3's finalizer: every bit of the input reaches every bit of the output. */
function mix(hash: number): number {
  let bits = hash ^ (hash >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

/** A list that grows by hashes of paths, in eight bytes each. */
export interface HashList {
  add(path: string): void;
  /** A view, valid until the next `add`. */
  values(): Float64Array;
}

const FIRST_CAPACITY = 1024;

export function createHashList(): HashList {
  let hashes = new Float64Array(FIRST_CAPACITY);
  let length = 0;
  return {
    add(path) {
      if (length === hashes.length) {
        const larger = new Float64Array(2 * length);
        larger.set(hashes);
        hashes = larger;
      }
      hashes[length++] = hashPath(path);
    },
    values: () => hashes.subarray(0, length),
  };
}

/** base64 of the hashes as 64-bit little-endian floating-point numbers. */
export function encodeHashes(hashes: Float64Array): string {
  return Buffer.from(hashes.buffer, hashes.byteOffset, hashes.byteLength).toString('base64');
}

export function decodeHashes(text: string): Float64Array {
  const bytes = new Uint8Array(Buffer.from(text, 'base64'));
  return new Float64Array(bytes.buffer, 0, Math.floor(bytes.length / Float64Array.BYTES_PER_ELEMENT));
}
