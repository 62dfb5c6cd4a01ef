/**
 * What each entry of the advisory database says about a package: the first half of matching, decided one entry at a
 * time. `lookups.ts` tells which entries are asked for, `place.ts` how a version stands to an entry's versions;
 * `weigh.ts` and `decide.ts` weigh the statements about one flaw against each other.
 */
import type { AdvisoryCandidate, AdvisoryDatabase, AffectedPackage } from '../advisories/advisory.ts';
import type { Verdict } from '../model/finding.ts';
import type { Package } from '../model/package.ts';
import { channelStanding, type ChannelStanding } from './channels.ts';
import type { Installation } from './installation.ts';
import type { ComparedName, Lookup, Standing } from './lookups.ts';
import { compareModules, isModular } from './modules.ts';
import { place, type Outcome } from './place.ts';
import { speaksOfPlatform } from './platforms.ts';

/** One entry of one record that speaks about the package. */
export interface Statement {
  readonly package: Package;
  readonly candidate: AdvisoryCandidate;
  /** How the ecosystem of the entry stands to the package. */
  readonly standing: Standing;
  readonly channel: Exclude<ChannelStanding, 'apart'>;
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
  readonly reason:
    | 'withdrawn'
    | 'other-architecture'
    | 'other-platform'
    | 'other-channel'
    | 'other-module'
    | 'other-builds'
    | 'other-version';
}

export interface Statements {
  readonly statements: readonly Statement[];
  readonly dismissals: readonly Dismissal[];
}

/** Everything that the database says about a package where it is looked up. */
export function statementsAbout(
  pkg: Package,
  lookups: readonly Lookup[],
  installation: Installation,
  database: Pick<AdvisoryDatabase, 'candidates'>,
): Statements {
  const statements: Statement[] = [];
  const dismissals: Dismissal[] = [];
  for (const { ecosystem, standing, names } of lookups) {
    for (const compared of names) {
      for (const candidate of database.candidates(ecosystem, compared.name)) {
        if (candidate.affected.naming !== compared.naming) continue;
        const judged = judge({ pkg, standing, compared, candidate, installation });
        if (typeof judged === 'string') dismissals.push({ package: pkg, candidate, reason: judged });
        else statements.push(judged);
      }
    }
  }
  return { statements, dismissals };
}

interface Judged {
  readonly pkg: Package;
  readonly standing: Standing;
  readonly compared: ComparedName;
  readonly candidate: AdvisoryCandidate;
  readonly installation: Installation;
}

/** First whether the entry speaks about this package, then what it says. */
function judge({
  pkg,
  standing,
  compared,
  candidate,
  installation,
}: Judged): Statement | Dismissal['reason'] {
  const { advisory, affected } = candidate;
  if (advisory.withdrawn !== null) return 'withdrawn';
  if (!speaksOfArchitecture(affected, pkg)) return 'other-architecture';
  if (!speaksOfPlatform(affected, installation)) return 'other-platform';
  const channel = channelStanding(affected.channel, pkg, installation);
  if (channel === 'apart') return 'other-channel';
  const module = compareModules(pkg, affected);
  if (module === 'other') return 'other-module';
  // each distribution numbers its builds of a module itself: module+el8.6.0+15324, module_el8.6.0+2961
  if (standing === 'inherited' && isModular(pkg, affected) && affected.intervals.length > 0) {
    return 'other-builds';
  }
  const placed = place(compared, affected);
  if (placed.kind === 'outside' && module === 'unknown') return 'other-module';
  if (placed.kind === 'outside' && affected.status === 'not_affected') return 'other-version';
  const outcome = module === 'unknown' ? MODULE_UNKNOWN : placed;
  return { package: pkg, candidate, standing, channel, compared, outcome, ...conclude(outcome, affected) };
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
