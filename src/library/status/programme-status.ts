/** Where a programme stands, in one document: what is built, what is to be done, what fails, what is late, and how well it does. */
import type { Architecture } from '../../definitions/architectures.ts';
import type { Digest } from '../../model/digest.ts';
import type { SeverityLevel } from '../../model/severity.ts';
import type { ReproductionShare, SharedCause } from '../reproduction/reproduction-shares.ts';
import type { ArchitectureRow } from './architecture-matrix.ts';
import type { Freshness } from './freshness.ts';
import type { EvidenceShares } from './evidence-shares.ts';

/** Times are RFC 3339. */
export interface ProgrammeStatus {
  readonly schema: 'hallmark.status/1';
  readonly programme: string;
  readonly at: string;
  readonly counts: StatusCounts;
  /** Definitions that cannot be read and sources that cannot be identified: one sentence each. */
  readonly problems: readonly string[];
  readonly running: readonly RunningBuild[];
  readonly failing: readonly FailingBuild[];
  /** The most urgent first. */
  readonly queue: readonly QueuedBuild[];
  readonly waiting: readonly WaitingImage[];
  readonly blocked: readonly BlockedImage[];
  readonly held: readonly HeldTags[];
  /** Published, in no definition any more, and not retired: `mongo:latest`. */
  readonly orphaned: readonly string[];
  /** Public, and refused by now: they stay, and nothing new is published of them. */
  readonly refused: readonly RefusedImage[];
  /** The published image that is oldest. */
  readonly oldest: OldestImage | null;
  readonly architectures: readonly ArchitectureRow[];
  readonly freshness: Freshness;
  readonly evidence: EvidenceShares;
  readonly reproducibility: Reproducibility;
}

/** Of the images that supported tags mean; of each the last time that `hallmark library reproduce` built it again. */
export interface Reproducibility {
  /** Not built again yet. */
  readonly unmeasured: number;
  readonly architectures: readonly ReproductionShare[];
  /** Known causes of differences, the most frequent first. */
  readonly causes: readonly SharedCause[];
}

export interface StatusCounts {
  readonly repositories: number;
  /** Images to be kept built: one for each source and architecture. */
  readonly images: number;
  readonly built: number;
  readonly queued: number;
  readonly deferred: number;
  readonly waiting: number;
  readonly unexamined: number;
  readonly blocked: number;
  readonly failing: number;
  /** Past their deadline. */
  readonly late: number;
  readonly held: number;
  /** Ready to be published. */
  readonly ready: number;
}

export interface ImageName {
  /** First tag: `redis:8.2.1-bookworm`. */
  readonly image: string;
  readonly architecture: Architecture;
}

export interface RunningBuild extends ImageName {
  readonly since: string;
  /** File, relative to the state's folder. */
  readonly log: string;
}

export interface FailingBuild extends ImageName {
  /** Attempts since the last success. */
  readonly attempts: number;
  readonly lastAt: string;
  readonly because: string;
  readonly log: string | null;
}

export interface QueuedBuild extends ImageName {
  /** A clause: `its parent debian:12 changed`. */
  readonly because: string;
  readonly severity: SeverityLevel | null;
  readonly deadline: string | null;
  readonly isLate: boolean;
  /** Not begun before this; null for what can begin now. */
  readonly notBefore: string | null;
}

export interface WaitingImage extends ImageName {
  readonly for: readonly string[];
}

export interface BlockedImage extends ImageName {
  readonly because: string;
}

export interface HeldTags {
  readonly repository: string;
  readonly tags: readonly string[];
  readonly missing: readonly Architecture[];
  readonly until: string | null;
  readonly because: string;
}

export interface RefusedImage extends ImageName {
  readonly digest: Digest;
  /** The checks that failed. */
  readonly because: string;
}

export interface OldestImage extends ImageName {
  readonly publishedAt: string;
}
