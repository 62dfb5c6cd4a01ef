/**
 * VERS, the version range specifier, `vers:npm/>=1.2.0|<2.0.0`. https://github.com/package-url/vers-spec, "VERS
 * specification". What is not canonical is refused, as the specification wants; `canonicalVers` makes canonical what only
 * is in another order or form.
 */
import { inScheme, intervalsOfComparator } from './comparators.ts';
import { findInterval } from './interval.ts';
import {
  complementIntervals,
  EVERY_VERSION,
  exactly,
  intersectIntervals,
  unionIntervals,
} from './interval-set.ts';
import { isSchemeKnown, schemeNamed } from './register.ts';
import {
  limitRange,
  unreadableRange,
  VersionError,
  type VersionInterval,
  type VersionScheme,
} from './scheme.ts';

const NAME = 'a canonical version range of VERS';

export interface VersConstraint {
  readonly comparator: '=' | '!=' | '<' | '<=' | '>' | '>=';
  /** Without percent-encoding. */
  readonly version: string;
}

export interface Vers {
  /** In lower case: `npm`. */
  readonly type: string;
  /** In ascending order; null for `*`, which is every version. */
  readonly constraints: readonly VersConstraint[] | null;
}

/** Types of VERS with the schemes that order their versions, where the names differ. */
const SCHEMES: ReadonlyMap<string, string> = new Map([
  ['alpine', 'apk'],
  ['arch', 'alpm'],
  ['dart', 'pub'],
  ['ebuild', 'portage'],
  ['gentoo', 'portage'],
  ['nginx', 'semver'],
]);

/**
 * A range of VERS as intervals, in ascending order; `vers:none/*` has none.
 *
 * @throws {VersionError} RANGE_UNREADABLE, also for a type whose order is not known
 */
export function parseVers(text: string): VersionInterval[] {
  const vers = readVers(text);
  if (vers.type === 'none') return [];
  if (vers.constraints === null) return [EVERY_VERSION];
  return intervalsOf(schemeOf(vers.type, text), vers.constraints);
}

/**
 * Does the range hold the version?
 *
 * @throws {VersionError} RANGE_UNREADABLE, VERSION_UNREADABLE
 */
export function versContains(text: string, version: string): boolean {
  const { type, constraints } = readVers(text);
  if (constraints === null) return type !== 'none';
  const scheme = schemeOf(type, text);
  return findInterval(scheme, version, intervalsOf(scheme, constraints)).interval !== null;
}

/**
 * Reads a canonical range, and checks the order of its versions where the order of its type is known.
 *
 * @throws {VersionError} RANGE_UNREADABLE
 */
export function readVers(text: string): Vers {
  const vers = readUnordered(text);
  const sorted = sortConstraints(vers, text);
  if (sorted?.some((constraint, i) => constraint !== vers.constraints?.[i]))
    throw unreadableRange(NAME, text);
  return vers;
}

/** The canonical text of a range. */
export function formatVers({ type, constraints }: Vers): string {
  const written = constraints?.map(
    ({ comparator, version }) => `${comparator === '=' ? '' : comparator}${encodeVersion(version)}`,
  );
  return `vers:${type}/${written?.join('|') ?? '*'}`;
}

/**
 * Makes canonical what is in another order or form: capitals in the type, white space, an equals sign, needless or missing
 * percent-encoding, repeated constraints, empty ones.
 *
 * @throws {VersionError} RANGE_UNREADABLE for what has no canonical form
 */
export function canonicalVers(text: string): string {
  limitRange(NAME, text);
  const [, type = '', written = ''] = /^\s*vers:([^/]*)\/(.*)$/is.exec(text) ?? [];
  const parts = new Set(
    written
      .split('|')
      .map((part) => part.replaceAll(/\s/g, '').replace(/^==?/, ''))
      .filter((part) => part !== '')
      .map((part) => part.replaceAll(/%[0-9a-f]{2}/gi, (triplet) => triplet.toUpperCase())),
  );
  const vers = readUnordered(`vers:${type.trim().toLowerCase()}/${[...parts].join('|')}`);
  return formatVers({ type: vers.type, constraints: sortConstraints(vers, text) });
}

