/** The texts of SPDX's list as samples of their shingles. `scripts/make-licence-index.ts` writes the file. */
import { readFileSync } from 'node:fs';

/** A licence's text in the index. */
export interface IndexedText {
  readonly id: string;
  /** Shingles of the text that the index has. */
  readonly sampled: number;
  /** One of so many of its shingles is in the index: those whose hash is a multiple. A power of two. */
  readonly rate: number;
}

export interface TextIndex {
  readonly texts: readonly IndexedText[];
  /** Sorted; a shingle of several texts is there several times. */
  readonly shingles: Uint32Array;
  /** To each shingle the index of its text. */
  readonly owners: Uint16Array;
  /** By the upper 16 bits of a shingle where the first such is. */
  readonly starts: Uint32Array;
}

/** The first place of a shingle in the index; the end, where it is not there. */
export function placeIn({ shingles, starts }: TextIndex, shingle: number): number {
  let at = starts[shingle >>> 16] ?? shingles.length;
  while (at < shingles.length && (shingles[at] ?? 0) < shingle) at++;
  return shingles[at] === shingle ? at : shingles.length;
}

const FILE = new URL('../../data/licence-texts.bin', import.meta.url);

/** `JSON of the texts`, a line feed, then shingles and owners, little-endian. */
export function parseTextIndex(file: Uint8Array): TextIndex {
  const end = file.indexOf(0x0a);
  const texts = (JSON.parse(Buffer.from(file.subarray(0, end)).toString()) as [string, number, number][]).map(
    ([id, sampled, rate]) => ({ id, sampled, rate }),
  );
  const count = texts.reduce((sum, { sampled }) => sum + sampled, 0);
  // copies, for views must begin at multiples of their size
  const shingles = new Uint32Array(new Uint8Array(file.subarray(end + 1, end + 1 + 4 * count)).buffer);
  const owners = new Uint16Array(
    new Uint8Array(file.subarray(end + 1 + 4 * count, end + 1 + 6 * count)).buffer,
  );
  return { texts, shingles, owners, starts: startsOf(shingles) };
}

function startsOf(shingles: Uint32Array): Uint32Array {
  const starts = new Uint32Array(2 ** 16);
  let at = 0;
  for (let prefix = 0; prefix < starts.length; prefix++) {
    while (at < shingles.length && (shingles[at] ?? 0) >>> 16 < prefix) at++;
    starts[prefix] = at;
  }
  return starts;
}

export function formatTextIndex({ texts, shingles, owners }: Omit<TextIndex, 'starts'>): Uint8Array {
  const header = JSON.stringify(texts.map(({ id, sampled, rate }) => [id, sampled, rate]));
  return Buffer.concat([
    Buffer.from(`${header}\n`),
    Buffer.from(shingles.buffer, shingles.byteOffset, shingles.byteLength),
    Buffer.from(owners.buffer, owners.byteOffset, owners.byteLength),
  ]);
}

/** Reads the index that comes with Hallmark when it is first asked for: many images have no licence's text. */
export function createTextIndex(): () => TextIndex {
  let index: TextIndex | null = null;
  return () => (index ??= parseTextIndex(readFileSync(FILE)));
}
