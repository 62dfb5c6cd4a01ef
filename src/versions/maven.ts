/**
 * Maven's versions as `ComparableVersion` of Maven 3.9 reads them. A version is a list of numbers and words; a hyphen,
 * and each change between digits and letters, opens a list within it, so that what follows counts less than what
 * follows a dot. Nothing at the end of a list counts: zeros, words for a release, empty lists. In one thing the order is
 * that of Maven up to 3.6: of words that Maven does not know, one after a dot is older than one after a hyphen.
 */
import { compareNumerals, compareWords, isNumeral } from './order.ts';
import { parsedScheme } from './parsed-scheme.ts';

/** Digits, a word with its place, or a list. */
type Item = string | Word | readonly Item[];
interface Word {
  readonly place: number;
  readonly text: string;
}

/** https://maven.apache.org/pom.html#version-order-specification; other words come after them, by code unit. */
const PLACES: ReadonlyMap<string, number> = new Map([
  ['alpha', 0],
  ['beta', 1],
  ['milestone', 2],
  ['rc', 3],
  ['cr', 3],
  ['snapshot', 4],
  ['', 5],
  ['final', 5],
  ['ga', 5],
  ['release', 5],
  ['sp', 6],
]);
const RELEASE = 5;
const OTHER = 7;
/** Words of one letter, if a digit follows at once. */
const LETTERS: ReadonlyMap<string, string> = new Map([
  ['a', 'alpha'],
  ['b', 'beta'],
  ['m', 'milestone'],
]);

/** What builds write where nobody gave a version. */
const NO_VERSIONS: ReadonlySet<string> = new Set(
  'latest,none,null,release,snapshot,undefined,unknown,unspecified'.split(','),
);

/**
 * Maven compares any text. No version here is what says nothing of age: white space, `${revision}` and other brackets,
 * and words such as `unspecified`.
 */
export const maven = parsedScheme('maven', readVersion, compareItems);

function readVersion(version: string): readonly Item[] | null {
  const lower = version.toLowerCase();
  return /^[^\s${}()[\],]+$/.test(lower) && !NO_VERSIONS.has(lower) ? readItems(lower) : null;
}

function readItems(version: string): readonly Item[] {
  const root: Item[] = [];
  const lists = [root];
  let list = root;
  const open = () => {
    const inner: Item[] = [];
    list.push(inner);
    lists.push(inner);
    list = inner;
  };
  // runs of digits, runs of other characters, and separators
  const tokens = version.match(/\d+|[^\d.-]+|[.-]/g) ?? [];
  let afterSeparator = true;
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1];
    if (token === '.' || token === '-') {
      if (afterSeparator) list.push('');
      if (token === '-') open();
      afterSeparator = true;
      continue;
    }
    afterSeparator = false;
    const opens = next !== undefined && next !== '.' && next !== '-';
    if (isNumeral(token)) {
      list.push(token);
    } else {
      const dotted = tokens[index - 1] === '.';
      if ((opens || next === undefined) && list.length > 0) open();
      list.push(wordOf(token, opens, dotted));
    }
    if (opens) open();
  }
  for (const each of lists.toReversed()) dropNothings(each);
  return root;
}

function wordOf(token: string, beforeDigit: boolean, dotted: boolean): Word {
  const text = (beforeDigit ? LETTERS.get(token) : undefined) ?? token;
  const place = PLACES.get(text) ?? OTHER;
  if (place !== OTHER) return { place, text: '' };
  return { place: dotted ? OTHER : OTHER + 1, text };
}

/** From the end to the first number or word that counts; lists are passed over. */
function dropNothings(list: Item[]): void {
  for (let i = list.length - 1; i >= 0; i -= 1) {
    const item = list[i];
    if (item === undefined) break;
    if (isNothing(item)) list.splice(i, 1);
    else if (!Array.isArray(item)) break;
  }
}

function isNothing(item: Item): boolean {
  if (typeof item === 'string') return /^0*$/.test(item);
  return 'place' in item ? item.place === RELEASE : item.length === 0;
}

/** Numbers are newer than lists, lists newer than words; null is the end of a list. */
function compareItems(a: Item | null, b: Item | null): number {
  if (a === null) return b === null ? 0 : -compareWithEnd(b);
  if (b === null) return compareWithEnd(a);
  if (typeof a === 'string') return typeof b === 'string' ? compareNumerals(a, b) : 1;
  if (typeof b === 'string') return -1;
  if ('place' in a) return 'place' in b ? a.place - b.place || compareWords(a.text, b.text) : -1;
  if ('place' in b) return 1;
  for (let i = 0; i < a.length || i < b.length; i += 1) {
    const order = compareItems(a[i] ?? null, b[i] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}

/** How an item stands to the end of a list: pre-releases are older, `sp`, other words and numbers newer. */
function compareWithEnd(item: Item): number {
  if (typeof item === 'string') return isNothing(item) ? 0 : 1;
  if ('place' in item) return item.place - RELEASE;
  for (const inner of item) {
    const order = compareWithEnd(inner);
    if (order !== 0) return order;
  }
  return 0;
}