function readUnordered(text: string): Vers {
  limitRange(NAME, text);
  const [, type, written = ''] = /^vers:([a-z][a-z0-9.-]*)\/([\x21-\x7e]+)$/.exec(text) ?? [];
  if (type === undefined || type === 'invalid') throw unreadableRange(NAME, text);
  if (written === '*') return { type, constraints: null };
  if (type === 'all' || type === 'none') throw unreadableRange(NAME, text);
  return { type, constraints: written.split('|').map((part) => readConstraint(type, part, text)) };
}

function readConstraint(type: string, part: string, text: string): VersConstraint {
  const [, comparator = '', encoded] = /^(!=|<=?|>=?)?((?:[^<>=!*|%]|%[0-9A-F]{2})+)$/.exec(part) ?? [];
  // the colons of a time are not encoded
  if (encoded === undefined || (type === 'datetime' && /[%tz]/.test(encoded)))
    throw unreadableRange(NAME, text);
  const version = decode(encoded);
  if (version === null) throw unreadableRange(NAME, text);
  return { comparator: (comparator || '=') as VersConstraint['comparator'], version };
}

function decode(encoded: string): string | null {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return null;
  }
}

function encodeVersion(version: string): string {
  return version.replaceAll(/[<>=!*|%]|[^\x21-\x7e]/gu, (character) =>
    [...Buffer.from(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
}

/**
 * In ascending order, where the order of the type is known; else as they are. Then no two may name one version, and what
 * follows each other must make sense: VERS, "VERS validation rules".
 */
function sortConstraints({ type, constraints }: Vers, text: string): readonly VersConstraint[] | null {
  if (constraints === null) return null;
  const name = SCHEMES.get(type) ?? type;
  const compare = isSchemeKnown(name)
    ? (a: VersConstraint, b: VersConstraint) => schemeNamed(name).compare(a.version, b.version)
    : (a: VersConstraint, b: VersConstraint) => (a.version === b.version ? 0 : -1);
  return inScheme(
    () => {
      for (const constraint of constraints) compare(constraint, constraint);
      const sorted = isSchemeKnown(name) ? constraints.toSorted(compare) : constraints;
      const isRepeated = sorted.some(
        (constraint, i) => i > 0 && compare(sorted[i - 1] ?? constraint, constraint) === 0,
      );
      if (isRepeated || !isSequence(sorted)) throw unreadableRange(NAME, text);
      return sorted;
    },
    NAME,
    text,
  );
}

/** Without `!=`: no `<` right after an equality, and otherwise `<` and `>` in turn. */
function isSequence(sorted: readonly VersConstraint[]): boolean {
  const signs = sorted.map(({ comparator }) => comparator.slice(0, 1)).filter((sign) => sign !== '!');
  const ends = signs.filter((sign) => sign !== '=');
  return (
    !signs.some((sign, i) => sign === '<' && signs[i - 1] === '=') &&
    !ends.some((sign, i) => i > 0 && sign === ends[i - 1])
  );
}

function intervalsOf(scheme: VersionScheme, constraints: readonly VersConstraint[]): VersionInterval[] {
  const inside: VersionInterval[] = [];
  const excluded: VersionInterval[] = [];
  let start: VersionInterval | null = null;
  for (const { comparator, version } of constraints) {
    const [stated = EVERY_VERSION] = intervalsOfComparator(comparator, version) ?? [];
    if (comparator === '!=') excluded.push(exactly(version));
    else if (comparator === '=') inside.push(stated);
    else if (comparator.startsWith('>')) start = stated;
    else {
      inside.push(...intersectIntervals(scheme, [start ?? EVERY_VERSION], [stated]));
      start = null;
    }
  }
  if (start !== null) inside.push(start);
  // exclusions alone exclude from every version
  const whole = inside.length === 0 ? [EVERY_VERSION] : unionIntervals(scheme, inside);
  return intersectIntervals(scheme, whole, complementIntervals(scheme, excluded));
}

function schemeOf(type: string, text: string): VersionScheme {
  try {
    return schemeNamed(SCHEMES.get(type) ?? type);
  } catch (error) {
    if (!(error instanceof VersionError)) throw error;
    throw unreadableRange(`a version range of a type whose order is known (${type})`, text, error);
  }
}
