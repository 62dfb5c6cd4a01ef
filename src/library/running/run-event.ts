/** What a programme that runs tells of: progress for people, and times for measurements. */
import type { Digest } from '../../model/digest.ts';
import type { AdmissionCheck } from '../admission/admission.ts';
import type { ReasonToExamine } from '../admission/examined-again.ts';
import type { BuildId } from '../builds/build.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import type { BuildReason } from '../plan/work.ts';
import type { UnsignedTags } from '../publishing/renew-tags.ts';
import type { Architecture } from '../../definitions/architectures.ts';

/** A build, in messages. */
export interface NamedBuild {
  /** `repo:tag`, the first one. */
  readonly name: string;
  readonly architecture: Architecture;
  readonly buildId: BuildId;
  readonly generation: number;
}

export type RunEvent =
  | { readonly kind: 'building'; readonly build: NamedBuild; readonly reasons: readonly BuildReason[] }
  | { readonly kind: 'built'; readonly build: NamedBuild; readonly digest: Digest; readonly seconds: number }
  | {
      readonly kind: 'build-failed';
      readonly build: NamedBuild;
      readonly because: string;
      readonly log: string;
    }
  | {
      readonly kind: 'admitted';
      readonly build: NamedBuild;
      readonly digest: Digest;
      /** Checks that were not made, and tests that failed and may. */
      readonly unmet: readonly AdmissionCheck[];
    }
  /** An image in quarantine is looked at once more, without being built again. */
  | { readonly kind: 'examining-again'; readonly build: NamedBuild; readonly because: ReasonToExamine }
  /** It was admitted, and is refused by now: nothing more is published of it, and what is public already stays. */
  | { readonly kind: 'revoked'; readonly build: NamedBuild; readonly because: readonly string[] }
  | { readonly kind: 'rejected'; readonly build: NamedBuild; readonly because: readonly string[] }
  | {
      readonly kind: 'not-examined';
      readonly build: NamedBuild;
      readonly because: string;
      readonly remedy: string;
    }
  | { readonly kind: 'published'; readonly entry: LedgerEntry }
  | {
      readonly kind: 'not-published';
      readonly repository: string;
      readonly tags: readonly string[];
      readonly because: string;
      readonly remedy: string;
    }
  /** A build or an examination that whoever ran it broke off: no failure. */
  | { readonly kind: 'interrupted'; readonly build: NamedBuild }
  /** An image has no log beside it, or is published without the one it has. @param image `repo:tag on architecture`, or `repository@digest` */
  | { readonly kind: 'without-log'; readonly image: string; readonly because: string }
  /** Tags of which it is not signed what they mean, where that is asked for, or soon not any more. */
  | ({ readonly kind: 'not-signed' } & UnsignedTags)
  /** Entries of the ledger that a receiver of webhooks was told of. */
  | { readonly kind: 'delivered'; readonly receiver: string; readonly entries: number }
  | {
      readonly kind: 'not-delivered';
      readonly receiver: string;
      readonly because: string;
      /** When it is called again, in seconds since 1970; null where it is not. */
      readonly notBefore: number | null;
    }
  | { readonly kind: 'problem'; readonly message: string };

export type OnRunEvent = (event: RunEvent) => void;
