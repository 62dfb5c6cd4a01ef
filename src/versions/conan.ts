import { compareNumerals, compareWords, isNumeral } from './order.ts';
import { parsedScheme } from './parsed-scheme.ts';

interface ConanVersion {
  /** Without zeros at the end. */
  readonly items: readonly string[];
  readonly preRelease: ConanVersion | null;
  readonly build: ConanVersion | null;
}

/**
 * Versions of C and C++ packages as Conan 2 orders them (conans/model/version.py): any number of items between dots,
 * `-` before a pre-release and `+` before a build, which count. Two numbers compare by value, other items as text.
 */
export const conan = parsedScheme(
  'conan',
  (version) => (/^[\w.+*-]*\w[\w.+*-]*$/.test(version) ? read(version.toLowerCase()) : null),
  compare,
);

function read(version: string): ConanVersion {
  const [rest, build] = splitLast(version, '+');
  const [release, preRelease] = splitLast(rest, '-');
  const items = release.split('.');
  const end = items.findLastIndex((item) => !/^0+$/.test(item));
  return { items: items.slice(0, end + 1), preRelease: readPart(preRelease), build: readPart(build) };
}

/** Pre-releases and builds are versions in their turn, but have none of their own. */
function readPart(part: string | null): ConanVersion | null {
  return part === null ? null : { ...read(part.replaceAll(/[+-]/g, '.')), preRelease: null, build: null };
}

function splitLast(text: string, separator: string): readonly [string, string | null] {
  const at = text.lastIndexOf(separator);
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}

function compare(a: ConanVersion, b: ConanVersion): number {
  return (
    compareItems(a.items, b.items) ||
    compareOptional(a.preRelease, b.preRelease, 1) ||
    compareOptional(a.build, b.build, -1)
  );
}

/** @param absent how nothing stands to anything */
function compareOptional(a: ConanVersion | null, b: ConanVersion | null, absent: 1 | -1): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? absent : -absent;
  return compare(a, b);
}

function compareItems(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < a.length && i < b.length; i += 1) {
    const [left, right] = [a[i] ?? '', b[i] ?? ''];
    const numbers = isNumeral(left) && isNumeral(right);
    const order = numbers ? compareNumerals(left, right) : compareWords(left, right);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
