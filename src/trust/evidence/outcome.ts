/** What came of a piece of evidence, put together from the runs of its checks. */
import type { Check, Endorsement } from '../../model/trust.ts';
import { type ChecksRun, runChecks } from '../checks/check-failure.ts';
import { check, type CheckId } from '../checks/checks.ts';
import type { Evidence, EvidenceOutcome, Subjects } from './evidence.ts';
import type { TrustMaterial } from '../material/material.ts';

/** What every verifier is given besides the evidence. */
export interface VerificationContext {
  readonly subjects: Subjects;
  readonly material: TrustMaterial;
  readonly now: Date;
}

/** A run, and by whose trust: a root or a key. */
export interface NamedRun {
  readonly by: string;
  readonly run: ChecksRun<readonly Endorsement[]>;
}

/**
 * The first run that holds. Where none does: the one that got furthest, with the reasons of all in the check at which it ended,
 * since a user with several roots wants to know what each of them has against the evidence.
 */
export function outcomeOfRuns(evidence: Evidence, runs: readonly NamedRun[]): EvidenceOutcome {
  for (const { run } of runs) {
    if (run.failure === null) {
      return { evidence, result: 'holds', checks: run.checks, endorsements: run.value };
    }
  }
  const furthest = runs.reduce((best, one) => (passedIn(one) > passedIn(best) ? one : best));
  const others = runs.filter((one) => one !== furthest);
  const more = others.map(({ by, run }) => `; ${by}: ${run.failure?.message ?? ''}`).join('');
  const checks = furthest.run.checks.map((one) =>
    one.outcome === 'failed' && more !== ''
      ? { ...one, reason: `${furthest.by}: ${one.reason}${more}` }
      : one,
  );
  return { evidence, result: 'fails', checks, endorsements: [] };
}

/** Evidence in which one check fails before anybody's trust comes into it. */
export function failedOutcome(
  evidence: Evidence,
  order: readonly CheckId[],
  steps: Parameters<typeof runChecks<never>>[2],
): EvidenceOutcome {
  return {
    evidence,
    result: 'fails',
    checks: runChecks(evidence.digest, order, steps).checks,
    endorsements: [],
  };
}

/** Evidence that nobody can say anything of, with the reason beside each check that was not made. */
export function undecidedOutcome(
  evidence: Evidence,
  made: readonly Check[],
  missed: readonly CheckId[],
  reason: string,
): EvidenceOutcome {
  const notMade = missed.map((id) => check(id, 'not-checked', evidence.digest, reason));
  return { evidence, result: 'undecided', checks: [...made, ...notMade], endorsements: [] };
}

const passedIn = ({ run }: NamedRun): number =>
  run.checks.filter(({ outcome }) => outcome === 'passed').length;
