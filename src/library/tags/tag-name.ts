/**
 * What the name of a tag says. Names follow conventions and no grammar: words and versions between hyphens, of which the
 * first version is the software's, others belong to what it is built with or on (`8.4.1-php8.3-fpm-alpine3.24`).
 * docker-library/official-images, README.md, "Tags and aliases".
 */
import { generic } from '../../versions/generic.ts';
import { compareWords } from '../../versions/order.ts';

/** One part between hyphens: `alpine3.24` is the word `alpine` with the version `3.24`. */
export interface TagPart {
  /** Empty for a bare version. */
  readonly word: string;
  /** Empty for a bare word. */
  readonly version: string;
}

export interface TagName {
  readonly tag: string;
  /** Without `latest`, which says nothing. */
  readonly parts: readonly TagPart[];
}

/** Letters, then what begins with a digit; a lone `v` before a version is left out. */
const PART = /^(?:v(?=\d))?([^\d]*)(.*)$/;

export function readTagName(tag: string): TagName {
  const parts = tag
    .split('-')
    .filter((part) => part !== '' && part !== 'latest')
    .map((part) => {
      const [, word = '', version = ''] = PART.exec(part) ?? [];
      return { word: word.toLowerCase(), version };
    });
  return { tag, parts };
}

/**
 * Whether an image that goes by `specific` is what `general` asks for: `8-noble` and `latest` ask for `8.2.12-noble`, `8.1`
 * and `8-alpine` do not. Each part must be there, in this order; a version stands for all that begin with it.
 */
export function isAskedFor(general: TagName, specific: TagName): boolean {
  let from = 0;
  for (const part of general.parts) {
    const at = specific.parts.findIndex((other, index) => index >= from && covers(part, other));
    if (at === -1) return false;
    from = at + 1;
  }
  return true;
}

function covers(general: TagPart, specific: TagPart): boolean {
  if (general.word !== specific.word) return false;
  if (general.version === '') return specific.word !== '';
  const [wanted, had] = [numbersOf(general.version), numbersOf(specific.version)];
  return wanted.length <= had.length && wanted.every((number, index) => number === had[index]);
}

function numbersOf(version: string): readonly string[] {
  return version.split(/[._+]/);
}

const PRE_RELEASE_WORDS: ReadonlySet<string> = new Set([
  'alpha',
  'beta',
  'dev',
  'ea',
  'experimental',
  'm',
  'milestone',
  'nightly',
  'pre',
  'preview',
  'rc',
  'testing',
  'tip',
  'unstable',
]);

/** `1.27rc2`, `4.0.0-beta1`, `27-ea-12-jdk`: not meant for daily use yet. */
export function isPreRelease({ parts }: TagName): boolean {
  return parts.some(
    ({ word, version }) =>
      PRE_RELEASE_WORDS.has(word.replace(/\.$/, '')) ||
      (word === '' && /\d(?:rc|beta|alpha|m)\d*/i.test(version)),
  );
}

/** The version of the software, with what says that it is no release yet: `4.0.0-rc1`; empty where the name has none. */
export function softwareVersion({ parts }: TagName): string {
  const at = parts.findIndex(({ word, version }) => word === '' && version !== '');
  const first = parts[at];
  if (first === undefined) return '';
  const next = parts[at + 1];
  const isBefore = next !== undefined && PRE_RELEASE_WORDS.has(next.word);
  return isBefore ? `${first.version}-${next.word}${next.version}` : first.version;
}

/** What kind of image it is, whatever its version: all words, `php-fpm-alpine` for `8.4.1-php8.3-fpm-alpine3.24`. */
export function variantOf({ parts }: TagName): string {
  return parts
    .filter(({ word }) => word !== '' && !PRE_RELEASE_WORDS.has(word))
    .map(({ word }) => word)
    .join('-');
}

/** How many numbers the versions in it have: `8.2.12-alpine3.24` has five. */
export function precisionOf({ parts }: TagName): number {
  return parts.reduce((sum, { version }) => sum + (version === '' ? 0 : numbersOf(version).length), 0);
}

/**
 * Negative, zero or positive as the software of `a` is older than, the same as or newer than that of `b`; null where that
 * cannot be told.
 */
export function compareSoftware(a: TagName, b: TagName): number | null {
  const [left, right] = [softwareVersion(a), softwareVersion(b)];
  if (left === '' || right === '') return null;
  const order = compareText(left, right);
  return order === null || order !== 0 || variantOf(a) !== variantOf(b) ? order : compareFurther(a, b);
}

/** Of the same kind and version: by the versions behind, as `temurin-17-tools-deps-1.12` has them. */
function compareFurther(a: TagName, b: TagName): number | null {
  const versions = ({ parts }: TagName) => parts.filter(({ word, version }) => word === '' && version !== '');
  const [left, right] = [versions(a), versions(b)];
  for (const [index, { version }] of left.entries()) {
    const other = right[index];
    if (other === undefined) break;
    const order = compareText(version, other.version);
    if (order !== 0) return order;
  }
  return 0;
}

function compareText(a: string, b: string): number | null {
  if (a === b) return 0;
  return generic.isValid(a) && generic.isValid(b) ? generic.compare(a, b) : null;
}

/** Most specific names first: more numbers, then longer, then by code unit. */
export function compareSpecificity(a: TagName, b: TagName): number {
  return precisionOf(b) - precisionOf(a) || b.tag.length - a.tag.length || compareWords(a.tag, b.tag);
}
