import type { Digest } from './digest.ts';

/** A regular file of the final file system and what is in it. */
export interface FileDigest {
  /** Without a leading slash, links followed. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly digest: Digest;
  /** Diff ID of the layer that holds the file; null for a root file system. */
  readonly layer: Digest | null;
}
