/**
 * What each entry of the advisory database says about a package: the first half of matching, decided one entry at a
 * time. `decide.ts` weighs the statements about one flaw against each other.
 */
import type { AdvisoryCandidate, AdvisoryDatabase, AffectedPackage } from '../advisories/advisory.ts';
import type { Verdict } from '../model/finding.ts';
import type { Package } from '../model/package.ts';
import { findInterval, type BoundComparison } from '../versions/interval.ts';
import { schemeNamed } from '../versions/register.ts';
import { VersionError, type VersionInterval, type VersionScheme } from '../versions/scheme.ts';
import { compareModules } from './modules.ts';
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

/** One entry of one record that speaks about the package. */
export interface Statement {
  readonly package: Package;
  readonly candidate: AdvisoryCandidate;
  /** The name and version that were compared: the source package's or the package's own. */
  readonly compared: ComparedName;
  readonly outcome: Outcome;
  /** What the entry alone would say. */
  readonly verdict: Exclude<Verdict, 'suppressed'>;
  /** The fix: of the affected interval, or the one that the version has. */
  readonly fixedIn: string | null;
}

/** An entry that has the package's name but does not speak about this package. */
export interface Dismissal {
  readonly package: Package;
  readonly candidate: AdvisoryCandidate;
  readonly reason: 'withdrawn' | 'other-architecture' | 'other-module' | 'other-version';
}

export interface Statements {
  readonly statements: readonly Statement[];
  readonly dismissals: readonly Dismissal[];
}

/** A name that advisories may use for a package, with the version that goes with it. */
export interface ComparedName {
  readonly naming: 'source' | 'binary';
  readonly name: string;
  readonly version: string;
  /** The version carries no epoch although its scheme has them: SOURCERPM leaves it out. */
  readonly withoutEpoch: boolean;
}

/** Everything that the database says about a package in these ecosystems. */
export function statementsAbout(
  pkg: Package,
  ecosystems: readonly string[],
  database: Pick<AdvisoryDatabase, 'candidates'>,
): Statements {
  const statements: Statement[] = [];
  const dismissals: Dismissal[] = [];
  for (const compared of comparedNames(pkg)) {
    for (const ecosystem of ecosystems) {
      for (const candidate of database.candidates(ecosystem, compared.name)) {
        if (candidate.affected.naming !== compared.naming) continue;
        const judged = judge(pkg, compared, candidate);
        if ('reason' in judged) dismissals.push(judged);
        else statements.push(judged);
      }
    }
  }
  return { statements, dismissals };
}

/**
 * The source package's name, with its version, and the package's own. An rpm's source is known from its file name,
 * which has no epoch; comparing it as epoch 0 would make every source with an epoch look too old.
 */
function comparedNames(pkg: Package): readonly ComparedName[] {
  const own: ComparedName = { naming: 'binary', name: pkg.name, version: pkg.version, withoutEpoch: false };
  const version = pkg.source?.version ?? pkg.version;
  const source: ComparedName = {
    naming: 'source',
    name: pkg.source?.name ?? pkg.name,
    version,
    withoutEpoch: pkg.type === 'rpm' && pkg.source !== null && !version.includes(':'),
  };
  return [source, own];
}

function judge(pkg: Package, compared: ComparedName, candidate: AdvisoryCandidate): Statement | Dismissal {
  const { advisory, affected } = candidate;
  const dismiss = (reason: Dismissal['reason']): Dismissal => ({ package: pkg, candidate, reason });
  if (advisory.withdrawn !== null) return dismiss('withdrawn');
  if (!speaksOfArchitecture(affected, pkg)) return dismiss('other-architecture');
  const module = compareModules(pkg, affected);
  if (module === 'other') return dismiss('other-module');
  const placed = place(compared, affected);
  if (placed.kind === 'outside' && module === 'unknown') return dismiss('other-module');
  if (placed.kind === 'outside' && affected.status === 'not_affected') return dismiss('other-version');
  const outcome = module === 'unknown' ? MODULE_UNKNOWN : placed;
  return { package: pkg, candidate, compared, outcome, ...conclude(outcome, affected) };
}

const MODULE_UNKNOWN: Outcome = {
  kind: 'unreadable',
  what: 'module',
  detail: 'the module stream is not known on both sides',
};

function speaksOfArchitecture({ architectures }: AffectedPackage, { architecture }: Package): boolean {
  if (architectures.length === 0 || architecture === null) return true;
  return architecture === 'noarch' || architecture === 'all' || architectures.includes(architecture);
}

/** Places the version among the affected ones. Intervals and listed versions both count (OSV schema, "affected"). */
function place(compared: ComparedName, affected: AffectedPackage): Outcome {
  const { version } = compared;
  const { versions } = affected;
  if (affected.intervals.length === 0 && versions.length === 0) return { kind: 'every-version' };
  if (versions.includes(version)) return { kind: 'listed' };
  if (version === '') return { kind: 'unreadable', what: 'version', detail: 'the package has no version' };
  try {
    const scheme = schemeNamed(affected.scheme);
    const intervals = compared.withoutEpoch ? affected.intervals.map(stripEpochs) : affected.intervals;
    const { interval, comparisons } = findInterval(scheme, version, intervals);
    if (interval !== null && interval.fixed !== null && interval.fixed === rebuiltVersion(version)) {
      return { kind: 'rebuilt', fixedBy: interval.fixed };
    }
    if (interval !== null) return { kind: 'inside', interval };
    if (versions.some((listed) => scheme.isValid(listed) && scheme.compare(listed, version) === 0)) {
      return { kind: 'listed' };
    }
    return { kind: 'outside', fixedBy: greatestFix(scheme, comparisons) };
  } catch (error) {
    if (!(error instanceof VersionError)) throw error;
    const what = error.code === 'VERSION_UNREADABLE' ? 'version' : 'advisory';
    return { kind: 'unreadable', what, detail: error.message };
  }
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

function conclude(outcome: Outcome, { status }: AffectedPackage): Pick<Statement, 'verdict' | 'fixedIn'> {
  switch (outcome.kind) {
    case 'every-version':
    case 'listed':
      return { verdict: status, fixedIn: null };
    case 'inside':
      return { verdict: status, fixedIn: outcome.interval.fixed };
    case 'outside':
      return { verdict: outcome.fixedBy === null ? 'not_affected' : 'fixed', fixedIn: outcome.fixedBy };
    case 'rebuilt':
      return { verdict: 'fixed', fixedIn: outcome.fixedBy };
    case 'unreadable':
      break;
  }
  return { verdict: 'under_investigation', fixedIn: null };
}

function stripEpochs({ introduced, fixed, lastAffected }: VersionInterval): VersionInterval {
  return {
    introduced: stripEpoch(introduced),
    fixed: stripEpoch(fixed),
    lastAffected: stripEpoch(lastAffected),
  };
}

function stripEpoch(version: string | null): string | null {
  return version === null ? null : version.slice(version.indexOf(':') + 1);
}
