/**
 * Weighs what several records say about one flaw in one package, and draws the verdict.
 *
 * - A distribution's package: one source decides, its own tracker before data derived from elsewhere, else the one
 *   with the newest record. Of that source's records the strictest counts: an erratum that fixed the flaw in part is
 *   followed by another with a greater fix.
 * - A language's package: every source stands for itself. One that affirms the flaw is enough; without one there is
 *   nothing to report.
 */
import type { Because, Verdict } from '../model/finding.ts';
import type { Package } from '../model/package.ts';
import { schemeNamed } from '../versions/register.ts';
import { explainDisagreement, explainStatement, type SourceNames } from './because.ts';
import { isDistributionPackage } from './ecosystems.ts';
import type { FlawGroup } from './group.ts';
import { isKernelHeaders } from './kernel-headers.ts';
import type { Statement } from './match.ts';

/** A verdict and what it was drawn from, before severity and risk. {@link explainDecision} puts it into words. */
export interface Decision {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly package: Package;
  readonly verdict: Verdict;
  readonly fixedIn: string | null;
  readonly suppressedBy: string | null;
  /** One statement a record, the deciding one first. */
  readonly statements: readonly [Statement, ...Statement[]];
  /** Each rule or record that outranked it. */
  readonly outrankedBy: readonly Because[];
}

/** Strictest first. */
const STRICTNESS: readonly Statement['verdict'][] = [
  'affected',
  'will_not_fix',
  'deferred',
  'end_of_life',
  'under_investigation',
  'unimportant',
  'fixed',
  'not_affected',
];

/** Where a distribution states verdicts of its own. */
const OWN_TRACKERS: ReadonlySet<string> = new Set([
  'alpine-secdb',
  'almalinux',
  'bellsoft',
  'debian-tracker',
  'rocky',
  'ubuntu',
]);

/** Verdicts that were put together from other documents, which may leave statements out. */
const DERIVED: ReadonlySet<string> = new Set(['debian-changelogs']);

/** Null where no source says that an upstream package has the flaw. */
export function decide(pkg: Package, group: FlawGroup<Statement>): Decision | null {
  const byDistribution = isDistributionPackage(pkg);
  const weighed = oneARecord(group.members).sort(byDistribution ? byDecidingSource : byStrictness);
  const source = weighed[0]?.candidate.advisory.source;
  const heard = byDistribution
    ? weighed.filter(({ candidate }) => candidate.advisory.source === source)
    : weighed;
  const [deciding] = heard.toSorted(byStrictness);
  if (deciding === undefined) return null;
  if (!byDistribution && heard.every(({ outcome }) => outcome.kind === 'outside')) return null;
  const decision: Decision = {
    id: group.id,
    aliases: group.aliases,
    package: pkg,
    verdict: deciding.verdict,
    fixedIn: deciding.fixedIn,
    suppressedBy: null,
    statements: [deciding, ...weighed.filter((statement) => statement !== deciding)],
    outrankedBy: [],
  };
  const isOpen = deciding.verdict !== 'fixed' && deciding.verdict !== 'not_affected';
  return isOpen && isKernelHeaders(pkg) ? suppressHeaders(decision) : decision;
}

/** The steps to the verdict: how the deciding record was matched, which sources disagree, and what outranks it. */
export function explainDecision(decision: Decision, names: SourceNames): readonly Because[] {
  const [deciding, ...others] = decision.statements;
  const { source } = deciding.candidate.advisory;
  const disagreeing = others.filter(
    ({ candidate, verdict }) => candidate.advisory.source !== source && verdict !== deciding.verdict,
  );
  return [
    ...explainStatement(deciding, names),
    ...disagreeing.map((statement) =>
      explainDisagreement(statement, decisionReason(deciding, statement), names),
    ),
    ...decision.outrankedBy,
  ];
}

/**
 * The decision, outranked by something stronger. Its own reasons stay.
 *
 * @param origin the record that outranks it, where it is one
 */
export function suppress(
  decision: Decision,
  suppressedBy: string,
  origin: Pick<Because, 'advisory' | 'source'> = {},
): Decision {
  const outranked: Because = { step: 'outranked', message: suppressedBy, ...origin };
  return {
    ...decision,
    verdict: 'suppressed',
    suppressedBy,
    outrankedBy: [...decision.outrankedBy, outranked],
  };
}

function suppressHeaders(decision: Decision): Decision {
  const reason = `${decision.package.name} holds the kernel's headers only, not the code that has the flaw`;
  return suppress(decision, reason);
}

/**
 * Joins the entries of one record that name the package several times. An rpm erratum lists the builds that carry the
 * fix, one an architecture or repository (ALSA-2021:4399 has platform-python 3.6.8-41.el8 and 3.6.8-41.el8.alma), so
 * having one of them is enough. Elsewhere the entries are ranges of one whole (OSV schema, "affected"), or fixes of
 * which the last counts (Alpine secdb).
 */
function oneARecord(statements: readonly Statement[]): Statement[] {
  if (statements.length === 1) return [...statements];
  const records = Map.groupBy(
    statements,
    ({ candidate: { advisory } }) => `${advisory.source}\0${advisory.id}`,
  );
  return [...records.values()].flatMap((entries) => {
    entries.sort(byStrictness);
    return (entries.every(listsBuilds) ? entries.at(-1) : entries[0]) ?? [];
  });
}

function listsBuilds({ candidate: { affected } }: Statement): boolean {
  const { scheme, intervals } = affected;
  if (scheme !== 'rpm' || intervals.length === 0) return false;
  return intervals.every(({ introduced, fixed }) => introduced === null && fixed !== null);
}

function byDecidingSource(a: Statement, b: Statement): number {
  return sourceRank(a) - sourceRank(b) || byNewest(a, b);
}

function sourceRank({ candidate }: Statement): number {
  const { source } = candidate.advisory;
  return OWN_TRACKERS.has(source) ? 0 : DERIVED.has(source) ? 2 : 1;
}

/** The strictest verdict, and of these the greatest fix, which satisfies the others too. */
function byStrictness(a: Statement, b: Statement): number {
  return (
    STRICTNESS.indexOf(a.verdict) - STRICTNESS.indexOf(b.verdict) || byGreatestFix(a, b) || byNewest(a, b)
  );
}

function byGreatestFix(a: Statement, b: Statement): number {
  if (a.fixedIn === null || b.fixedIn === null)
    return Number(a.fixedIn === null) - Number(b.fixedIn === null);
  // both fixes were read when the installed version was compared with them
  const { scheme } = a.candidate.affected;
  return scheme === b.candidate.affected.scheme ? schemeNamed(scheme).compare(b.fixedIn, a.fixedIn) : 0;
}

function byNewest(a: Statement, b: Statement): number {
  const [left, right] = [a.candidate.advisory, b.candidate.advisory];
  return (
    compareText(right.modified ?? '', left.modified ?? '') ||
    compareText(left.source, right.source) ||
    compareText(left.id, right.id)
  );
}

/** By code unit, never by locale: the same order everywhere. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function decisionReason(deciding: Statement, other: Statement): string {
  if (!isDistributionPackage(deciding.package)) return 'one source that affirms a flaw is enough';
  const [rank, otherRank] = [sourceRank(deciding), sourceRank(other)];
  if (rank === otherRank) return 'the source with the newest record decides';
  return rank === 0
    ? "the distribution's own tracker decides"
    : 'a source that was derived from others stands back';
}
