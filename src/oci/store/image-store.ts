import type { Digest } from '../../model/digest.ts';
import type { Descriptor } from '../descriptor.ts';
import type { OciError } from '../errors.ts';
import type { ImageRef } from '../reference.ts';

/** A manifest or index as its bytes; the digest is that of the bytes. */
export interface StoredManifest {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
  /** As announced by the store or written in the document. */
  readonly mediaType: string;
}

/** Who lists referrers: the registry's API, the tag that stands in for it, or a layout that was looked through. */
export type ReferrerSource = 'api' | 'tag' | 'layout';

/** What a store says refers to a manifest. A hint only: descriptors are unsigned, and have been seen to be wrong. */
export interface Referrer extends Descriptor {
  /** Every list that names it. */
  readonly listedBy: readonly ReferrerSource[];
}

export interface ReferrerList {
  /** Each manifest once, those of the API first. */
  readonly manifests: readonly Referrer[];
  /** True when there are more than are read. */
  readonly isTruncated: boolean;
  /** What kept one of the lists from being read; the other one may have been. That there is none is no failure. */
  readonly failures: readonly OciError[];
  /** Requests that were sent, without those for tokens and repeated ones, and how many waited for one another. */
  readonly requests: number;
  readonly roundTrips: number;
}

/** One repository of a registry, or an OCI layout: where images and what is attached to them can be read by digest. */
export interface ImageReader {
  /** For messages: `docker.io/library/debian`, `oci-dir:./image`. */
  readonly name: string;
  /** Where a registry has it: blobs need not be sent from one repository of a registry to another. */
  readonly repository?: Pick<ImageRef, 'registry' | 'repository'>;
  /**
   * The manifest behind a tag or digest; null when there is none. By digest, the bytes are verified.
   *
   * @throws {OciError} MANIFEST_DIGEST_MISMATCH, MANIFEST_INVALID when it is too large, and the store's own errors
   */
  readManifest(name: string, signal?: AbortSignal): Promise<StoredManifest | null>;
  /**
   * The bytes of a blob, verified as they come: nothing may be used before the last one.
   *
   * @throws {OciError} BLOB_UNKNOWN, BLOB_DIGEST_MISMATCH, BLOB_SIZE_MISMATCH, and the store's own errors
   */
  openBlob(
    blob: Pick<Descriptor, 'mediaType' | 'digest' | 'sizeBytes'>,
    signal?: AbortSignal,
  ): AsyncIterable<Uint8Array>;
  /**
   * All that refers to a manifest, unfiltered: the API's list and the fallback tag's together, since registries with an
   * API may not know what was attached before they had it. OCI distribution spec, "Listing Referrers" and "Referrers Tag
   * Schema".
   */
  listReferrers(subject: Digest, signal?: AbortSignal): Promise<ReferrerList>;
  /** The tags of the repository, in the order of the store. */
  listTags(signal?: AbortSignal): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** A manifest to be written; without a digest it goes by its SHA-256. */
export type NewManifest = Pick<StoredManifest, 'bytes' | 'mediaType'> &
  Partial<Pick<StoredManifest, 'digest'>>;

/** How a manifest is to be found, apart from its digest. */
export interface ManifestPlace {
  readonly tag?: string | undefined;
  /** Listed as an image also without a tag, in stores that list their images: layouts. */
  readonly isListed?: boolean;
}

/** A store that can be written to. */
export interface ImageWriter extends ImageReader {
  hasBlob(digest: Digest, signal?: AbortSignal): Promise<boolean>;
  /** Of stores that can tell: in bytes; null where there is no such blob, or the store does not say. */
  sizeOfBlob?(digest: Digest, signal?: AbortSignal): Promise<number | null>;
  /** Writes a blob; what was read is verified against the descriptor before the store keeps it. */
  writeBlob(
    blob: Pick<Descriptor, 'mediaType' | 'digest' | 'sizeBytes'>,
    open: () => AsyncIterable<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<void>;
  /**
   * Takes a blob over from a store nearby, which then need not send it.
   *
   * @returns false where that cannot be done
   */
  mountBlob?(digest: Digest, from: ImageReader, signal?: AbortSignal): Promise<boolean>;
  /**
   * Writes a manifest whose blobs are there, by its digest, and with `tag` also behind the tag.
   *
   * @throws {OciError} TAG_REFUSED, REGISTRY_REFUSED, and the store's own errors
   */
  writeManifest(manifest: NewManifest, place?: ManifestPlace, signal?: AbortSignal): Promise<Digest>;
  /**
   * Writes a manifest that has a `subject`, so that those who ask for referrers of the subject find it: by the registry's
   * API, or else in the fallback tag, whose index is merged and read again until nobody's entry is lost.
   *
   * @throws {OciError} MANIFEST_INVALID without a subject, TAG_REFUSED, REFERRERS_CONTENDED, and the store's own errors
   */
  attach(manifest: NewManifest, signal?: AbortSignal): Promise<Digest>;
  /**
   * The same for several manifests: each list is changed once for all that belongs into it, which where there is no API saves the
   * waits. When it fails, some may be there.
   *
   * @throws {OciError} as `attach`
   */
  attachAll(manifests: readonly NewManifest[], signal?: AbortSignal): Promise<void>;
  /** Of stores that show what was written only when all of it is there: shows it. Without it nothing was written. */
  complete?(): Promise<void>;
}
