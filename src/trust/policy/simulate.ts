import type { TrustReport } from '../../model/trust-report.ts';
import type { TrustVerdict } from '../../model/trust.ts';
import { type Verdict, decideVerdict } from '../report/verdict.ts';
import { evaluatePolicy, type PolicyDecision } from './evaluate.ts';
import type { TrustPolicy } from './policy.ts';
import { recordedEvidence } from './recorded.ts';

/** What a policy says of a recorded verification. */
export interface Simulated extends Verdict {
  readonly rule: string | null;
  readonly requirements: PolicyDecision['requirements'];
  /** Why the recording may tell less than verifying anew would. */
  readonly caveats: readonly string[];
}

/**
 * Applies a policy to what a verification found. Signatures are not verified again: keys and trust roots that it did not have are
 * named as caveats.
 */
function applyToRecording(policy: TrustPolicy, report: TrustReport): Simulated {
  const { facts, ...found } = recordedEvidence(report);
  const decision = evaluatePolicy(policy, facts);
  return {
    ...decideVerdict({ decision, ...found }),
    rule: decision.rule?.name ?? null,
    requirements: decision.requirements,
    caveats: caveatsOf(policy, decision, report),
  };
}

/** Authorities that are asked for, signed nothing that was recorded, and may have signed what could not be verified then. */
function caveatsOf(
  policy: TrustPolicy,
  { requirements }: PolicyDecision,
  report: TrustReport,
): readonly string[] {
  const undecided = report.evidence.filter(
    ({ result }) => result === 'undecided' || result === 'fails',
  ).length;
  if (undecided === 0) return [];
  const names = [
    ...new Set(requirements.filter(({ isMet }) => !isMet).flatMap(({ requirement }) => requirement.by)),
  ];
  return names.flatMap((name) => {
    const authority = policy.authorities[name];
    if (authority === undefined || authority.kind === 'certificate') return [];
    return [
      `${name} may not have been known when this was recorded, and ${undecided} of its evidence did not verify then`,
    ];
  });
}

/** What changes for one image. */
export interface Change {
  readonly reference: string;
  readonly before: Simulated;
  readonly after: Simulated;
}

/** What a new policy changes, in the order of the recordings; only what changes. */
export function simulatePolicies(
  before: TrustPolicy,
  after: TrustPolicy,
  reports: readonly TrustReport[],
): readonly Change[] {
  return reports
    .map((report) => ({
      reference: report.reference,
      before: applyToRecording(before, report),
      after: applyToRecording(after, report),
    }))
    .filter(
      (change) => change.before.verdict !== change.after.verdict || change.before.rule !== change.after.rule,
    );
}

/** One case of a test of a policy, as it came out. */
export interface CaseResult {
  readonly name: string;
  readonly expected: TrustVerdict;
  readonly got: Simulated;
  readonly passed: boolean;
}

/** @param rule that has to decide; null: any */
export function testCase(
  policy: TrustPolicy,
  {
    name,
    verdict,
    rule,
    report,
  }: {
    readonly name: string;
    readonly verdict: TrustVerdict;
    readonly rule: string | null;
    readonly report: TrustReport;
  },
): CaseResult {
  const got = applyToRecording(policy, report);
  return {
    name,
    expected: verdict,
    got,
    passed: got.verdict === verdict && (rule === null || got.rule === rule),
  };
}
