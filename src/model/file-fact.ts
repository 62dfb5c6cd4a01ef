import type { Digest } from './digest.ts';

/** Something about a file that a policy may ask for; a file can have several. */
export const FILE_FACT_KINDS = ['setuid', 'setgid', 'shell', 'world-writable'] as const;
export type FileFactKind = (typeof FILE_FACT_KINDS)[number];

/** A file of the final file system with what its entry says. */
export interface FileFact {
  readonly kind: FileFactKind;
  /** Without a leading slash, links followed. */
  readonly path: string;
  /** Permission bits with setuid, setgid and sticky, as chmod(1) takes them: `4755`. */
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  /** Diff ID of the layer that holds the file; null for a root file system. */
  readonly layer: Digest | null;
  /** Index into the image's history. */
  readonly step: number | null;
}
