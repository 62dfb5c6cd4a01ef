/** Matching of all packages of an image with an advisory database, up to the verdicts. */
import type { AdvisoryCandidate, AdvisoryDatabase } from '../advisories/advisory.ts';
import type { Coverage } from '../model/coverage.ts';
import type { Distribution, Package } from '../model/package.ts';
import type { TriageReport } from '../model/triage.ts';
import { thirdPartyPublisher } from '../model/third-party.ts';
import { sourceNames } from './because.ts';
import { missingVersion, thirdPartyCoverage, unreadableCoverage } from './coverage.ts';
import { decide, type Decision } from './decide.ts';
import { groupByFlaw, type FlawGroup } from './group.ts';
import { describeInstallation } from './installation.ts';
import { createLookups } from './lookups.ts';
import { statementsAbout, type Dismissal, type Statement } from './match.ts';
import { applyOwnership } from './ownership.ts';
import { NO_INPUT, startTriage, type TriageInput } from './triage/triage.ts';
import { applyRejections } from './rejected.ts';

export interface ExaminedImage {
  readonly packages: readonly Package[];
  readonly distribution: Distribution | null;
  readonly database: AdvisoryDatabase;
  /** What the user decided; default: nothing. */
  readonly triage?: TriageInput | undefined;
}

export interface Examination {
  /** One a package and flaw; what the distribution outranks is suppressed already. */
  readonly decisions: readonly Decision[];
  /** Flaws in upstream packages of which every source says that the version does not have them. */
  readonly ruledOut: readonly FlawGroup<Statement>[];
  readonly dismissals: readonly Dismissal[];
  /** Gaps that concern single packages and advisories. */
  readonly coverage: readonly Coverage[];
  readonly triage: TriageReport;
}

export function examine(input: ExaminedImage): Examination {
  const { packages, distribution, database } = input;
  const triage = startTriage(input.triage ?? NO_INPUT, packages, database);
  const remembering = { candidates: rememberCandidates(database) };
  const installation = describeInstallation(distribution, database);
  const lookupsOf = createLookups(distribution, installation, database);
  const decisions: Decision[] = [];
  const ruledOut: FlawGroup<Statement>[] = [];
  const dismissals: Dismissal[] = [];
  const coverage: Coverage[] = [];
  for (const pkg of packages) {
    if (pkg.version === '') coverage.push(missingVersion(pkg));
    const publisher = distribution === null ? null : thirdPartyPublisher(pkg, distribution);
    const lookups = lookupsOf(pkg, publisher);
    if (publisher !== null && lookups.length === 0) {
      coverage.push(thirdPartyCoverage(pkg, publisher));
      continue;
    }
    const found = statementsAbout(pkg, lookups, installation, triage.candidatesFor(pkg, remembering));
    for (const dismissal of found.dismissals) dismissals.push(dismissal);
    for (const statement of found.statements) {
      const gap = unreadableCoverage(statement);
      if (gap !== null) coverage.push(gap);
    }
    for (const group of groupByFlaw(found.statements)) {
      const decision = decide(pkg, group, installation);
      if (decision === null) ruledOut.push(group);
      else decisions.push(decision);
    }
  }
  const names = sourceNames(database);
  const existing = applyRejections(decisions, database, names);
  const concluded = triage.conclude(applyOwnership(existing, names));
  return { decisions: concluded.decisions, ruledOut, dismissals, coverage, triage: concluded.report };
}

/** Many packages are built from one source; the database is asked about it once. */
function rememberCandidates(database: Pick<AdvisoryDatabase, 'candidates'>): AdvisoryDatabase['candidates'] {
  const known = new Map<string, readonly AdvisoryCandidate[]>();
  return (ecosystem, name) => {
    const key = `${ecosystem}\0${name}`;
    let found = known.get(key);
    if (found === undefined) known.set(key, (found = database.candidates(ecosystem, name)));
    return found;
  };
}
