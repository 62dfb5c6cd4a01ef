/**
 * Weighs what several records say about one flaw in one package, and draws the verdict.
 *
 * - A distribution's package: one source decides (`weigh.ts`). Of its records the strictest counts: an erratum that fixed
 *   the flaw in part is followed by another with a greater fix.
 * - A language's package, and a product known by its CPE: every source stands for itself, but for one that another
 *   corrects (`corrections.ts`). One that affirms the flaw is enough; without one there is nothing to report.
 */
import type { Because, FixElsewhere, Verdict } from '../model/finding.ts';
import type { Package } from '../model/package.ts';
import {
  explainDisagreement,
  explainElsewhere,
  explainMalice,
  explainStatement,
  type SourceNames,
} from './because.ts';
import { hearUpstream } from './corrections.ts';
import { isDistributionPackage } from './ecosystems.ts';
import type { FlawGroup } from './group.ts';
import type { Installation } from './installation.ts';
import { isKernelHeaders } from './kernel-headers.ts';
import type { Statement } from './match.ts';
import { reachableFix, smallestFix, type Remedy } from './remedy.ts';
import { byStrictness, oneARecord, recordOf, weigh, type Weighed } from './weigh.ts';

/** A verdict and what it was drawn from, before severity and risk. {@link explainDecision} puts it into words. */
export interface Decision {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly package: Package;
  readonly verdict: Verdict;
  readonly fixedIn: string | null;
  readonly fixedElsewhere: FixElsewhere | null;
  /** The record is about a package or version that was published to do harm. */
  readonly malicious: boolean;
  readonly suppressedBy: string | null;
  /** One statement a record, the deciding one first. */
  readonly statements: readonly [Statement, ...Statement[]];
  /** Statements that were not heard, and why. */
  readonly passedOver: Weighed['passedOver'];
  /** Each rule or record that outranked it. */
  readonly outrankedBy: readonly Because[];
}

/** Null where no source says that an upstream package has the flaw. */
export function decide(
  pkg: Package,
  group: FlawGroup<Statement>,
  installation: Pick<Installation, 'streams'>,
): Decision | null {
  const byDistribution = isDistributionPackage(pkg);
  const { heard, passedOver } = byDistribution ? weigh(group.members) : hearUpstream(group.members);
  const [deciding, ...others] = oneARecord(heard).sort(byStrictness);
  if (deciding === undefined) return null;
  if (!byDistribution && heard.every(({ outcome }) => outcome.kind === 'outside')) return null;
  const remedy: Remedy = byDistribution
    ? reachableFix(
        deciding,
        passedOver.map(({ statement }) => statement),
        installation,
      )
    : { fixedIn: smallestFix(deciding, heard), fixedElsewhere: null };
  const decision: Decision = {
    id: group.id,
    aliases: group.aliases,
    package: pkg,
    verdict: deciding.verdict,
    ...remedy,
    malicious: isMalicious(deciding, group),
    suppressedBy: null,
    statements: [deciding, ...others, ...otherRecords(heard, passedOver)],
    passedOver,
    outrankedBy: [],
  };
  const isOpen = deciding.verdict !== 'fixed' && deciding.verdict !== 'not_affected';
  return isOpen && isKernelHeaders(pkg) ? suppressHeaders(decision) : decision;
}

/** Records of which no statement was heard. */
function otherRecords(heard: readonly Statement[], passedOver: Weighed['passedOver']): readonly Statement[] {
  if (passedOver.length === 0) return [];
  const records = new Set(heard.map(recordOf));
  const others = passedOver.map(({ statement }) => statement);
  return oneARecord(others).filter((statement) => !records.has(recordOf(statement)));
}

/** Identifiers of the malicious packages of the OpenSSF: github.com/ossf/malicious-packages. */
function isMalicious({ verdict }: Statement, { id, aliases, members }: FlawGroup<Statement>): boolean {
  if (verdict !== 'affected') return false;
  const names = [id, ...aliases, ...members.map(({ candidate }) => candidate.advisory.id)];
  return names.some((name) => name.startsWith('MAL-'));
}

/** The steps to the verdict: how the deciding record was matched, which sources disagree, and what outranks it. */
export function explainDecision(decision: Decision, names: SourceNames): readonly Because[] {
  const { statements, passedOver, fixedElsewhere, malicious, outrankedBy } = decision;
  const [deciding, ...others] = statements;
  const reasons = new Map(passedOver.map(({ statement, reason }) => [statement, reason]));
  const { source } = deciding.candidate.advisory;
  const disagreeing = others.filter(
    (statement) =>
      statement.verdict !== deciding.verdict &&
      (statement.candidate.advisory.source !== source || reasons.has(statement)),
  );
  return [
    ...explainStatement(deciding, names),
    ...(malicious ? [explainMalice(deciding)] : []),
    ...(fixedElsewhere === null ? [] : [explainElsewhere(fixedElsewhere, deciding)]),
    ...disagreeing.map((statement) =>
      explainDisagreement(
        statement,
        reasons.get(statement) ?? 'one source that affirms a flaw is enough',
        names,
      ),
    ),
    ...outrankedBy,
  ];
}

/**
 * The decision, outranked by something stronger. Its own reasons stay.
 *
 * @param origin the record that outranks it, where it is one; the kind of step and its words, where they are others
 */
export function suppress(decision: Decision, suppressedBy: string, origin: Partial<Because> = {}): Decision {
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
