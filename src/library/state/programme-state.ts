/**
 * What the programme remembers between commands: builds, admissions, requests, the ledger. One file, written in transactions;
 * what it says of images is never trusted for publishing, which goes by what the verifier has signed.
 */
import type { Architecture } from '../../definitions/architectures.ts';
import type { Digest } from '../../model/digest.ts';
import type { Admission } from '../admission/admission.ts';
import type { BuildId, RecipeId, ResolvedParent } from '../builds/build.ts';
import type { EngineDescription } from '../engines/engine.ts';
import type { LedgerEntry, LedgerEvent } from '../ledger/entry.ts';
import type { TagStates } from '../ledger/tag-states.ts';
import type { BuildReason } from '../plan/work.ts';
import type { SourceId } from '../sources/source.ts';

/** One attempt to build. Times are in seconds since 1970. */
export interface Attempt {
  readonly id: number;
  readonly buildId: BuildId;
  readonly generation: number;
  readonly sourceId: SourceId;
  readonly architecture: Architecture;
  /** `repo:tag` of the target when it was begun. */
  readonly tags: readonly string[];
  /** What it was begun on: tells later which of them have changed. */
  readonly parents: readonly Pick<ResolvedParent, 'from' | 'digest'>[];
  readonly recipeId: RecipeId;
  /** What the recipe is the identity of: what built it, with which arguments. */
  readonly engine: EngineDescription;
  readonly arguments: Readonly<Record<string, string>>;
  readonly reasons: readonly BuildReason[];
  readonly startedAt: number;
  /** Null while it runs, or where its process was killed. */
  readonly endedAt: number | null;
  readonly outcome: AttemptOutcome;
  /** File of its log, relative to the state's folder. */
  readonly log: string;
}

export type AttemptOutcome =
  | { readonly kind: 'running' }
  /** In quarantine, not examined yet. */
  | { readonly kind: 'built'; readonly reference: string; readonly digest: Digest }
  /** @param isMade there is an image, which may have got into quarantine before something went wrong */
  | { readonly kind: 'failed'; readonly code: string; readonly because: string; readonly isMade?: boolean }
  /** Its process ended without a word. */
  | {
      readonly kind: 'lost';
      /** Whoever ran it broke it off: no failure, and tried again as if it had never been begun. */
      readonly isInterrupted?: true;
    };

/** The image that stands for a target now. */
export interface BuiltImage {
  readonly admission: Admission;
  readonly attempt: Attempt;
}

export interface BuildRequestedByHand {
  readonly sourceId: SourceId;
  readonly architecture: Architecture;
  readonly by: string;
  readonly note: string;
  readonly at: number;
}

/** Attempts that brought no image. Times are in seconds since 1970. */
export interface Failures {
  readonly count: number;
  readonly lastAt: number;
  /** Those among them that no registry is to blame for; with 0 for the time where there are none. */
  readonly own: { readonly count: number; readonly lastAt: number };
}

/** A map that is only asked: a programme of years remembers more than need be in memory. */
export type Lookup<K, V> = Pick<ReadonlyMap<K, V>, 'get'>;

/** Everything that a plan is made from. */
export interface StateSnapshot {
  /** The admitted image of the highest generation, by build; none where a higher one was admitted and refused since. */
  readonly images: Lookup<BuildId, BuiltImage>;
  /**
   * The highest generation that may ever have got into quarantine, admitted, rejected, not examined, lost or failed on the way, by
   * build: the next one must be higher, since no name there is given twice.
   */
  readonly generations: Lookup<BuildId, number>;
  /** The image of a build that was examined last, whatever the verdict. */
  readonly examined: Lookup<BuildId, BuiltImage>;
  /** The newest image of a target that was ever admitted, where it was refused since, by `targetKey`. */
  readonly revoked: Lookup<string, BuiltImage>;
  /** In quarantine and not examined yet. */
  readonly unexamined: readonly Attempt[];
  /** Failed and rejected attempts since the last success, by build. */
  readonly failures: Lookup<BuildId, Failures>;
  readonly requests: readonly BuildRequestedByHand[];
  /** The newest admitted image of a target, whatever its parents were, by `targetKey`. */
  readonly previous: Lookup<string, BuiltImage>;
  /** The newest admitted image that was built for a tag, whatever its source was, by `repo:tag/architecture`. */
  readonly previousOfTag: Lookup<string, BuiltImage>;
}

export interface ProgrammeState {
  snapshot(): StateSnapshot;
  beginAttempt(attempt: Omit<Attempt, 'id' | 'endedAt' | 'outcome'>): Attempt;
  endAttempt(id: number, outcome: Exclude<AttemptOutcome, { kind: 'running' }>, endedAt: number): void;
  /**
   * Attempts that were still running become `lost`. To be called by whoever holds the lock of these architectures, so that no
   * other process works on them.
   *
   * @returns how many
   */
  recover(architectures: readonly Architecture[], at: number): number;
  recordAdmission(admission: Admission, at: number): void;
  request(request: BuildRequestedByHand): void;
  /** Attempts of a build, the newest first; of all builds without one. */
  attempts(buildId?: BuildId, limit?: number): readonly Attempt[];
  /** Attempts that put the newest image of a source into quarantine for some tag and architecture, the newest first. */
  newestBuilt(): Iterable<Attempt>;
  admission(buildId: BuildId, generation: number): Admission | null;
  /** Digests of the evidence of a type that belongs to the newest admitted image of a build, a target or a tag. */
  newestEvidence(predicateType: string): readonly Digest[];

  /** What is about to be published: on a restart it is finished or withdrawn before anything else. */
  beginPublication(intent: PublicationIntent): void;
  pendingPublications(): readonly PublicationIntent[];
  /** The ids of those that cannot be read any more, so that nobody can say what they were. */
  damagedPublications(): readonly string[];
  /** The entry and the end of the intent are one transaction. */
  completePublication(intentId: string, event: LedgerEvent, at: string): LedgerEntry;
  withdrawPublication(intentId: string): void;
  /** In order, from a sequence on. */
  ledger(from?: number): Iterable<LedgerEntry>;
  /** What every tag means by the whole ledger: {@link followTagStates}. */
  tagStates(): TagStates;

  /** A value under a name: digests of outside images, feeds that were answered. */
  recall(name: string): string | null;
  remember(name: string, value: string): void;
  close(): void;
}

export interface PublicationIntent {
  /** Follows from what is published: the same intent has the same id. */
  readonly id: string;
  readonly event: LedgerEvent;
  /** The index to be put behind the tags, as base64 of its bytes. */
  readonly index: string;
  /** RFC 3339. */
  readonly at: string;
}
