/** Matching of all packages of an image with an advisory database, up to the verdicts. */
import type { AdvisoryCandidate, AdvisoryDatabase } from '../advisories/advisory.ts';
import type { Coverage } from '../model/coverage.ts';
import type { Distribution, Package } from '../model/package.ts';
import { thirdPartyPublisher } from '../model/third-party.ts';
import { sourceNames } from './because.ts';
import { missingVersion, thirdPartyCoverage, unreadableCoverage } from './coverage.ts';
import { decide, type Decision } from './decide.ts';
import { groupByFlaw, type FlawGroup } from './group.ts';
import { describeInstallation } from './installation.ts';
import { createLookups } from './lookups.ts';
import { statementsAbout, type Dismissal, type Statement } from './match.ts';
import { applyOwnership } from './ownership.ts';

export interface ExaminedImage {
  readonly packages: readonly Package[];
  readonly distribution: Distribution | null;
  readonly database: AdvisoryDatabase;
}

export interface Examination {
  /** One a package and flaw; what the distribution outranks is suppressed already. */
  readonly decisions: readonly Decision[];
  /** Flaws in upstream packages of which every source says that the version does not have them. */
  readonly ruledOut: readonly FlawGroup<Statement>[];
  readonly dismissals: readonly Dismissal[];
  /** Gaps that concern single packages and advisories. */
  readonly coverage: readonly Coverage[];
}

export function examine({ packages, distribution, database }: ExaminedImage): Examination {
  const remembering = { candidates: rememberCandidates(database) };
  const lookupsOf = createLookups(distribution, database);
  const installation = describeInstallation(distribution, database);
  const decisions: Decision[] = [];
  const ruledOut: FlawGroup<Statement>[] = [];
  const dismissals: Dismissal[] = [];
  const coverage: Coverage[] = [];
  for (const pkg of packages) {
    if (pkg.version === '') coverage.push(missingVersion(pkg));
    const publisher = distribution === null ? null : thirdPartyPublisher(pkg, distribution);
    if (publisher !== null) {
      coverage.push(thirdPartyCoverage(pkg, publisher));
      continue;
    }
    const found = statementsAbout(pkg, lookupsOf(pkg), installation, remembering);
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
  return { decisions: applyOwnership(decisions, sourceNames(database)), ruledOut, dismissals, coverage };
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
