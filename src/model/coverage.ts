/**
 * Something that an assessment could not see. Zero findings means "checked" only where no entry speaks against it.
 * The codes are stable and part of the JSON format; `docs/coverage.md` explains each.
 */
export const COVERAGE_CODES = [
  /** No os-release was found: packages of an operating system cannot be matched. */
  'DISTRIBUTION_UNKNOWN',
  /** The distribution is known, but the advisory database has nothing for it or for this release. */
  'DISTRIBUTION_NOT_COVERED',
  /** The release no longer gets security support: absent advisories mean nothing. */
  'DISTRIBUTION_END_OF_LIFE',
  /** The distribution publishes flaws that it has fixed, and no others. */
  'UNFIXED_UNKNOWN',
  /** The advisory database has no source for this kind of package. */
  'ECOSYSTEM_NOT_COVERED',
  /** The package's maker is not the distribution, whose advisories therefore do not speak about it. */
  'PACKAGE_THIRD_PARTY',
  'PACKAGE_WITHOUT_VERSION',
  /** Packages whose evidence states only a part of the name that advisories use. */
  'PACKAGE_NOT_IDENTIFIED',
  /** A version that its scheme cannot read; it was not compared. */
  'VERSION_UNREADABLE',
  /** A range in an advisory that cannot be read; the advisory was shown as not decided. */
  'ADVISORY_UNREADABLE',
  /** A package database or metadata file that a cataloger could not read, wholly or in part. */
  'EVIDENCE_UNREADABLE',
  /** A file that a cataloger asked for is larger than it may read. */
  'EVIDENCE_TOO_LARGE',
  /** A hard link to a file that is in no layer read before. */
  'HARD_LINK_UNRESOLVED',
  /** A link that leads outside, in a circle, or too deep. */
  'LINK_UNRESOLVED',
  /** A tar entry with a name that climbs out of the root or cannot be a file name; it was ignored. */
  'ENTRY_REFUSED',
  /** A layer whose media type Hallmark does not read (encrypted, foreign, unknown). */
  'LAYER_NOT_READ',
  /** A layer of which only some files were read, as its table of contents lists them; its digest was not checked. */
  'LAYER_READ_IN_PART',
  /** A list grew past its bound; what came later was left out. */
  'LIMIT_REACHED',
  /** A directory of a root file system that could not be read. */
  'DIRECTORY_UNREADABLE',
  /** The advisory database is older than its use-by age. */
  'ADVISORIES_STALE',
] as const;

export type CoverageCode = (typeof COVERAGE_CODES)[number];

/** Gaps in what sources publish. No other database, and nothing in the image, would close them. */
export const GAPS_OF_SOURCES: ReadonlySet<CoverageCode> = new Set<CoverageCode>(['UNFIXED_UNKNOWN']);

export interface Coverage {
  readonly code: CoverageCode;
  /** One sentence for people: what was not seen and what that means for the answer. */
  readonly message: string;
  /** What it is about: a purl, a path in the image, a layer's digest, an ecosystem. */
  readonly subject: string;
}

/** Stable order and no repetitions: by code, subject, message. */
export function sortCoverage(entries: Iterable<Coverage>): Coverage[] {
  const unique = new Map<string, Coverage>();
  for (const entry of entries) unique.set(`${entry.code}\0${entry.subject}\0${entry.message}`, entry);
  return [...unique.entries()].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, entry]) => entry);
}
