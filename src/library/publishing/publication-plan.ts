/** What can be published now, what is held back, and why. */
import type { Architecture } from '../../definitions/architectures.ts';
import type { Digest } from '../../model/digest.ts';
import type { Admission } from '../admission/admission.ts';
import type { DatedName } from '../ledger/dated-name.ts';
import type { PublishedImage } from '../ledger/entry.ts';
import type { ClaimedImage } from './admitted-image.ts';

/** An image of an index that is to be published. */
export interface PublicationMember extends Omit<PublishedImage, 'packages'>, Pick<ClaimedImage, 'inputs'> {
  readonly admission: Admission;
}

/** Tags that come to mean one index together: those of an entry, or a group of shared tags. */
export interface PlannedPublication {
  readonly repository: string;
  readonly tags: readonly string[];
  /** Whether the tags are shared by entries. */
  readonly isShared: boolean;
  /** Names that never move, as far as the ledger goes: the publisher's clock and the registry have the last word. */
  readonly dated: readonly DatedName[];
  /** In the canonical order of an index. */
  readonly members: readonly [PublicationMember, ...PublicationMember[]];
  readonly missing: readonly Architecture[];
  /** Those that a tag has now and will have no more. */
  readonly lost: readonly Architecture[];
}

/** Tags that stay as they are for now. */
export interface HeldPublication {
  readonly repository: string;
  readonly tags: readonly string[];
  readonly missing: readonly Architecture[];
  /** Seconds since 1970 at which it is published without the missing ones; null where it waits for required ones. */
  readonly until: number | null;
  readonly because: string;
}

/** Tags that the definitions no longer have. */
export interface PlannedRetirement {
  readonly repository: string;
  readonly tags: readonly string[];
  readonly digest: Digest;
  readonly successor: string | null;
}

export interface PublicationPlan {
  readonly ready: readonly PlannedPublication[];
  readonly held: readonly HeldPublication[];
  readonly retired: readonly PlannedRetirement[];
  /** Tags that mean already what they should. */
  readonly unchanged: number;
}
