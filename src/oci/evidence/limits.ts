const MEBIBYTE = 1024 * 1024;

/** How much is looked at. What is beyond becomes a gap, never silence. */
export interface EvidenceLimits {
  /** Manifests that evidence may be about: an index, its images, and attestations. */
  readonly subjects: number;
  /** Manifests that are opened because a list says that they refer to one subject, and because of all. */
  readonly manifestsPerSubject: number;
  readonly manifests: number;
  readonly layersPerManifest: number;
  readonly layers: number;
  /** Bytes of a blob that is a signature or bundle, and of one that is a statement or document. */
  readonly signatureBytes: number;
  readonly statementBytes: number;
  /** Bytes of all manifests and blobs together. */
  readonly totalBytes: number;
  /** Requests before blobs are read; those for tokens and repeated ones are not counted. */
  readonly requests: number;
}

export const DEFAULT_EVIDENCE_LIMITS: EvidenceLimits = {
  subjects: 256,
  manifestsPerSubject: 128,
  manifests: 512,
  layersPerManifest: 128,
  layers: 1024,
  signatureBytes: 16 * MEBIBYTE,
  statementBytes: 64 * MEBIBYTE,
  totalBytes: 256 * MEBIBYTE,
  requests: 2048,
};

/** Bytes that manifests and blobs have used up together. */
export interface ByteBudget {
  /** False, and nothing is taken, when there are not so many left. */
  take(bytes: number): boolean;
  readonly isUsedUp: boolean;
}

export function byteBudget(total: number): ByteBudget {
  let left = total;
  return {
    take(bytes) {
      if (bytes > left) return false;
      left -= bytes;
      return true;
    },
    get isUsedUp() {
      return left <= 0;
    },
  };
}
