import type { Digest } from '../../model/digest.ts';
import type { Check } from '../../model/trust.ts';
import { check, type CheckId } from './checks.ts';

/** A check that evidence does not pass. Thrown by the steps of a verification and caught by {@link runChecks}: never an error. */
export class CheckFailure extends Error {
  override readonly name = 'CheckFailure';
  readonly check: CheckId;

  /** @param reason what was compared with what, and how it came out */
  constructor(id: CheckId, reason: string) {
    super(reason);
    this.check = id;
  }
}

/** Where the steps of a verification write what they found; a step that fails throws a {@link CheckFailure}. */
export interface CheckRecord {
  passed(id: CheckId, reason: string): void;
  /** For a check that was not made, and why. */
  skipped(id: CheckId, reason: string): void;
}

/** What came of the steps: a value, or the check that ended them. */
export type ChecksRun<T> = { readonly checks: readonly Check[] } & (
  | { readonly value: T; readonly failure: null }
  | { readonly value: null; readonly failure: CheckFailure }
);

/**
 * Runs the steps of a verification until one fails. What would have come after it is listed as not checked.
 *
 * @param order every check that the steps make, in their order
 */
export function runChecks<T>(
  evidence: Digest,
  order: readonly CheckId[],
  steps: (record: CheckRecord) => T,
): ChecksRun<T> {
  const checks: Check[] = [];
  const add = (id: CheckId, outcome: Check['outcome'], reason: string) =>
    void checks.push(check(id, outcome, evidence, reason));
  try {
    const value = steps({
      passed: (id, reason) => add(id, 'passed', reason),
      skipped: (id, reason) => add(id, 'not-checked', reason),
    });
    return { value, checks, failure: null };
  } catch (failure) {
    if (!(failure instanceof CheckFailure)) throw failure;
    add(failure.check, 'failed', failure.message);
    const listed = new Set(checks.map(({ id }) => id));
    for (const id of order) if (!listed.has(id)) add(id, 'not-checked', 'an earlier check failed');
    return { value: null, checks, failure };
  }
}
