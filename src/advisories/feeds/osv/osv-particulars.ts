/** What single sources say of versions beside the events of the OSV schema. */
import { upTo } from '../../../versions/interval-set.ts';
import type { VersionInterval } from '../../../versions/scheme.ts';

/**
 * GitHub states no fix where it knows none, and beside such a range `last_known_affected_version_range`, `< 4.0.0`: the
 * versions that its own tools report. Without it GHSA-p979-4mfw-53vg would be about every netty.
 */
export function endedAsKnown(
  intervals: readonly VersionInterval[],
  lastKnown: string,
): readonly VersionInterval[] {
  const [, operator, version] = /^(<=?)\s*(\S+)$/.exec(lastKnown) ?? [];
  if (version === undefined) return intervals;
  const end = operator === '<' ? { fixed: version } : { lastAffected: version };
  return intervals.map((interval) =>
    interval.fixed === null && interval.lastAffected === null ? { ...interval, ...end } : interval,
  );
}

/**
 * Go's database states `custom_ranges` for modules whose releases are no versions to Go, so that the range for Go has no
 * end (GO-2025-3982: all of rancher). A binary may carry either: a release that was stamped on it, or `v0.0.0-DATE-COMMIT`.
 * Releases are judged by the custom ranges, and so is the other kind if they speak of it; else it is affected, as Go says.
 */
export function withCustomRanges(
  intervals: readonly VersionInterval[],
  custom: readonly VersionInterval[],
): readonly VersionInterval[] {
  if (custom.length === 0) return intervals;
  const judgesCommits = custom.some(({ introduced, fixed }) => isOfCommit(introduced) || isOfCommit(fixed));
  const others = intervals.flatMap((interval) => {
    if (!isEveryVersion(interval)) return [interval];
    return judgesCommits ? [] : [upTo('0.0.0')];
  });
  return [...others, ...custom];
}

function isOfCommit(version: string | null): boolean {
  return version?.startsWith('0.0.0-') === true;
}

function isEveryVersion({ introduced, fixed, lastAffected }: VersionInterval): boolean {
  return introduced === null && fixed === null && lastAffected === null;
}
