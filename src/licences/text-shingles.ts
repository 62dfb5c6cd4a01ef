/**
 * What two copies of a licence have in common, whatever their case, punctuation, line breaks, comment signs and
 * copyright lines: every three words that follow each other, as hashes.
 */

/** FNV-1a's. */
const BASIS = 0x811c9dc5 | 0;

/** Words that follow each other in one shingle. */
const WIDTH = 3;

const CASE_BIT = 0x20;
const LINE_FEED = 0x0a;

/** Words that say nothing of a licence, or are spelled in two ways. */
const SKIPPED: ReadonlySet<number> = new Set(['http', 'https', 'www', 'year', 'yyyy'].map(hashOf));
const SPELLINGS: ReadonlyMap<number, number> = new Map(
  [
    ['licence', 'license'],
    ['licences', 'licenses'],
    ['sublicence', 'sublicense'],
    ['licenced', 'licensed'],
  ].map(([from = '', to = '']) => [hashOf(from), hashOf(to)]),
);

const COPYRIGHT = hashOf('copyright');
const SIGN = hashOf('c');
/** Stands for all numbers. */
const NUMBER = 0;
const AFTER_COPYRIGHT: ReadonlySet<number> = new Set([NUMBER, ...['c', 'by', 'year', 'yyyy'].map(hashOf)]);
const ALL_RIGHTS_RESERVED = ['all', 'rights', 'reserved'].map(hashOf);

/**
 * The shingles of a text in their order, as unsigned numbers of 32 bits. Takes bytes and makes no strings, for licences
 * are read by the hundred thousand.
 */
export function shinglesOf(text: Uint8Array): Uint32Array {
  const words = wordsOf(text);
  const shingles = new Uint32Array(Math.max(words.length - WIDTH + 1, 0));
  for (let start = 0; start < shingles.length; start++) {
    let hash = 0;
    for (let word = start; word < start + WIDTH; word++) hash = mix(hash ^ (words[word] ?? 0));
    shingles[start] = hash;
  }
  return shingles;
}

/** Hashes of the words that count, without those of copyright lines. */
function wordsOf(text: Uint8Array): readonly number[] {
  const words: number[] = [];
  /** Where the words of this line begin, and all of its words, but no more than tell what it is. */
  let lineStart = 0;
  let line: number[] = [];
  let [hash, length, digits] = [BASIS, 0, 0];
  for (let index = 0; index <= text.length; index++) {
    const byte = text[index] ?? LINE_FEED;
    const lower = byte >= 0x41 && byte <= 0x5a ? byte + CASE_BIT : byte;
    const isDigit = lower >= 0x30 && lower <= 0x39;
    if (isDigit || (lower >= 0x61 && lower <= 0x7a)) {
      hash = step(hash, lower);
      length++;
      if (isDigit) digits++;
      continue;
    }
    if (length > 0) {
      const isNumber = digits === length;
      // letters and numbers of lists (`a.`, `(2)`) come and go
      if (length > (isNumber ? 3 : 1) && !SKIPPED.has(hash)) words.push(SPELLINGS.get(hash) ?? hash);
      if (line.length < 4) line.push(isNumber ? NUMBER : hash);
      hash = BASIS;
      length = 0;
      digits = 0;
    }
    if (byte !== LINE_FEED) continue;
    if (isCopyright(line)) words.length = lineStart;
    lineStart = words.length;
    if (line.length > 0) line = [];
  }
  return words;
}

/** `Copyright (c) 2019 Somebody`, `(c) 2019`, `All rights reserved.` on a line of their own. */
function isCopyright(line: readonly number[]): boolean {
  const [first, second] = line;
  if (first === COPYRIGHT || first === SIGN) {
    return second === undefined || AFTER_COPYRIGHT.has(second);
  }
  return line.length === 3 && line.every((hash, index) => hash === ALL_RIGHTS_RESERVED[index]);
}

/** FNV-1a. */
function step(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193);
}

function hashOf(word: string): number {
  return [...Buffer.from(word)].reduce(step, BASIS);
}

/** The finaliser of MurmurHash3: each bit of the result depends on all. */
function mix(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
