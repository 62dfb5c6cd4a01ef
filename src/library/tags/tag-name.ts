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

/** Systems whose version some repositories write behind a hyphen: `jdk-alpine-3.22`. */
const SYSTEMS: ReadonlySet<string> = new Set([
  'alpine',
  'debian',
  'nanoserver',
  'ubuntu',
  'windowsservercore',
]);

/** Java 8 has no points in its versions, and the number of the build behind a hyphen: `8u502-b07`. */
const JAVA_UPDATE = /^\d+u\d+$/;

export function readTagName(tag: string): TagName {
  const parts: TagPart[] = [];
  for (const text of tag.split('-')) {
    if (text === '' || text === 'latest') continue;
    const [, word = '', version = ''] = PART.exec(text) ?? [];
    const before = parts.at(-1);
    if (word === '' && before?.version === '' && SYSTEMS.has(before.word)) {
      parts[parts.length - 1] = { word: before.word, version };
    } else if (word === 'b' && before?.word === '' && JAVA_UPDATE.test(before.version)) {
      parts[parts.length - 1] = { word: '', version: `${before.version}-${text}` };
    } else parts.push({ word: word.toLowerCase(), version });
  }
  return { tag, parts };
}

/**
 * Whether an image that goes by `specific` is what `general` asks for: `8-noble` and `latest` ask for `8.2.12-noble`, `8.1`
 * and `8-alpine` do not. Each part must be there, in this order; a version stands for all that begin with it, unless they
 * are to be `exact`.
 */
export function isAskedFor(
  general: TagName,
  specific: TagName,
  versions: 'exact' | 'beginning' = 'beginning',
): boolean {
  let from = 0;
  for (const part of general.parts) {
    const at = specific.parts.findIndex((other, index) => index >= from && covers(part, other, versions));
    if (at === -1) return false;
    from = at + 1;
  }
  return true;
}

function covers(general: TagPart, specific: TagPart, versions: 'exact' | 'beginning'): boolean {
  if (general.word !== specific.word) return false;
  if (general.version === '') return specific.word !== '';
  if (versions === 'exact') return general.version === specific.version;
  return beginsWith(specific.version, general.version);
}

function beginsWith(version: string, beginning: string): boolean {
  const [had, wanted] = [versionNumbers(version), versionNumbers(beginning)];
  return wanted.length <= had.length && wanted.every((number, index) => number === had[index]);
}

/** `3`, `14` and `7` of `3.14.7`: a version stands for all whose numbers begin with its own. */
export function versionNumbers(version: string): readonly string[] {
  return version.replace(/^(\d+)u(?=\d)/, '$1.').split(/[._+]|-b(?=\d)/);
}

const PRE_RELEASE_WORDS: ReadonlySet<string> = new Set([
  'alpha',
  'beta',
  'dev',
  'ea',
  'edge',
  'experimental',
  'm',
  'milestone',
  'nightly',
  'pre',
  'preview',
  'rawhide',
  'rc',
  'testing',
  'tip',
  'unstable',
]);

/** `1.27rc2`, `4.0.0-beta1`, `27-ea-12-jdk`: not meant for daily use yet. */
export function isPreRelease({ parts }: TagName): boolean {
  return parts.some(
    ({ word, version }, index) =>
      // elsewhere it says that compilers and headers are there: `base-devel`
      (word === 'devel' && index === 0) ||
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

/**
 * All versions that stand alone, the software's first: `11.90-11.0.32-jdk` has two, and only together they say which one it
 * is.
 */
export function bareVersions({ parts }: TagName): readonly string[] {
  return parts.filter(({ word, version }) => word === '' && version !== '').map(({ version }) => version);
}

/** How many numbers the version of a line has, as `3.14` is one of `3.14.7`; 0 where it is no line of that. */
export function linePrecision(line: TagName, whole: TagName): number {
  const [version, wholeVersion] = [softwareVersion(line), softwareVersion(whole)];
  const precision = versionNumbers(version).length;
  const isLine = version !== '' && precision < versionNumbers(wholeVersion).length;
  return isLine && beginsWith(wholeVersion, version) ? precision : 0;
}

/** How many numbers the versions that stand alone have; 0 for none. */
export function softwarePrecision(name: TagName): number {
  return bareVersions(name).reduce((sum, version) => sum + versionNumbers(version).length, 0);
}

/** How many numbers the versions in it have: `8.2.12-alpine3.24` has five. */
export function precisionOf({ parts }: TagName): number {
  return parts.reduce((sum, { version }) => sum + (version === '' ? 0 : versionNumbers(version).length), 0);
}

/**
 * Negative, zero or positive as the software of `a` is older than, the same as or newer than that of `b`; null where that
 * cannot be told.
 */
export function compareSoftware(a: TagName, b: TagName): number | null {
  const [left, right] = [softwareVersion(a), softwareVersion(b)];
  if (left === '' || right === '') return null;
  const order = compareText(left, right);
  if (order !== 0) return order;
  // further versions mean the same in names of one form only
  const [furtherLeft, furtherRight] = [bareVersions(a).slice(1), bareVersions(b).slice(1)];
  if (furtherLeft.length !== furtherRight.length) return 0;
  for (const [index, version] of furtherLeft.entries()) {
    const further = compareText(version, furtherRight[index] ?? version);
    if (further !== 0) return further;
  }
  return 0;
}

const BUILD = /_|-b(?=\d)/;

/** What follows an underscore or "-b" is the number of a build, in versions of Java: 25_36 is older than 25.0.1_8. */
function compareText(a: string, b: string): number | null {
  if (a === b) return 0;
  const [[releaseA = '', ...buildA], [releaseB = '', ...buildB]] = [a.split(BUILD), b.split(BUILD)];
  return (
    compareGeneric(releaseA, releaseB) || compareGeneric(buildA.join('.') || '0', buildB.join('.') || '0')
  );
}

function compareGeneric(a: string, b: string): number | null {
  return generic.isValid(a) && generic.isValid(b) ? generic.compare(a, b) : null;
}

/** Most specific names first: more numbers, then longer, then by code unit. */
export function compareSpecificity(a: TagName, b: TagName): number {
  return precisionOf(b) - precisionOf(a) || b.tag.length - a.tag.length || compareWords(a.tag, b.tag);
}
