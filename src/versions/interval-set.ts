/** Sets of versions, written as lists of intervals, and their algebra in the order of a scheme. */
import type { VersionInterval, VersionScheme } from './scheme.ts';

export const EVERY_VERSION: VersionInterval = { introduced: null, fixed: null, lastAffected: null };

export function from(version: string): VersionInterval {
  return { ...EVERY_VERSION, introduced: version };
}

export function after(version: string): VersionInterval {
  return { ...from(version), afterIntroduced: true };
}

export function before(version: string): VersionInterval {
  return { ...EVERY_VERSION, fixed: version };
}

export function upTo(version: string): VersionInterval {
  return { ...EVERY_VERSION, lastAffected: version };
}

export function exactly(version: string): VersionInterval {
  return { introduced: version, fixed: null, lastAffected: version };
}

export function between(version: string, fixed: string): VersionInterval {
  return { introduced: version, fixed, lastAffected: null };
}

/**
 * What no interval holds, in ascending order.
 *
 * @throws {VersionError} VERSION_UNREADABLE for a bound
 */
export function complementIntervals(
  scheme: VersionScheme,
  intervals: readonly VersionInterval[],
): VersionInterval[] {
  const gaps: VersionInterval[] = [];
  let start = EVERY_VERSION;
  for (const interval of unionIntervals(scheme, intervals)) {
    const { introduced, fixed, lastAffected } = interval;
    if (introduced !== null) {
      gaps.push(joined(start, interval.afterIntroduced ? upTo(introduced) : before(introduced)));
    }
    if (fixed === null && lastAffected === null) return gaps;
    start = fixed === null ? after(lastAffected ?? '') : from(fixed);
  }
  return [...gaps, start];
}

/**
 * What any interval holds, in ascending order, without overlaps.
 *
 * @throws {VersionError} VERSION_UNREADABLE for a bound
 */
export function unionIntervals(
  scheme: VersionScheme,
  intervals: readonly VersionInterval[],
): VersionInterval[] {
  const ascending = intervals
    .map((interval) => oneEnd(scheme, interval))
    .filter((interval) => !isEmpty(scheme, interval))
    .sort((a, b) => compareStarts(scheme, a, b));
  const merged: VersionInterval[] = [];
  for (const interval of ascending) {
    const last = merged.at(-1);
    if (last === undefined || isGapBetween(scheme, last, interval)) merged.push(interval);
    else if (compareEnds(scheme, interval, last) > 0) merged.splice(-1, 1, joined(last, interval));
  }
  return merged;
}

/**
 * What an interval of each list holds, in ascending order, without overlaps.
 *
 * @throws {VersionError} VERSION_UNREADABLE for a bound
 */
export function intersectIntervals(
  scheme: VersionScheme,
  left: readonly VersionInterval[],
  right: readonly VersionInterval[],
): VersionInterval[] {
  const others = unionIntervals(scheme, right);
  const both: VersionInterval[] = [];
  for (const a of unionIntervals(scheme, left)) {
    for (const b of others) {
      const start = compareStarts(scheme, a, b) >= 0 ? a : b;
      const end = compareEnds(scheme, a, b) <= 0 ? a : b;
      both.push(joined(start, end));
    }
  }
  return unionIntervals(scheme, both);
}

/** From the start of one to the end of the other. */
function joined(start: VersionInterval, end: VersionInterval): VersionInterval {
  return {
    introduced: start.introduced,
    fixed: end.fixed,
    lastAffected: end.lastAffected,
    ...(start.afterIntroduced ? { afterIntroduced: true } : {}),
  };
}

/** An interval may state both a fix and the last affected version: the nearer one ends it. */
function oneEnd(scheme: VersionScheme, interval: VersionInterval): VersionInterval {
  const { fixed, lastAffected } = interval;
  if (fixed === null || lastAffected === null) return interval;
  const end = scheme.compare(fixed, lastAffected) <= 0 ? before(fixed) : upTo(lastAffected);
  return joined(interval, end);
}

function isEmpty(
  scheme: VersionScheme,
  { introduced, fixed, lastAffected, afterIntroduced }: VersionInterval,
): boolean {
  const end = fixed ?? lastAffected;
  if (introduced === null || end === null) return false;
  const order = scheme.compare(introduced, end);
  return order > 0 || (order === 0 && (fixed !== null || afterIntroduced === true));
}

function compareStarts(scheme: VersionScheme, a: VersionInterval, b: VersionInterval): number {
  if (a.introduced === null || b.introduced === null) {
    return Number(a.introduced !== null) - Number(b.introduced !== null);
  }
  const order = scheme.compare(a.introduced, b.introduced);
  return order || Number(a.afterIntroduced === true) - Number(b.afterIntroduced === true);
}

function compareEnds(scheme: VersionScheme, a: VersionInterval, b: VersionInterval): number {
  const [endA, endB] = [a.fixed ?? a.lastAffected, b.fixed ?? b.lastAffected];
  if (endA === null || endB === null) return Number(endA === null) - Number(endB === null);
  return scheme.compare(endA, endB) || Number(b.fixed !== null) - Number(a.fixed !== null);
}

/** True if a version lies after the one and before the other, as far as bounds tell: `<1.0` and `>1.0` leave out 1.0. */
function isGapBetween(scheme: VersionScheme, first: VersionInterval, second: VersionInterval): boolean {
  const end = first.fixed ?? first.lastAffected;
  if (end === null || second.introduced === null) return false;
  const order = scheme.compare(second.introduced, end);
  return order > 0 || (order === 0 && first.fixed !== null && second.afterIntroduced === true);
}
