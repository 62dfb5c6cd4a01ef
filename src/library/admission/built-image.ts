/** What the verifier is told of an image that it examines. Only the image itself is read; all of this is what it is held against. */
import type { Digest } from '../../model/digest.ts';
import type { IdentifiedBuild } from '../builds/build.ts';
import type { SourceEntry } from '../sources/source.ts';
import type { Attempt, AttemptOutcome } from '../state/programme-state.ts';
import { formatSeconds } from '../../formats/time.ts';

/** An attempt whose image lies in quarantine. */
export interface BuiltAttempt extends Attempt {
  readonly outcome: Extract<AttemptOutcome, { kind: 'built' }>;
}

export function isBuilt(attempt: Attempt): attempt is BuiltAttempt {
  return attempt.outcome.kind === 'built';
}

export interface BuiltImageFacts {
  readonly attempt: BuiltAttempt;
  readonly build: IdentifiedBuild;
  /** `redis`. */
  readonly repository: string;
  /** `repo:tag`, of which the first names the image. */
  readonly tags: readonly [string, ...string[]];
  /** The place that it was built from. */
  readonly entry: SourceEntry;
  readonly lastStageFrom: string;
  /** Where those of its parents are built from that the programme makes itself, by their names in the Dockerfile. */
  readonly ownParents: ReadonlyMap<string, SourceEntry>;
  /** Digests that those from outside are pinned to, by the programme or the Dockerfile; by their names in the Dockerfile. */
  readonly pins: ReadonlyMap<string, Digest>;
  /** What its manifest has to say. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Of the build's log; null where it is gone. */
  readonly log: Digest | null;
}

/** When the build ended, as RFC 3339: what is said of the image is dated by it, and so is the same whenever it is said. */
export function builtAt({ startedAt, endedAt }: BuiltAttempt): string {
  return formatSeconds(endedAt ?? startedAt);
}
