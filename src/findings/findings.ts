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
import { sourceNames } from './because.ts';
import { distributionCoverage, ecosystemCoverage, staleCoverage, unidentifiedCoverage } from './coverage.ts';
import { compareWords } from '../versions/order.ts';
import { createCvssScorer } from './cvss.ts';
import { explainDecision, type Decision } from './decide.ts';
import { examine, type ExaminedImage } from './examine.ts';
import { isCve } from './group.ts';
import type { Statement } from './match.ts';
import { riskOf } from './risk.ts';
import { chooseSeverity } from './severity.ts';

export interface FindingsInput extends ExaminedImage {
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
}

/** Matches an image's packages with an advisory database. The order of the packages does not matter. */
export function findVulnerabilities(input: FindingsInput): VulnerabilityReport {
  const { packages, distribution, database, now, staleAfterDays, verdicts = EVERY_VERDICT } = input;
  const { decisions, coverage } = examine(input);
  const complete = findingWriter(database);
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

/** Completes decisions with severity, EPSS, KEV, risk and reasons; the database is asked once a flaw. */
export function findingWriter(database: AdvisoryDatabase): (decision: Decision) => Finding {
  const names = sourceNames(database);
  const score = createCvssScorer();
  const severitiesOf = remember(database.severities.bind(database));
  const epssOf = remember(database.epss.bind(database));
  const kevOf = remember(database.knownExploited.bind(database));
  return (decision) => {
    const { id, aliases, verdict, fixedIn, fixedElsewhere, malicious, suppressedBy } = decision;
    const severityChoice = malicious ? WORST : chooseSeverity(decision, severitiesOf, score);
    const { level: severity } = severityChoice;
    const epss = isCve(id) ? epssOf(id) : null;
    const kev = isCve(id) ? kevOf(id) : null;
    return {
      id,
      aliases,
      package: findingPackage(decision.package),
      verdict,
      severity,
      severityChoice,
      fixedIn,
      fixedElsewhere,
      malicious,
      epss,
      kev,
      risk: riskOf({ verdict, severity, score: severityChoice.score, epss, kev, fixedIn }),
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
