import { unreadableVersion, VersionError, type VersionInterval, type VersionScheme } from './scheme.ts';

export type BoundKind = 'introduced' | 'fixed' | 'lastAffected';

/** A comparison that was made on the way, for the explanation of a verdict. */
export interface BoundComparison {
  readonly kind: BoundKind;
  readonly bound: string;
  /** Negative, zero or positive as the version is older than, equal to or newer than the bound. */
  readonly order: number;
}

export interface IntervalSearch {
  /** The first interval that holds the version. */
  readonly interval: VersionInterval | null;
  /** Every comparison made until then, in order. */
  readonly comparisons: readonly BoundComparison[];
}

/**
 * Looks for the interval that holds a version. An interval whose bound cannot be read is passed over as long as
 * another one holds the version; after that it is unknown whether the version is affected.
 *
 * @throws {VersionError} VERSION_UNREADABLE for the version, RANGE_UNREADABLE for a bound that decides
 */
export function findInterval(
  scheme: VersionScheme,
  version: string,
  intervals: readonly VersionInterval[],
): IntervalSearch {
  if (!scheme.isValid(version)) throw unreadableVersion(scheme.name, version);
  const comparisons: BoundComparison[] = [];
  const isBeyond = (kind: BoundKind, bound: string | null, test: (order: number) => boolean) => {
    if (bound === null) return false;
    const compared = kind === 'lastAffected' ? scheme.upTo?.(version, bound) : undefined;
    const order = scheme.compare(compared ?? version, bound);
    comparisons.push({ kind, bound, order });
    return test(order);
  };
  let unreadable: VersionError | null = null;
  for (const interval of intervals) {
    try {
      const before = interval.afterIntroduced ? 1 : 0;
      if (isBeyond('introduced', interval.introduced, (order) => order < before)) continue;
      if (isBeyond('fixed', interval.fixed, (order) => order >= 0)) continue;
      if (isBeyond('lastAffected', interval.lastAffected, (order) => order > 0)) continue;
      return { interval, comparisons };
    } catch (error) {
      if (!(error instanceof VersionError)) throw error;
      unreadable ??= rangeError(error);
    }
  }
  if (unreadable !== null) throw unreadable;
  return { interval: null, comparisons };
}

function rangeError(cause: VersionError): VersionError {
  const subject = cause.subject === undefined ? {} : { subject: cause.subject };
  return new VersionError('RANGE_UNREADABLE', `a bound of a range cannot be read: ${cause.message}`, {
    ...subject,
    cause,
  });
}
