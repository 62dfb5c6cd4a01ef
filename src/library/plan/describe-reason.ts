/** Why an image is built, in words: the one place for plans, status, ledger and feeds. */
import { formatDay, formatDuration, plural } from '../../report/quantity.ts';
import { SEVERITY_RANK } from '../../model/severity.ts';
import type { AdvisoryFix, BuildReason } from './work.ts';

/** How many parents or flaws are named one by one. */
const MOST_NAMED = 3;
/** Digits of an identity that tell it from others at a glance. */
const SHORT_ID = 12;

/**
 * A clause without capital or full stop: `its parent debian:bookworm-slim changed`. Names and notes in it are as they came,
 * to be escaped for where they are shown.
 */
export function describeReason(reason: BuildReason): string {
  switch (reason.kind) {
    case 'new':
      return 'it is new';
    case 'source-changed':
      return 'its source changed';
    case 'parent-changed':
      return describeParents(reason.parents);
    case 'recipe-changed':
      return `what builds it changed from recipe ${reason.from.slice(0, SHORT_ID)} to ${reason.to.slice(0, SHORT_ID)}`;
    case 'advisory':
      return describeFixes(reason.fixes);
    case 'age':
      return `it was built on ${formatDay(reason.builtAt)}, more than ${formatDuration(reason.maximumSeconds)} ago`;
    case 'requested':
      return `${reason.by} asked for it on ${formatDay(reason.at)}${reason.note === '' ? '' : `: ${reason.note}`}`;
    case 'revoked':
      return 'the image that it had is refused by now';
    case 'put-back':
      return `${reason.by} put it back on ${formatDay(reason.at)} in place of a newer one`;
  }
}

/** All reasons in one clause; empty for none. */
export function describeReasons(reasons: readonly BuildReason[]): string {
  return reasons.map(describeReason).join('; ');
}

function describeParents(parents: readonly string[]): string {
  if (parents.length === 0) return 'a parent changed';
  return `its ${parents.length === 1 ? 'parent' : 'parents'} ${enumerate(parents)} changed`;
}

/** The most severe first; a flaw in several packages counts once. */
function describeFixes(fixes: readonly AdvisoryFix[]): string {
  const flaws = new Map<string, AdvisoryFix>();
  for (const fix of fixes.toSorted((a, b) => SEVERITY_RANK[b.severity] - SEVERITY_RANK[a.severity])) {
    if (!flaws.has(fix.vulnerability)) flaws.set(fix.vulnerability, fix);
  }
  const [first] = flaws.values();
  if (first === undefined) return 'newer packages fix flaws in it';
  if (flaws.size === 1) {
    const { package: name, installed, fixed, vulnerability, severity } = first;
    return `${name} ${fixed} in place of ${installed} fixes ${vulnerability} (${severity})`;
  }
  const named = [...flaws.values()].map(
    ({ vulnerability, severity, package: name }) => `${vulnerability} (${severity}, ${name})`,
  );
  return `newer packages fix ${enumerate(named)}`;
}

/** `a`, `a and b`, `a, b and c`, `a, b, c and 7 more`. */
function enumerate(items: readonly string[]): string {
  const named = items.slice(0, MOST_NAMED);
  const more = items.length - named.length;
  if (more > 0) return `${named.join(', ')} and ${plural(more, 'more', 'more')}`;
  const last = named.at(-1) ?? '';
  return named.length < 2 ? last : `${named.slice(0, -1).join(', ')} and ${last}`;
}
