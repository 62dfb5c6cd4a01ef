import { HallmarkError, type ErrorDetails, type ErrorTable } from '../model/errors.ts';

export const VERSION_ERRORS = {
  VERSION_UNREADABLE: {
    exit: 3,
    means: 'A version does not follow its scheme and cannot be compared.',
    remedy: 'Check the version, or compare it in the scheme it was written for.',
  },
  RANGE_UNREADABLE: {
    exit: 3,
    means: 'A version range does not follow its scheme.',
    remedy: 'Check the range, or write it in the scheme it is meant for.',
  },
  SCHEME_UNKNOWN: {
    exit: 3,
    means: 'There is no version scheme of that name.',
    remedy: 'Use one of the schemes listed in docs/versions.md.',
  },
} as const satisfies ErrorTable;

export class VersionError extends HallmarkError {
  override readonly name = 'VersionError';
  constructor(code: keyof typeof VERSION_ERRORS, message: string, details?: ErrorDetails) {
    super(code, VERSION_ERRORS[code], message, details);
  }
}

/** The error of every scheme for a version that it cannot read. */
export function unreadableVersion(scheme: string, version: string, cause?: unknown): VersionError {
  const shown = JSON.stringify(version.slice(0, 100));
  return new VersionError('VERSION_UNREADABLE', `not a version in the scheme ${scheme}: ${shown}`, {
    subject: version,
    cause,
  });
}

/** In characters. */
const MAX_RANGE_LENGTH = 10_000;

/** The error of every reader of ranges for one that it cannot read. */
export function unreadableRange(notation: string, range: string, cause?: unknown): VersionError {
  const shown = JSON.stringify(range.slice(0, 100));
  return new VersionError('RANGE_UNREADABLE', `not ${notation}: ${shown}`, { subject: range, cause });
}

/** @throws {VersionError} RANGE_UNREADABLE for a text that no advisory would hold */
export function limitRange(notation: string, range: string): void {
  if (range.length > MAX_RANGE_LENGTH)
    throw unreadableRange(`${notation} of at most ${MAX_RANGE_LENGTH} characters`, range);
}

/** A way to order versions. Comparison is a total order over what `isValid` accepts. */
export interface VersionScheme {
  readonly name: string;
  isValid(version: string): boolean;
  /**
   * Negative, zero or positive as `a` is older than, equal to or newer than `b`.
   *
   * @throws {VersionError} VERSION_UNREADABLE
   */
  compare(a: string, b: string): number;
  /** What is compared with the last version of a range, where it is not the version itself. */
  readonly upTo?: (version: string, lastAffected: string) => string;
}

/**
 * Versions from `introduced` on (null: from the first) up to but without `fixed`, or up to and with `lastAffected`;
 * no end when both are null. OSV schema, "affected[].ranges[].events".
 */
export interface VersionInterval {
  readonly introduced: string | null;
  readonly fixed: string | null;
  readonly lastAffected: string | null;
  /** `introduced` itself does not belong to it: `>1.0`. */
  readonly afterIntroduced?: true;
}
