/** One publication: which tags came to mean which image, why, and what changed in it. Entries are only ever added. */
import type { Architecture } from '../../definitions/architectures.ts';
import type { Digest } from '../../model/digest.ts';
import type { PackageChanges } from '../../model/assessment.ts';
import type { BuildId } from '../builds/build.ts';
import type { SourceId } from '../sources/source.ts';
import type { BuildReason } from '../plan/work.ts';

export interface PublishedImage {
  readonly architecture: Architecture;
  readonly digest: Digest;
  readonly sourceId: SourceId;
  readonly buildId: BuildId;
  readonly generation: number;
  /** Empty for an image that the first tag meant before. */
  readonly reasons: readonly BuildReason[];
  /** Against the image of this architecture that the first tag meant before; null where there was none, or it is not known any more. */
  readonly packages: PackageChanges | null;
}

/** Tags that came to mean one index together. */
export interface Publication {
  readonly kind: 'published';
  /** `redis`. */
  readonly repository: string;
  readonly tags: readonly string[];
  /** Names that mean this index for good, beside its tags: `8.2.1-20261121`. Left out where there are none. */
  readonly dated?: readonly string[];
  /** Digest of the index. */
  readonly digest: Digest;
  readonly images: readonly PublishedImage[];
  /** What each tag meant before; only those that meant something. */
  readonly previous: Readonly<Record<string, Digest>>;
  /** Architectures that are defined and still to come. */
  readonly missing: readonly Architecture[];
}

/** A tag that is not supported any more. It stays where it was. */
export interface Retirement {
  readonly kind: 'retired';
  readonly repository: string;
  readonly tags: readonly string[];
  readonly digest: Digest;
  /** The tag that takes its place; null where none does. */
  readonly successor: string | null;
}

export type LedgerEvent = Publication | Retirement;

/** An event in its place: each entry names the digest of the one before, so that none can be left out or changed. */
export interface LedgerEntry {
  /** From 1, without gaps. */
  readonly sequence: number;
  /** RFC 3339. */
  readonly at: string;
  readonly event: LedgerEvent;
  /** Digest of the previous entry's canonical JSON; null for the first. */
  readonly previous: Digest | null;
  /** Digest of this entry's canonical JSON without this field. */
  readonly digest: Digest;
}
