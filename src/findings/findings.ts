import type { AdvisoryDatabase } from '../advisories/advisory.ts';
import { sortCoverage, type Coverage } from '../model/coverage.ts';
import {
  type Finding,
  type FindingAdvisory,
  type FindingPackage,
  type SeverityChoice,
  type Verdict,
  VERDICTS,
} from '../model/finding.ts';
import type { Package } from '../model/package.ts';
import { SEVERITY_RANK } from '../model/severity.ts';
import type { TriageReport } from '../model/triage.ts';
import { sourceNames } from './because.ts';
import { distributionCoverage, ecosystemCoverage, staleCoverage, unidentifiedCoverage } from './coverage.ts';
import { compareWords } from '../versions/order.ts';
import { createCvssScorer } from './cvss.ts';
import { explainDecision, type Decision } from './decide.ts';
import { examine, type ExaminedImage } from './examine.ts';
import { isCve } from './group.ts';
import type { Statement } from './match.ts';
import { riskOf } from './risk.ts';
import { rateFlaw } from './severity.ts';

export interface FindingOptions {
  /** Sources whose severity is taken first, in this order; `vendor` stands for whoever's records are about the package. */
  readonly severitySources?: readonly string[] | undefined;
}

export interface FindingsInput extends ExaminedImage, FindingOptions {
  /** Milliseconds since 1970: the day by which support and data are judged. */
  readonly now: number;
  /** A database whose newest fact is older is reported as stale. */
  readonly staleAfterDays: number;
  /** Which findings are worked out; the others are only counted. Default: all. */
  readonly verdicts?: ReadonlySet<Verdict> | undefined;
}

export interface VulnerabilityReport {
  /** Of the verdicts that were asked for; by falling risk, then severity, identifier and package. */
  readonly findings: readonly Finding[];
  readonly verdictCounts: Readonly<Record<Verdict, number>>;
  readonly coverage: readonly Coverage[];
  readonly triage: TriageReport;
}

/** Matches an image's packages with an advisory database. The order of the packages does not matter. */
export function findVulnerabilities(input: FindingsInput): VulnerabilityReport {
  const { packages, distribution, database, now, staleAfterDays, verdicts = EVERY_VERDICT } = input;
  const { decisions, coverage, triage } = examine(input);
  const complete = findingWriter(database, input);
  return {
    findings: decisions
      .filter(({ verdict }) => verdicts.has(verdict))
      .map(complete)
      .sort(byRisk),
    verdictCounts: countVerdicts(decisions),
    coverage: sortCoverage([
      ...coverage,
      ...distributionCoverage(distribution, packages, database, now),
      ...ecosystemCoverage(packages, distribution, database),
      ...unidentifiedCoverage(packages),
      ...staleCoverage(database.info.newest, now, staleAfterDays),
    ]),
    triage,
  };
}

const EVERY_VERDICT: ReadonlySet<Verdict> = new Set(VERDICTS);

/** How many of the findings have each verdict, with the verdicts in the order of reports. */
export function countVerdicts(
  findings: readonly { readonly verdict: Verdict }[],
): Readonly<Record<Verdict, number>> {
  const counts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<Verdict, number>;
  for (const { verdict } of findings) counts[verdict] += 1;
  return counts;
}

/** Completes decisions with severity, exploitation, risk and reasons; the database is asked once a flaw. */
export function findingWriter(
  database: AdvisoryDatabase,
  { severitySources }: FindingOptions,
): (decision: Decision) => Finding {
  const names = sourceNames(database);
  const score = createCvssScorer();
  const severities = remember(database.severities.bind(database));
  const flaws = remember(database.flaws.bind(database));
  const epssOf = remember(database.epss.bind(database));
  const kevOf = remember(database.knownExploited.bind(database));
  return (decision) => {
    const { id, aliases, verdict, fixedIn, fixedElsewhere, malicious, suppressedBy } = decision;
    const rated = rateFlaw(decision, { severities, flaws }, score, severitySources);
    const severityChoice = malicious ? WORST : rated.choice;
    const { level: severity } = severityChoice;
    const epss = isCve(id) ? epssOf(id) : null;
    const kev = isCve(id) ? kevOf(id) : null;
    const said = isCve(id) ? flaws(id) : [];
    const exploitation = said.find(({ report }) => report !== null)?.report ?? null;
    return {
      id,
      aliases,
      package: findingPackage(decision.package),
      verdict,
      severity,
      severityChoice,
      severities: rated.all,
      weaknesses: [...new Set(said.flatMap(({ weaknesses }) => weaknesses))].sort(),
      fixedIn,
      fixedElsewhere,
      malicious,
      epss,
      kev,
      exploitation,
      risk: riskOf({
        verdict,
        severity,
        score: severityChoice.score,
        epss,
        kev,
        exploitation: exploitation?.exploitation ?? null,
        malicious,
        fixedIn,
        presence: decision.package.presence,
      }),
      published: earliest(decision.statements),
      suppressedBy,
      advisories: decision.statements.map(findingAdvisory),
      because: explainDecision(decision, names),
    };
  };
}

/** Nobody scores malicious packages by CVSS, which measures flaws. */
const WORST: SeverityChoice = {
  level: 'critical',
  score: null,
  vector: null,
  source: null,
  reason: 'the version was published to do harm',
};

export function findingPackage({ id, purl, name, version, type, layer }: Package): FindingPackage {
  return { id, purl, name, version, type, layer };
}

export function byRisk(a: Finding, b: Finding): number {
  return (
    b.risk - a.risk ||
    SEVERITY_RANK[b.severity] - SEVERITY_RANK[a.severity] ||
    compareWords(a.id, b.id) ||
    compareWords(a.package.id, b.package.id)
  );
}

function findingAdvisory({ candidate: { advisory }, verdict, fixedIn }: Statement): FindingAdvisory {
  const { id, source, modified, url } = advisory;
  return { id, source, verdict, fixedIn, modified, url };
}

function earliest(statements: readonly Statement[]): string | null {
  const dates = statements.flatMap(({ candidate }) => candidate.advisory.published ?? []);
  return dates.sort()[0] ?? null;
}

function remember<T>(ask: (id: string) => T): (id: string) => T {
  const known = new Map<string, T>();
  return (id) => {
    if (!known.has(id)) known.set(id, ask(id));
    return known.get(id) as T;
  };
}
