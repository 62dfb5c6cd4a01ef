import { unreadableVersion, type VersionScheme } from './scheme.ts';

const VERSION =
  /^v?(?<core>\d+(?:\.\d+)*)(?:-(?<preRelease>[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]*)?$/;

/**
 * Semantic Versioning 2.0.0, section 11, with numbers of any length. Wider than the grammar where advisories are: a
 * leading `v`, leading zeros, and fewer or more numbers than three, absent ones being 0. Build metadata does not count.
 */
export const semver: VersionScheme = {
  name: 'semver',
  isValid: (version) => VERSION.test(version),
  compare(a, b) {
    const left = read(a);
    const right = read(b);
    return compareCores(left.core, right.core) || comparePreReleases(left.preRelease, right.preRelease);
  },
};

interface ReadVersion {
  readonly core: readonly string[];
  /** Empty for a release. */
  readonly preRelease: readonly string[];
}

function read(version: string): ReadVersion {
  const { core, preRelease } = VERSION.exec(version)?.groups ?? {};
  if (core === undefined) throw unreadableVersion('semver', version);
  return { core: core.split('.'), preRelease: preRelease?.split('.') ?? [] };
}

function compareCores(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < a.length || i < b.length; i += 1) {
    const order = compareNumbers(a[i] ?? '0', b[i] ?? '0');
    if (order !== 0) return order;
  }
  return 0;
}

/** A release is newer than its pre-releases; of two pre-releases the one that goes on is newer. */
function comparePreReleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  for (let i = 0; i < a.length && i < b.length; i += 1) {
    const order = compareIdentifiers(a[i] ?? '', b[i] ?? '');
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Numbers by value and before words; words by ASCII. */
function compareIdentifiers(a: string, b: string): number {
  const [numberA, numberB] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (numberA && numberB) return compareNumbers(a, b);
  if (numberA !== numberB) return numberA ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareNumbers(a: string, b: string): number {
  const left = a.replace(/^0+(?=\d)/, '');
  const right = b.replace(/^0+(?=\d)/, '');
  return left.length - right.length || (left < right ? -1 : left > right ? 1 : 0);
}
