import { compareNumerals, isNumeral } from './order.ts';
import { parsedScheme } from './parsed-scheme.ts';

/** PHP's own sign for a number; in a version it equals every number, and none. */
const ANY = '#';

/** `version_compare` looks for the first of these that a word begins with: https://www.php.net/version_compare */
const WORDS: readonly (readonly [beginning: string, place: number])[] = [
  ['dev', 0],
  ['a', 1],
  ['b', 2],
  ['rc', 3],
  [ANY, 5],
  ['p', 6],
];
const OTHER_WORD = -1;
const END = 4;
const NUMBER = 5;

/** Stands for any number in the version of a branch: `1.x-dev` is newer than every `1.2`. composer/semver, VersionParser. */
const ANY_NUMBER = '.9999999';

/**
 * Versions of PHP's packages in the order of PHP's `version_compare`, as OSV compares Packagist: other words < dev <
 * alpha < beta < RC < the end < numbers < patches. As Composer does, it reads words in any case and leaves out a leading
 * `v` and metadata. A branch (`dev-main`) is unreadable: Composer lets it satisfy no range, for it is neither older nor
 * newer than a release.
 */
export const composer = parsedScheme('composer', readTokens, compareTokens);

function readTokens(version: string): readonly string[] | null {
  if (!/^v?\d[\w.+#-]*$/i.test(version)) return null;
  const plain = version.toLowerCase().replace(/^v/, '').replace(/\+.*$/, '');
  const numbered = plain.replaceAll(/\.x(?=[.-])/g, ANY_NUMBER);
  return numbered.match(/\d+|[^\d._-]+/g) ?? [];
}

function compareTokens(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < a.length || i < b.length; i += 1) {
    const [left, right] = [a[i], b[i]];
    const places = placeOf(left) - placeOf(right);
    if (places !== 0 && (left ?? right) !== ANY) return places;
    if (left === undefined || right === undefined || !isNumeral(left) || !isNumeral(right)) continue;
    const order = compareNumerals(left, right);
    if (order !== 0) return order;
  }
  return 0;
}

function placeOf(token: string | undefined): number {
  if (token === undefined) return END;
  if (isNumeral(token)) return NUMBER;
  return WORDS.find(([beginning]) => token.startsWith(beginning))?.[1] ?? OTHER_WORD;
}
