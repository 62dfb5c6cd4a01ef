import { findInterval } from '../../../versions/interval.ts';
import type { VersionInterval, VersionScheme } from '../../../versions/scheme.ts';
import { plainlyInside, plainOrder } from '../../plain-version.ts';

/** One event of a range; exactly one member is set in well-formed records. */
export interface OsvEvent {
  readonly introduced?: string | undefined;
  readonly fixed?: string | undefined;
  readonly last_affected?: string | undefined;
  readonly limit?: string | undefined;
}

interface Bound {
  readonly kind: 'introduced' | 'fixed' | 'lastAffected';
  readonly version: string;
}

/** Before every version: OSV's own word, and the oldest version of Semantic Versioning, as RustSec's export writes it. */
const FIRST: ReadonlySet<string> = new Set(['0', '0.0.0-0']);

/** The intervals of all ranges; null where those of one cannot be told. */
export function intervalsOfRanges(
  ranges: readonly { readonly events: readonly OsvEvent[] }[],
  scheme: VersionScheme | null,
): VersionInterval[] | null {
  const intervals: VersionInterval[] = [];
  for (const { events } of ranges) {
    const some = intervalsOfEvents(events, scheme);
    if (some === null) return null;
    intervals.push(...some);
  }
  return intervals;
}

/**
 * The intervals of one range, by the algorithm of the OSV schema ("Evaluation"): events in the order of their versions
 * switch "affected" on and off. Null for events that are not in order and whose order cannot be told.
 */
export function intervalsOfEvents(
  events: readonly OsvEvent[],
  scheme: VersionScheme | null,
): VersionInterval[] | null {
  const stated = events.flatMap(boundsOf);
  const bounds = inOrder(stated, scheme) ?? eachEndAlone(stated);
  if (bounds === null) return null;
  const intervals: VersionInterval[] = [];
  let introduced: string | null = null;
  for (const { kind, version } of bounds) {
    if (kind === 'introduced') {
      introduced ??= version;
    } else if (introduced !== null) {
      const from = FIRST.has(introduced) ? null : introduced;
      // introduced and fixed in 0 states that no version is affected
      if (version !== introduced || kind === 'lastAffected') {
        intervals.push({
          introduced: from,
          fixed: kind === 'fixed' ? version : null,
          lastAffected: kind === 'lastAffected' ? version : null,
        });
      }
      introduced = null;
    }
  }
  if (introduced !== null) {
    intervals.push({
      introduced: FIRST.has(introduced) ? null : introduced,
      fixed: null,
      lastAffected: null,
    });
  }
  return intervals;
}

/** `limit` bounds where events were looked for, and with it the affected versions; `*` is no bound. */
function boundsOf({ introduced, fixed, last_affected: lastAffected, limit }: OsvEvent): Bound[] {
  const bounds: Bound[] = [];
  if (introduced !== undefined) bounds.push({ kind: 'introduced', version: introduced });
  if (fixed !== undefined) bounds.push({ kind: 'fixed', version: fixed });
  if (lastAffected !== undefined) bounds.push({ kind: 'lastAffected', version: lastAffected });
  if (limit !== undefined && limit !== '*') bounds.push({ kind: 'fixed', version: limit });
  return bounds;
}

/**
 * Events sorted by version (GHSA-9qj7-jvg4-qr2x lists two introductions, then two fixes), as far as their versions can be
 * read. Records with other versions list events in pairs, which is as good.
 */
function inOrder(bounds: readonly Bound[], scheme: VersionScheme | null): readonly Bound[] | null {
  const ordered = sorted(bounds, scheme);
  if (ordered !== null) return ordered;
  return bounds.every(({ kind }, i) => (kind === 'introduced') === (i % 2 === 0)) ? bounds : null;
}

function sorted(bounds: readonly Bound[], scheme: VersionScheme | null): readonly Bound[] | null {
  if (scheme !== null && bounds.every(({ version }) => FIRST.has(version) || scheme.isValid(version))) {
    return bounds.toSorted((a, b) => {
      const [isFirst, isOtherFirst] = [FIRST.has(a.version), FIRST.has(b.version)];
      if (isFirst || isOtherFirst) return Number(isOtherFirst) - Number(isFirst);
      return scheme.compare(a.version, b.version);
    });
  }
  let known = true;
  const plain = bounds.toSorted((a, b) => {
    const order = plainOrder(a.version, b.version);
    if (order === null) known = false;
    return order ?? 0;
  });
  return known ? plain : null;
}

/**
 * A few records (PYSEC-2025-210) list one introduction and then every affected version as an end. When their order
 * cannot be told, each end bounds an interval of its own: rather too much than too little.
 */
function eachEndAlone(bounds: readonly Bound[]): readonly Bound[] | null {
  const [first, ...ends] = bounds;
  if (first?.kind !== 'introduced' || ends.some(({ kind }) => kind === 'introduced')) return null;
  return ends.flatMap((end) => [first, end]);
}

/**
 * The listed versions that the intervals do not hold: both count, and the list is often a repetition.
 *
 * @param scheme by which the versions will be matched; without one only plain numbers are beyond doubt
 */
export function versionsBeside(
  versions: readonly string[],
  intervals: readonly VersionInterval[],
  scheme: VersionScheme | null,
): string[] {
  const doubtful = versions.filter(
    (version) => !intervals.some((interval) => plainlyInside(version, interval)),
  );
  if (scheme === null) return doubtful;
  const readable = intervals.filter(({ introduced, fixed, lastAffected }) =>
    [introduced, fixed, lastAffected].every((bound) => bound === null || scheme.isValid(bound)),
  );
  return doubtful.filter(
    (version) => !scheme.isValid(version) || findInterval(scheme, version, readable).interval === null,
  );
}
