/** What a change of a programme means, and which rules it breaks. */
import type { Architecture } from '../../definitions/architectures.ts';
import type { Digest } from '../../model/digest.ts';
import type { Acknowledgement } from './acknowledgement.ts';
import type { ReviewFinding, ReviewSeverity, UncheckedPart } from './checks/checks.ts';
import type { DefinitionChange } from './definition-change.ts';
import type { FileDifference } from './git-diff.ts';

/** An entry that is built on something else than before, on the architectures that are named. */
export interface BaseChange {
  readonly entry: string;
  readonly architectures: readonly Architecture[];
  /** Every image that it is built on or copies from. */
  readonly from: readonly string[];
  readonly to: readonly string[];
}

export interface RepositoryReview {
  readonly change: DefinitionChange;
  /** The definition as it is printed, before and after; null where only what it names has changed. */
  readonly definition: FileDifference | null;
  /** What images are built from, by `<entry>/<file>`. */
  readonly files: readonly FileDifference[];
  readonly bases: readonly BaseChange[];
}

export interface PinChange {
  readonly image: string;
  readonly from: Digest | null;
  readonly to: Digest | null;
}

export interface JudgedFinding extends ReviewFinding {
  readonly severity: ReviewSeverity;
  readonly acknowledged: boolean;
}

export interface Review {
  readonly base: string;
  readonly head: string;
  /** Those that changed, in the order of their names. */
  readonly repositories: readonly RepositoryReview[];
  readonly pins: readonly PinChange[];
  /** Errors first. */
  readonly findings: readonly JudgedFinding[];
  readonly unchecked: readonly UncheckedPart[];
  /** Acknowledgements that nothing answers to. */
  readonly unused: readonly Acknowledgement[];
}

/** `broken`: an error is not acknowledged. `unclear`: none is, but something could not be checked. */
export function verdictOf({ findings, unchecked }: Review): 'sound' | 'broken' | 'unclear' {
  if (findings.some(({ severity, acknowledged }) => severity === 'error' && !acknowledged)) return 'broken';
  return unchecked.length > 0 ? 'unclear' : 'sound';
}
