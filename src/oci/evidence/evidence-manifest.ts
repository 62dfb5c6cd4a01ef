/** What is found attached to an image, before anybody has looked into it. */
import type { Digest } from '../../model/digest.ts';
import type { Platform } from '../../model/platform.ts';
import type { Descriptor } from '../descriptor.ts';
import type { StoredManifest } from '../store/image-store.ts';

/** A manifest that evidence may be about. */
export interface EvidenceSubject {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** An index, the image of one platform, or BuildKit's attestations about one. */
  readonly role: 'index' | 'image' | 'attestation';
  /** Of an image, as its index says; null without an index and for everything else. */
  readonly platform: Platform | null;
  /** The index that lists it; null for the manifest that the reference led to, and for statements attached to others. */
  readonly parent: Digest | null;
  /** Reads its bytes, verified; once read they are kept. */
  read(): Promise<Uint8Array>;
}

/** Where evidence was found. A place is a hint and proves nothing. */
export type EvidencePlace = 'referrers-api' | 'referrers-tag' | 'layout' | 'cosign-tag' | 'index';

/** A manifest whose layers are evidence, opened and verified against its digest. */
export interface EvidenceManifest {
  readonly digest: Digest;
  readonly places: readonly EvidencePlace[];
  /** The subject for which it was found. */
  readonly about: Digest;
  /** From the manifest itself: `artifactType`, else the configuration's type, else the first layer's. */
  readonly artifactType: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** What the manifest says of its subject; null where it names none (cosign's tags, older BuildKit). */
  readonly subject: Pick<Descriptor, 'digest' | 'mediaType' | 'sizeBytes'> | null;
  readonly layers: readonly EvidenceLayer[];
}

export interface EvidenceLayer {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly annotations: Readonly<Record<string, string>>;
  /**
   * Reads the content, bounded and verified.
   *
   * @throws {OciError} BLOB_UNKNOWN, BLOB_DIGEST_MISMATCH, BLOB_SIZE_MISMATCH, EVIDENCE_TOO_LARGE, and the store's errors
   */
  read(): Promise<Uint8Array>;
}

export const EVIDENCE_GAPS = [
  /** More manifests, layers or bytes than are read. */
  'EVIDENCE_TOO_MUCH',
  /** Images or indexes that an index lists were not looked at: too many of them, too deep, or not to be read. */
  'INDEX_INCOMPLETE',
  'EVIDENCE_TOO_LARGE',
  /** A list, or what it names, could not be had, or is not what its digest says. */
  'EVIDENCE_MISSING',
  'EVIDENCE_MISMATCH',
  'EVIDENCE_MALFORMED',
  /** A manifest that was listed for one subject names another one. */
  'REFERRER_OF_ANOTHER',
] as const;

/** Something that could not be read or was not what it was said to be: evidence may be missing because of it. */
export interface EvidenceGap {
  readonly code: (typeof EVIDENCE_GAPS)[number];
  /** The subject for which it was found. */
  readonly about: Digest;
  /** The manifest or blob; null for a whole list. */
  readonly evidence: Digest | null;
  readonly message: string;
}

/** Everything that was found about what a reference leads to, in one bounded pass. */
export interface EvidenceGathering {
  readonly root: StoredManifest;
  /** The root first, then what an index lists in its order, then statements that are attached to these. */
  readonly subjects: readonly EvidenceSubject[];
  readonly manifests: readonly EvidenceManifest[];
  readonly gaps: readonly EvidenceGap[];
  /**
   * Requests that were sent, and how many of them had to wait for one another. Tokens, redirects and repeated requests are
   * not counted, nor are blobs: they take one round trip more.
   */
  readonly requests: number;
  readonly roundTrips: number;
}
