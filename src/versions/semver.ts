import { compareIdentifiers, compareLists, compareReleases } from './order.ts';
import { parsedScheme } from './parsed-scheme.ts';

const VERSION =
  /^v?(?<core>\d+(?:\.\d+)*)(?:-(?<preRelease>[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+(?<build>[0-9A-Za-z.-]*))?$/;

/** The parts of a version in the form of semantic versioning. */
export interface SemanticVersion {
  readonly core: readonly string[];
  /** Empty for a release. */
  readonly preRelease: readonly string[];
  /** Empty where there is none. */
  readonly build: readonly string[];
}

/**
 * Semantic Versioning 2.0.0, section 11, with numbers of any length. Wider than the grammar where advisories are: a
 * leading `v`, leading zeros, and fewer or more numbers than three, absent ones being 0. Build metadata does not count.
 */
export const semver = parsedScheme('semver', readSemanticVersion, compareSemanticVersions);

export function readSemanticVersion(version: string): SemanticVersion | null {
  const { core, preRelease, build } = VERSION.exec(version)?.groups ?? {};
  if (core === undefined) return null;
  return {
    core: core.split('.'),
    preRelease: preRelease?.split('.') ?? [],
    build: build ? build.split('.') : [],
  };
}

/** No `v`, no zeros before a number, at most three numbers; advisories leave out the last ones. */
export function readStrictly(version: string): SemanticVersion | null {
  return /^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){0,2}(?![\d.])/.test(version)
    ? readSemanticVersion(version)
    : null;
}

export function compareSemanticVersions(a: SemanticVersion, b: SemanticVersion): number {
  return compareReleases(a.core, b.core) || comparePreReleases(a.preRelease, b.preRelease);
}

/** As `compareSemanticVersions`; between equals no build is the oldest, and builds compare as pre-releases do. */
export function compareWithBuilds(a: SemanticVersion, b: SemanticVersion): number {
  return compareSemanticVersions(a, b) || compareLists(a.build, b.build, compareIdentifiers);
}

/** A release is newer than its pre-releases; of two pre-releases the one that goes on is newer. */
export function comparePreReleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  return compareLists(a, b, compareIdentifiers);
}
