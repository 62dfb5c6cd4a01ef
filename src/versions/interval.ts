import { unreadableVersion, VersionError, type VersionInterval, type VersionScheme } from './scheme.ts';

/** A comparison that was made on the way, for the explanation of a verdict. */
export interface BoundComparison {
  readonly kind: keyof VersionInterval;
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
  const isBeyond = (kind: keyof VersionInterval, bound: string | null, test: (order: number) => boolean) => {
    if (bound === null) return false;
    if (!scheme.isValid(bound)) throw unreadableVersion(scheme.name, bound);
    const order = scheme.compare(version, bound);
    comparisons.push({ kind, bound, order });
    return test(order);
  };
  let unreadable: VersionError | null = null;
  for (const interval of intervals) {
    try {
      if (isBeyond('introduced', interval.introduced, (order) => order < 0)) continue;
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

/** An event of a range; exactly one field is given. OSV schema, "affected[].ranges[].events". */
export interface RangeEvent {
  readonly introduced?: string | undefined;
  readonly fixed?: string | undefined;
  readonly last_affected?: string | undefined;
  readonly limit?: string | undefined;
}

/**
 * The intervals that the events of one range describe, oldest first. `introduced: "0"` means from the first version
 * on. Events may come in any order; those at the same version keep theirs. A limit cuts off what lies beyond it, and
 * is written as `fixed`: the first version that the range does not speak of. OSV schema, "Evaluation".
 *
 * @throws {VersionError} RANGE_UNREADABLE: events that have to be put in order cannot be read
 */
export function intervalsFromEvents(scheme: VersionScheme, events: readonly RangeEvent[]): VersionInterval[] {
  try {
    const limit = greatestLimit(scheme, events);
    const intervals = intervalsBetween(sortedTurns(scheme, events));
    return limit === null ? intervals : intervals.flatMap((interval) => cutOff(scheme, interval, limit));
  } catch (error) {
    throw error instanceof VersionError ? rangeError(error) : error;
  }
}

/** A version at which a range turns to affected or away from it; null is before the first version. */
interface Turn {
  readonly kind: keyof VersionInterval;
  readonly version: string | null;
}

function sortedTurns(scheme: VersionScheme, events: readonly RangeEvent[]): Turn[] {
  const turns: Turn[] = [];
  for (const { introduced, fixed, last_affected: lastAffected } of events) {
    if (introduced !== undefined)
      turns.push({ kind: 'introduced', version: introduced === '0' ? null : introduced });
    if (fixed !== undefined) turns.push({ kind: 'fixed', version: fixed });
    if (lastAffected !== undefined) turns.push({ kind: 'lastAffected', version: lastAffected });
  }
  return turns.sort((a, b) => {
    if (a.version === null || b.version === null)
      return Number(b.version === null) - Number(a.version === null);
    return scheme.compare(a.version, b.version);
  });
}

function intervalsBetween(turns: readonly Turn[]): VersionInterval[] {
  const intervals: VersionInterval[] = [];
  let open: VersionInterval | null = null;
  for (const { kind, version } of turns) {
    if (kind === 'introduced') {
      open ??= { introduced: version, fixed: null, lastAffected: null };
    } else if (open !== null) {
      intervals.push({ ...open, [kind]: version });
      open = null;
    }
  }
  return open === null ? intervals : [...intervals, open];
}

/** A version below any of the limits is within the range; null where nothing limits it. */
function greatestLimit(scheme: VersionScheme, events: readonly RangeEvent[]): string | null {
  const limits = events.flatMap(({ limit }) => limit ?? []);
  if (limits.includes('*')) return null;
  return limits.sort((a, b) => scheme.compare(b, a))[0] ?? null;
}

function cutOff(scheme: VersionScheme, interval: VersionInterval, limit: string): VersionInterval[] {
  const { introduced, fixed, lastAffected } = interval;
  if (introduced !== null && scheme.compare(introduced, limit) >= 0) return [];
  const endsBefore =
    (fixed !== null && scheme.compare(fixed, limit) <= 0) ||
    (lastAffected !== null && scheme.compare(lastAffected, limit) < 0);
  return [endsBefore ? interval : { introduced, fixed: limit, lastAffected: null }];
}

function rangeError(cause: VersionError): VersionError {
  const subject = cause.subject === undefined ? {} : { subject: cause.subject };
  return new VersionError('RANGE_UNREADABLE', `a bound of a range cannot be read: ${cause.message}`, {
    ...subject,
    cause,
  });
}
