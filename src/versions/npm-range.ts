import type Comparator from 'semver/classes/comparator.js';
import Range from 'semver/classes/range.js';
import type SemVer from 'semver/classes/semver.js';
import { VersionError, type VersionInterval } from './scheme.ts';

const MAX_RANGE_LENGTH = 1024;

/** One end of a range; `inclusive` tells whether the version itself belongs to it. */
interface Bound {
  readonly version: SemVer;
  readonly inclusive: boolean;
}

/**
 * An npm range (`^1.2.3 || >=3.0.0 <3.4.5`) as intervals, in the order in which it is written. Pre-releases belong to
 * a range like any other version, which is what advisories mean; an installer would leave them out.
 *
 * @throws {VersionError} RANGE_UNREADABLE
 */
export function intervalsFromNpmRange(range: string): VersionInterval[] {
  return readRange(range).set.flatMap(intervalOf);
}

function readRange(range: string): Range {
  if (range.length > MAX_RANGE_LENGTH) {
    throw new VersionError(
      'RANGE_UNREADABLE',
      `an npm range has ${range.length} characters, at most ${MAX_RANGE_LENGTH} are read`,
    );
  }
  try {
    return new Range(range, { loose: true, includePrerelease: true });
  } catch (cause) {
    throw new VersionError('RANGE_UNREADABLE', `not an npm range: ${JSON.stringify(range)}`, {
      subject: range,
      cause,
    });
  }
}

/** What satisfies all comparators at once: one interval, or none. */
function intervalOf(comparators: readonly Comparator[]): VersionInterval[] {
  let lower: Bound | null = null;
  let upper: Bound | null = null;
  for (const { operator, semver: version, value } of comparators) {
    if (value === '') continue; // any version
    const inclusive = operator !== '<' && operator !== '>';
    if (!operator?.startsWith('<')) lower = narrower(lower, { version, inclusive }, 1);
    if (!operator?.startsWith('>')) upper = narrower(upper, { version, inclusive }, -1);
  }
  if (upper !== null && isEmpty(lower, upper)) return [];
  return [
    {
      introduced: lower === null ? null : lower.inclusive ? lower.version.version : successor(lower.version),
      fixed: upper === null || upper.inclusive ? null : upper.version.version,
      lastAffected: upper?.inclusive ? upper.version.version : null,
    },
  ];
}

/** The bound that leaves less: the greater of two lower bounds (direction 1), the smaller of two upper ones (-1). */
function narrower(known: Bound | null, other: Bound, direction: 1 | -1): Bound {
  if (known === null) return other;
  const order = other.version.compare(known.version) * direction;
  return order > 0 || (order === 0 && !other.inclusive) ? other : known;
}

function isEmpty(lower: Bound | null, upper: Bound): boolean {
  // nothing is older than 0.0.0-0, by which node-semver writes the range that nothing satisfies
  if (lower === null) return upper.version.version === '0.0.0-0' && !upper.inclusive;
  const order = lower.version.compare(upper.version);
  return order > 0 || (order === 0 && !(lower.inclusive && upper.inclusive));
}

/** The smallest version above another. SemVer 2.0.0, section 11: the identifier 0 is the oldest there is. */
function successor(version: SemVer): string {
  if (version.prerelease.length > 0) return `${version.version}.0`;
  return `${version.major}.${version.minor}.${version.patch + 1}-0`;
}
