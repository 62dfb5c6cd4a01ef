import { sortCoverage, type Coverage } from '../model/coverage.ts';
import type { Finding, FindingPackage } from '../model/finding.ts';
import { distributionCoverage } from './coverage.ts';
import { examine, type ExaminedImage } from './examine.ts';
import { byRisk, findingPackage, type FindingOptions, findingWriter } from './findings.ts';
import type { Dismissal, Statement } from './match.ts';

export interface ExplainInput extends ExaminedImage, FindingOptions {
  /** Any name of the flaw: a CVE, an alias, or the identifier of an advisory that speaks of it. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A record of the flaw that names one of the packages and still led to no finding. */
export interface UnmatchedRecord {
  readonly package: FindingPackage;
  readonly advisory: string;
  /** Identifier of the source, as in the database's list of sources. */
  readonly source: string;
  readonly reason: Dismissal['reason'] | 'outside-range';
  /** One sentence for people. */
  readonly message: string;
}

/** Both lists empty: no source knows the identifier for any package here. */
export interface VulnerabilityExplanation {
  readonly findings: readonly Finding[];
  readonly unmatched: readonly UnmatchedRecord[];
  /** What may be missing from the answer: packages that were not compared, a distribution that is not covered. */
  readonly coverage: readonly Coverage[];
}

/** Everything that is known here about one flaw, also why records did not match. */
export function explainVulnerability(input: ExplainInput): VulnerabilityExplanation {
  const { packages, distribution, database, id, now } = input;
  const { decisions, ruledOut, dismissals, coverage } = examine(input);
  const isAbout = (
    flaw: { readonly id: string; readonly aliases: readonly string[] },
    members: readonly Statement[],
  ) =>
    flaw.id === id ||
    flaw.aliases.includes(id) ||
    members.some(({ candidate }) => candidate.advisory.id === id);
  const names = ({ candidate: { advisory } }: Dismissal) =>
    advisory.id === id || advisory.aliases.includes(id) || advisory.covers.includes(id);
  return {
    findings: decisions
      .filter((decision) => isAbout(decision, decision.statements))
      .map(findingWriter(database, input))
      .sort(byRisk),
    unmatched: [
      ...ruledOut
        .filter((group) => isAbout(group, group.members))
        .flatMap(({ members }) => members.map(ruledOutRecord)),
      ...dismissals.filter(names).map(dismissedRecord),
    ],
    coverage: sortCoverage([...coverage, ...distributionCoverage(distribution, packages, database, now)]),
  };
}

function ruledOutRecord(statement: Statement): UnmatchedRecord {
  const { package: pkg, candidate, compared } = statement;
  const says =
    statement.fixedIn === null ? 'is not among the affected versions' : `has the fix ${statement.fixedIn}`;
  return record(
    statement,
    'outside-range',
    `${pkg.name} ${compared.version} ${says} of ${candidate.advisory.id}`,
  );
}

function dismissedRecord(dismissal: Dismissal): UnmatchedRecord {
  return record(dismissal, dismissal.reason, dismissalMessage(dismissal));
}

function record(
  { package: pkg, candidate: { advisory } }: Statement | Dismissal,
  reason: UnmatchedRecord['reason'],
  message: string,
): UnmatchedRecord {
  return { package: findingPackage(pkg), advisory: advisory.id, source: advisory.source, reason, message };
}

function dismissalMessage({ package: pkg, candidate: { advisory, affected }, reason }: Dismissal): string {
  switch (reason) {
    case 'withdrawn':
      return `${advisory.id} names ${affected.name}, but its source withdrew it on ${advisory.withdrawn?.slice(0, 10)}`;
    case 'other-architecture':
      return `${advisory.id} speaks of ${affected.architectures.join(', ')}; ${pkg.name} is built for ${pkg.architecture}`;
    case 'other-platform':
      return `${advisory.id} speaks of ${affected.platforms.slice(0, 3).join(', ')}, from which ${pkg.name} is not known to be`;
    case 'other-channel':
      return `${advisory.id} speaks of the updates ${affected.channel}, from which ${pkg.name} ${pkg.version} is not`;
    case 'other-builds':
      return `${advisory.id} names builds of a module of ${affected.ecosystem}, whose numbers say nothing about ${pkg.version}`;
    case 'other-module':
      return `${advisory.id} speaks of ${moduleName(affected.module)}; ${pkg.name} is from ${moduleName(pkg.modularityLabel)}`;
    case 'other-version':
      break;
  }
  return `${advisory.id} clears other versions of ${affected.name} than ${pkg.version}`;
}

function moduleName(label: string | null): string {
  return label === null
    ? 'no named module stream'
    : `module stream ${label.split(':').slice(0, 2).join(':')}`;
}
