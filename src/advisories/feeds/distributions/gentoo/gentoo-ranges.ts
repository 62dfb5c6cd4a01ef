/**
 * Gentoo's ranges as intervals. An advisory lists vulnerable and unaffected ranges; what is in one of the former and in
 * none of the latter is affected (Portage, `lib/portage/glsa.py`, `getMinUpgrade`). Ranges are made half-open, which
 * Portage's order allows: behind `1.2-r3` comes `1.2-r4`, behind every revision of `1.2` comes `1.2_p`.
 */
import { portage } from '../../../../versions/portage.ts';
import type { VersionInterval } from '../../../../versions/scheme.ts';

/** A `<vulnerable>` or `<unaffected>` element. */
export interface GentooRange {
  /** `lt`, `le`, `eq`, `ge`, `gt`, and with a leading `r` those that stay within revisions of the version. */
  readonly operator: string;
  readonly version: string;
  /** The slot it is limited to; `*` for none. */
  readonly slot: string;
}

/** From `start` (null: the first version) up to but without `end` (null: no end). */
interface Span {
  readonly start: string | null;
  readonly end: string | null;
}

/**
 * The versions that are affected; null when a range cannot be read.
 *
 * A slot is one of several lines of a package that may be installed side by side, and mostly a line of versions: slot
 * 3.10 of Python has the versions 3.10.*. Installed packages do not show their slot, so a range that is limited to one
 * is limited to its versions. Other slots (`esr` and `rapid` of Firefox) limit what is unaffected to the first number.
 */
export function affectedIntervals(
  vulnerable: readonly GentooRange[],
  unaffected: readonly GentooRange[],
): VersionInterval[] | null {
  const all = [...vulnerable, ...unaffected];
  // GLSA-202305-02 calls slot 3.12 of Python 12
  const byVersion = all.some(isLineOfVersions);
  const meant = (range: GentooRange) => !byVersion || isEverySlot(range) || isLineOfVersions(range);
  const harmed = spansOf(vulnerable.filter(meant), lineOf);
  const spared = spansOf(unaffected.filter(meant), (range) => lineOf(range) ?? firstNumberOf(range));
  if (harmed === null || spared === null) return null;
  let left = harmed;
  for (const span of spared) left = left.flatMap((some) => without(some, span));
  return united(left).map(({ start, end }) => ({ introduced: start, fixed: end, lastAffected: null }));
}

/** Null when one of the ranges cannot be read. */
function spansOf(ranges: readonly GentooRange[], limit: (range: GentooRange) => Span | null): Span[] | null {
  const spans = ranges.flatMap((range) => spanOf(range, limit(range)) ?? []);
  return spans.length === ranges.length ? spans : null;
}

function isEverySlot({ slot }: GentooRange): boolean {
  return slot === '*' || slot === '' || slot === '0';
}

function isLineOfVersions({ slot, version }: GentooRange): boolean {
  return (
    slot !== '0' &&
    (version === slot || /^[._-]/.test(version.slice(slot.length))) &&
    version.startsWith(slot)
  );
}

/** The versions of the slot that a range is limited to; null for all. */
function lineOf(range: GentooRange): Span | null {
  return !isEverySlot(range) && isLineOfVersions(range) ? lineOfNumbers(range.slot) : null;
}

function firstNumberOf(range: GentooRange): Span | null {
  const number = /^\d+/.exec(range.version)?.[0];
  return isEverySlot(range) || number === undefined ? null : lineOfNumbers(number);
}

/** Everything that begins with these numbers: from `3.10_alpha` up to `3.11_alpha`, which is the first of the next. */
function lineOfNumbers(numbers: string): Span | null {
  const [, before = '', last] = /^((?:\d+\.)*)(\d{1,15})$/.exec(numbers) ?? [];
  return last === undefined ? null : { start: `${numbers}_alpha`, end: `${before}${Number(last) + 1}_alpha` };
}

function spanOf({ operator, version }: GentooRange, line: Span | null): Span | null {
  const next = nextRevision(version);
  if (!portage.isValid(version) || next === null) return null;
  const base = version.replace(/-r\d+$/, '');
  // `_p` is the lowest suffix above none
  const afterRevisions = `${base}_p`;
  const spans: Readonly<Record<string, Span>> = {
    lt: { start: line?.start ?? null, end: version },
    le: { start: line?.start ?? null, end: next },
    eq: { start: version, end: next },
    ge: { start: version, end: line?.end ?? null },
    gt: { start: next, end: line?.end ?? null },
    rlt: { start: base, end: version },
    rle: { start: base, end: next },
    rge: { start: version, end: afterRevisions },
    rgt: { start: next, end: afterRevisions },
  };
  return Object.hasOwn(spans, operator) ? (spans[operator] ?? null) : null;
}

/** The first version behind one; null for a revision that cannot be counted. */
function nextRevision(version: string): string | null {
  const [, base = '', revision = '0'] = /^(.*?)(?:-r(\d{1,15}))?$/.exec(version) ?? [];
  return /-r\d+$/.test(base) ? null : `${base}-r${Number(revision) + 1}`;
}

function without(span: Span, hole: Span): Span[] {
  const left: Span = {
    start: span.start,
    end: hole.start === null ? span.start : lower(span.end, hole.start),
  };
  const right: Span = { start: hole.end === null ? null : upper(span.start, hole.end), end: span.end };
  const kept: Span[] = [];
  if (hole.start !== null && !isEmpty(left)) kept.push(left);
  if (hole.end !== null && !isEmpty(right)) kept.push(right);
  return kept;
}

function isEmpty({ start, end }: Span): boolean {
  return start !== null && end !== null && portage.compare(start, end) >= 0;
}

/** The lower of an end, of which null is the highest, and a version. */
function lower(end: string | null, version: string): string {
  return end === null || portage.compare(version, end) < 0 ? version : end;
}

/** The higher of a start, of which null is the lowest, and a version. */
function upper(start: string | null, version: string): string {
  return start === null || portage.compare(version, start) > 0 ? version : start;
}

/** In rising order, those that overlap or touch joined. */
function united(spans: readonly Span[]): Span[] {
  const sorted = spans.toSorted((a, b) => compareStarts(a.start, b.start));
  const joined: Span[] = [];
  for (const span of sorted) {
    const last = joined.at(-1);
    if (last === undefined || (last.end !== null && compareStarts(span.start, last.end) > 0))
      joined.push(span);
    else if (last.end !== null) {
      const end = span.end === null ? null : upper(last.end, span.end);
      joined[joined.length - 1] = { start: last.start, end };
    }
  }
  return joined;
}

function compareStarts(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return portage.compare(a, b);
}
