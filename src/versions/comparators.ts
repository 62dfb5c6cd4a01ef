import {
  after,
  before,
  EVERY_VERSION,
  exactly,
  from,
  intersectIntervals,
  unionIntervals,
  upTo,
} from './interval-set.ts';
import {
  limitRange,
  unreadableRange,
  VersionError,
  type VersionInterval,
  type VersionScheme,
} from './scheme.ts';

/** At once; each costs a pass over what the others have left. */
const MAX_COMPARATORS = 100;

/** How a notation of ranges is written: alternatives of comparators that hold at once, in any scheme. */
export interface RangeNotation {
  /** With its article, for errors: `a requirement of RubyGems`. */
  readonly name: string;
  readonly scheme: VersionScheme;
  /** One comparator, or null for what is none. */
  readonly intervalsOf: (comparator: string) => readonly VersionInterval[] | null;
}

/**
 * The versions that satisfy all comparators of any alternative, in ascending order.
 *
 * @param range to be named in an error
 * @throws {VersionError} RANGE_UNREADABLE
 */
export function intervalsOfAlternatives(
  { name, scheme, intervalsOf }: RangeNotation,
  range: string,
  alternatives: readonly (readonly string[])[],
): VersionInterval[] {
  const found = alternatives.map((comparators) => {
    if (comparators.length > MAX_COMPARATORS) {
      throw unreadableRange(`${name} of at most ${MAX_COMPARATORS} comparators at once`, range);
    }
    let all: VersionInterval[] = [EVERY_VERSION];
    for (const comparator of comparators) {
      const intervals = intervalsOf(comparator);
      if (intervals === null) throw unreadableRange(name, range);
      all = inScheme(() => intersectIntervals(scheme, all, checked(scheme, intervals)), name, range);
    }
    return all;
  });
  return inScheme(() => unionIntervals(scheme, found.flat()), name, range);
}

/** A version that cannot be read makes a range that cannot be read. */
export function inScheme<T>(work: () => T, notation: string, range: string): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof VersionError && error.code === 'VERSION_UNREADABLE') {
      throw unreadableRange(notation, range, error);
    }
    throw error;
  }
}

function checked(scheme: VersionScheme, intervals: readonly VersionInterval[]): readonly VersionInterval[] {
  for (const { introduced, fixed, lastAffected } of intervals) {
    for (const bound of [introduced, fixed, lastAffected]) if (bound !== null) scheme.compare(bound, bound);
  }
  return intervals;
}

/** What `<1.0` and its like say, in every notation alike; null for another operator. */
export function intervalsOfComparator(operator: string, version: string): readonly VersionInterval[] | null {
  switch (operator) {
    case '<':
      return [before(version)];
    case '<=':
      return [upTo(version)];
    case '>':
      return [after(version)];
    case '>=':
      return [from(version)];
    case '=':
    case '==':
      return [exactly(version)];
    case '!=':
      return [before(version), after(version)];
    default:
      return null;
  }
}

/**
 * Comparators in a scheme without more of its own, as GitHub's API writes them: `>= 1.0, < 2.0`, `= 1.2.3`.
 *
 * @throws {VersionError} RANGE_UNREADABLE
 */
export function parseComparators(scheme: VersionScheme, text: string): VersionInterval[] {
  const name = `a list of comparators in the scheme ${scheme.name}`;
  limitRange(name, text);
  return intervalsOfAlternatives({ name, scheme, intervalsOf: readComparator }, text, [splitList(text, ',')]);
}

function readComparator(comparator: string): readonly VersionInterval[] | null {
  const [, operator = '', version = ''] = /^(<=?|>=?|==?|!=)\s*(\S+)$/.exec(comparator) ?? [];
  return intervalsOfComparator(operator, version);
}

/** The parts between separators, without white space around them; an empty one stays and is no comparator. */
export function splitList(text: string, separator: string): readonly string[] {
  return text.split(separator).map((part) => part.trim());
}

/** The same numbers with the last one greater by one. */
export function increment(numbers: readonly string[]): readonly string[] {
  return [...numbers.slice(0, -1), String(BigInt(numbers.at(-1) ?? '0') + 1n)];
}

/** How many of up to three numbers `^` keeps: up to the first that is not 0, which tells incompatible versions apart. */
export function compatibleLength(numbers: readonly string[]): number {
  const first = numbers.slice(0, 3).findIndex((number) => !/^0+$/.test(number));
  return first < 0 ? Math.min(numbers.length, 3) : first + 1;
}
