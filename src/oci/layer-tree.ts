import type { Coverage } from '../model/coverage.ts';

/**
 * What one layer does to the tree below it, apart from the content of files. Everything here can be written as JSON
 * and follows the number of links and removals, not the number of files (but for two lists of eight bytes an entry).
 * Paths have no leading slash and are as written in the layer, before links of lower layers are followed.
 * `createTreeRecorder` makes it, `overlayLayers` puts several together.
 */
export interface LayerTree {
  /** Paths removed by `.wh.NAME`. OCI image spec, layer.md, "Whiteouts". */
  readonly whiteouts: readonly string[];
  /** Directories with `.wh..wh..opq`: what lower layers hold below them is hidden. */
  readonly opaques: readonly string[];
  /** Symbolic links and their targets as written, in the layer's order. */
  readonly symlinks: readonly (readonly [path: string, target: string])[];
  /** Wanted hard links to files that are not in this layer; a lower one may have them. */
  readonly hardlinks: readonly (readonly [path: string, target: string])[];
  /** Wanted paths that have no content in the end: too large, or replaced by a later entry of the same layer. */
  readonly voided: readonly string[];
  /** Path hashes of the directories that the layer holds explicitly: they replace links and files of lower layers. */
  readonly directories: string;
  /** Path hashes of everything that is not a directory, to see a file replace a directory. See path-hash.ts. */
  readonly shadows: string;
}

/** An entry of a layer or a directory of a root file system, cleaned: no leading slash, no `.` or `..`. */
export interface TreeEntry {
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'hardlink' | 'other';
  readonly sizeBytes: number;
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Symlink: as written. Hard link: cleaned path in the same layer. */
  readonly linkTarget: string | null;
}

/** Who is fed with the entries of one pass over a layer or directory. */
export interface EntryVisitor {
  /**
   * Asked for every entry in order. `sniff`, for regular files only: the first bytes decide. Null: not interested; the
   * content is skipped without being held.
   */
  want(entry: TreeEntry): Wanted | 'sniff' | null;
  /**
   * Asked about a file after `want` said `sniff`.
   *
   * @param head the file's first HEAD_BYTES, or all of a shorter one
   * @returns how much is wanted, or null
   */
  sniff?(entry: TreeEntry, head: Uint8Array): Wanted | null;
  /**
   * True when a file or hard link is to be followed through the layers for what its entry says, whether or not its
   * content is wanted.
   */
  note?(entry: TreeEntry): boolean;
  /**
   * Called with the content of each wanted file, or the beginning that was asked for, also when a wanted hard link leads
   * to it. When a path comes twice, the later content replaces the earlier. The bytes are only valid during the call: copy
   * what is kept.
   *
   * @param entry its size is that of the whole file
   * @returns whether anything of it was kept: only then is the path followed through the layers
   */
  file(entry: TreeEntry, content: Uint8Array): boolean;
}

/** How much of a file `sniff` sees: enough for every format's magic number. */
export const HEAD_BYTES = 64;

/**
 * How much of a file is wanted. A number: all of it, if it has at most so many bytes; a larger one is reported as
 * EVIDENCE_TOO_LARGE in the coverage. Or so many bytes of its beginning, HEAD_BYTES or more, whatever its size.
 */
export type Wanted = number | { readonly beginning: number };

/** How many bytes of a file of that size are to be read; null when it is too large. */
export function bytesWanted(wanted: Wanted, sizeBytes: number): number | null {
  if (typeof wanted === 'object') return Math.min(sizeBytes, wanted.beginning);
  return sizeBytes <= wanted ? sizeBytes : null;
}

/** What a pass over a layer or directory yields beside what the visitor was fed. */
export interface TreeReading {
  readonly tree: LayerTree;
  readonly coverage: readonly Coverage[];
  readonly entries: number;
  /** Of a layer the size of its tar; of a directory the bytes that were read. */
  readonly uncompressedBytes: number;
}
