/** Where a version lies among those that an entry of an advisory is about. */
import type { AffectedPackage } from '../advisories/advisory.ts';
import { findInterval, type BoundComparison } from '../versions/interval.ts';
import { schemeNamed } from '../versions/register.ts';
import { VersionError, type VersionInterval, type VersionScheme } from '../versions/scheme.ts';
import { withoutEpoch, type ComparedName } from './lookups.ts';
import { rebuiltVersion } from './rebuild.ts';

/** How a version stands to an entry's affected versions. */
export type Outcome =
  | { readonly kind: 'every-version' }
  | { readonly kind: 'listed' }
  | { readonly kind: 'inside'; readonly interval: VersionInterval }
  /** `fixedBy` is the greatest fix that the version has; null where it lies before or between the affected versions. */
  | { readonly kind: 'outside'; readonly fixedBy: string | null }
  /** Older than the fix in order, but a rebuild of that very version for a release of Debian. */
  | { readonly kind: 'rebuilt'; readonly fixedBy: string }
  | {
      readonly kind: 'unreadable';
      readonly what: 'version' | 'advisory' | 'module';
      readonly detail: string;
    };

export type SpokenVersions = Pick<AffectedPackage, 'intervals' | 'versions' | 'scheme'>;

/** Places the version among the affected ones. Intervals and listed versions both count (OSV schema, "affected"). */
export function place(
  { version, withoutEpoch: isWithoutEpoch }: Pick<ComparedName, 'version' | 'withoutEpoch'>,
  { intervals, versions, scheme: name }: SpokenVersions,
): Outcome {
  if (intervals.length === 0 && versions.length === 0) return { kind: 'every-version' };
  if (version === '') return { kind: 'unreadable', what: 'version', detail: 'the package has no version' };
  if (versions.includes(version)) return { kind: 'listed' };
  try {
    const scheme = schemeNamed(name);
    const found = findInterval(scheme, version, isWithoutEpoch ? intervals.map(stripEpochs) : intervals);
    const { interval, comparisons } = found;
    if (interval !== null && interval.fixed !== null && interval.fixed === rebuiltVersion(version)) {
      return { kind: 'rebuilt', fixedBy: interval.fixed };
    }
    if (interval !== null) return { kind: 'inside', interval };
    if (isListed(scheme, version, versions)) return { kind: 'listed' };
    return { kind: 'outside', fixedBy: greatestFix(scheme, comparisons) };
  } catch (error) {
    if (!(error instanceof VersionError)) throw error;
    const what = error.code === 'VERSION_UNREADABLE' ? 'version' : 'advisory';
    return { kind: 'unreadable', what, detail: error.message };
  }
}

/** Is it among the versions in another spelling? Lists may have a thousand, of which few begin with the same number. */
function isListed(scheme: VersionScheme, version: string, versions: readonly string[]): boolean {
  const number = firstNumber(version);
  return versions.some(
    (listed) =>
      firstNumber(listed) === number && scheme.isValid(listed) && scheme.compare(listed, version) === 0,
  );
}

function firstNumber(version: string): string | undefined {
  return /[1-9]\d*/.exec(version)?.[0];
}

/** The greatest of the fixes that the version was found to have. */
function greatestFix(scheme: VersionScheme, comparisons: readonly BoundComparison[]): string | null {
  let greatest: string | null = null;
  for (const { kind, bound, order } of comparisons) {
    if (kind !== 'fixed' || order < 0) continue;
    if (greatest === null || scheme.compare(bound, greatest) > 0) greatest = bound;
  }
  return greatest;
}

function stripEpochs(interval: VersionInterval): VersionInterval {
  return {
    ...interval,
    introduced: stripEpoch(interval.introduced),
    fixed: stripEpoch(interval.fixed),
    lastAffected: stripEpoch(interval.lastAffected),
  };
}

function stripEpoch(version: string | null): string | null {
  return version === null ? null : withoutEpoch(version);
}
