import { compareNumerals, isNumeral } from './order.ts';
import { parsedScheme } from './parsed-scheme.ts';

/**
 * Words with their places: pre-releases before the end of a version, later releases after it, among them those in which
 * NVD writes the `update` of a CPE name (`p1`, `sp2`, `update402`).
 */
const WORDS: ReadonlyMap<string, number> = new Map([
  ...['dev', 'snapshot'].map((word): [string, number] => [word, 0]),
  ['alpha', 1],
  ['beta', 2],
  ['pre', 3],
  ['preview', 3],
  ['rc', 4],
  ...'fix,hotfix,patch,patchlevel,pl,post,rev,revision,sp,update'
    .split(',')
    .map((word): [string, number] => [word, 6]),
]);
/** Single letters that a number follows. */
const LETTERS_BEFORE_NUMBERS: ReadonlyMap<string, number> = new Map([
  ['a', 1],
  ['b', 2],
  ['p', 6],
  ['r', 6],
  ['u', 6],
]);
const END = 5;
/** A letter that says which release it is: OpenSSL 1.0.2k. */
const LETTER = 7;
const NUMBER = LETTER + 26;

interface Token {
  readonly place: number;
  /** Digits of a number; empty for a word. */
  readonly digits: string;
}

/**
 * Versions of software without a scheme of its own, as NVD's ranges have it: curl 8.4.0, OpenSSH 9.3p1, tzdata 2024a.
 * Numbers by value, absent ones being 0; pre-releases are older, patches and a single letter newer than the release. Any
 * other word makes a version unreadable, for nobody can tell its place; metadata after `+` does not count.
 */
export const generic = parsedScheme('generic', read, compare);

function read(version: string): readonly Token[] | null {
  if (!/^v?\d[\w.:+~-]*$/i.test(version)) return null;
  const plain = version.toLowerCase().replace(/^v/, '').replace(/\+.*$/, '');
  const words = plain.match(/\d+|[a-z]+/g) ?? [];
  const tokens: Token[] = [];
  for (const [index, word] of words.entries()) {
    const next = words[index + 1];
    if (isNumeral(word)) {
      tokens.push({ place: NUMBER, digits: word });
      if (next === undefined || !isNumeral(next)) dropZeros(tokens);
      continue;
    }
    const place = placeOf(word, next !== undefined && isNumeral(next));
    if (place === undefined) return null;
    tokens.push({ place, digits: '' });
  }
  return tokens;
}

/** 1.0 is 1.0.0, and 1.0-rc1 is 1.0.0-rc1. */
function dropZeros(tokens: Token[]): void {
  while (tokens.at(-1)?.place === NUMBER && /^0+$/.test(tokens.at(-1)?.digits ?? '')) tokens.pop();
}

function placeOf(word: string, beforeNumber: boolean): number | undefined {
  const place = (beforeNumber ? LETTERS_BEFORE_NUMBERS.get(word) : undefined) ?? WORDS.get(word);
  if (place !== undefined) return place;
  return word.length === 1 ? LETTER + word.charCodeAt(0) - 0x61 : undefined;
}

function compare(a: readonly Token[], b: readonly Token[]): number {
  for (let i = 0; i < a.length || i < b.length; i += 1) {
    const [left, right] = [a[i], b[i]];
    const order =
      (left?.place ?? END) - (right?.place ?? END) ||
      compareNumerals(left?.digits ?? '', right?.digits ?? '');
    if (order !== 0) return order;
  }
  return 0;
}
