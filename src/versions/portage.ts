import { compareNumerals, compareWords } from './order.ts';
import { parsedScheme } from './parsed-scheme.ts';

/** Package Manager Specification 8, section 3.2. */
const VERSION =
  /^(?<numbers>\d+(?:\.\d+)*)(?<letter>[a-z])?(?<suffixes>(?:_(?:alpha|beta|pre|rc|p)\d*)*)(?:-r(?<revision>\d+))?$/;

interface GentooVersion {
  readonly numbers: readonly string[];
  readonly letter: string;
  readonly suffixes: readonly string[];
  readonly revision: string;
}

/** The end is between `_rc` and `_p`. */
const SUFFIXES: readonly string[] = ['alpha', 'beta', 'pre', 'rc', '', 'p'];

/** Gentoo's versions. Package Manager Specification 8, section 3.3, algorithms 3.1 to 3.7. */
export const portage = parsedScheme('portage', read, compare);

function read(version: string): GentooVersion | null {
  const { numbers, letter = '', suffixes = '', revision = '0' } = VERSION.exec(version)?.groups ?? {};
  if (numbers === undefined) return null;
  return { numbers: numbers.split('.'), letter, suffixes: suffixes.split('_').slice(1), revision };
}

function compare(a: GentooVersion, b: GentooVersion): number {
  return (
    compareNumbers(a.numbers, b.numbers) ||
    compareWords(a.letter, b.letter) ||
    compareSuffixes(a.suffixes, b.suffixes) ||
    compareNumerals(a.revision, b.revision)
  );
}

/** Numbers after the first are fractions where one of the two begins with 0: `1.05` is older than `1.5`. */
function compareNumbers(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < a.length && i < b.length; i += 1) {
    const [left, right] = [a[i] ?? '', b[i] ?? ''];
    const fraction = i > 0 && (left.startsWith('0') || right.startsWith('0'));
    const order = fraction
      ? compareWords(withoutZeros(left), withoutZeros(right))
      : compareNumerals(left, right);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function withoutZeros(fraction: string): string {
  let end = fraction.length;
  while (fraction[end - 1] === '0') end -= 1;
  return fraction.slice(0, end);
}

function compareSuffixes(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < a.length || i < b.length; i += 1) {
    const [left, right] = [a[i] ?? '', b[i] ?? ''];
    const [wordA, wordB] = [left.replace(/\d+$/, ''), right.replace(/\d+$/, '')];
    const order =
      SUFFIXES.indexOf(wordA) - SUFFIXES.indexOf(wordB) ||
      compareNumerals(left.slice(wordA.length), right.slice(wordB.length));
    if (order !== 0) return order;
  }
  return 0;
}
