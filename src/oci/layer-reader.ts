import { createHash } from 'node:crypto';
import { digestAlgorithm, digestHex, type Digest } from '../model/digest.ts';
import { addTooLarge, createCoverageList, type CoverageList } from './coverage-list.ts';
import { DECOMPRESSION_LIMITS, decompress, type DecompressionLimits } from './decompress.ts';
import { OciError } from './errors.ts';
import { createHardLinks } from './hard-links.ts';
import {
  bytesWanted,
  type EntryVisitor,
  type TreeEntry,
  type TreeReading,
  type Wanted,
} from './layer-tree.ts';
import { parentPath } from './links.ts';
import { createTarReader, type TarHandler } from './tar/tar-reader.ts';
import { createTreeRecorder, type TreeRecorder } from './tree-recorder.ts';

export interface LayerLimits extends DecompressionLimits {
  /** Most headers of the archive. */
  readonly entries: number;
  /** Most symlinks, whiteouts, opaque directories, or hard links that are kept. */
  readonly links: number;
}

export const LAYER_LIMITS: LayerLimits = { ...DECOMPRESSION_LIMITS, entries: 10_000_000, links: 250_000 };

export interface ReadLayerOptions {
  /** Digest of the uncompressed tar; it is checked in the same pass. */
  readonly diffId: Digest;
  /** What `open` checks of itself, where it does. The diff ID again: the bytes are not checked twice. */
  readonly digest?: Digest | undefined;
  readonly visitor: EntryVisitor;
  readonly limits?: LayerLimits | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Opens the layer's blob from its first byte; `ImageLayer.open` is one. */
export type OpenLayer = (signal: AbortSignal) => AsyncIterable<Uint8Array>;

/**
 * Reads a layer: decompresses it, checks its diff ID, feeds the visitor and takes down what the layer does to the tree
 * below. Everything happens in one pass, unless a wanted hard link leads to a file of the same layer that nobody
 * wanted: then the layer is opened once more for those files.
 *
 * What the visitor was fed must not be used before this has answered: only then is it known to be the layer's.
 *
 * @throws {OciError} LAYER_CORRUPT, LAYER_TRUNCATED, LAYER_TOO_LARGE, LAYER_DIFF_ID_MISMATCH; what `open` throws
 */
export async function readLayer(open: OpenLayer, options: ReadLayerOptions): Promise<TreeReading> {
  const { diffId, visitor, limits = LAYER_LIMITS } = options;
  const coverage = createCoverageList(diffId);
  const recorder = createTreeRecorder(coverage, diffId, limits.links);
  const links = createHardLinks<WantedLink>();
  const first = firstPass(visitor, recorder, links, coverage);
  const uncompressedBytes = await pass(open, first.handler, options);

  const waiting = links.waiting();
  const held = recorder.holding(waiting.keys());
  for (const [target, list] of waiting) {
    if (held.has(target)) continue;
    for (const link of list) recorder.linkedBelow(link.entry.path, target, link.moment);
  }
  if (held.size > 0) {
    const second = secondPass(
      visitor,
      recorder,
      new Map([...waiting].filter(([target]) => held.has(target))),
      coverage,
    );
    await pass(open, second.handler, options);
    second.finish();
  }
  return {
    tree: recorder.finish(),
    coverage: coverage.entries(),
    entries: first.entries(),
    uncompressedBytes,
  };
}

/** One way through the layer, with its diff ID checked at the end. Answers the uncompressed size. */
async function pass(open: OpenLayer, handler: TarHandler, options: ReadLayerOptions): Promise<number> {
  const { diffId, limits = LAYER_LIMITS } = options;
  const subject = `layer ${diffId}`;
  // The diff ID is about uncompressed bytes: when the blob has that digest, it is the archive as it stands.
  const plain = options.digest === diffId;
  const leaving = new AbortController();
  const signal =
    options.signal === undefined ? leaving.signal : AbortSignal.any([options.signal, leaving.signal]);
  const hash = plain ? null : createHash(digestAlgorithm(diffId));
  const reader = createTarReader(handler, { subject, entriesMax: limits.entries });
  let bytes = 0;
  for await (const piece of decompress(open(signal), { subject, plain, limits, signal })) {
    bytes += piece.length;
    hash?.update(piece);
    try {
      reader.push(piece);
    } catch (error) {
      // The source may be waiting for a slow registry: it is told before the loop waits for it to close.
      leaving.abort(error);
      throw error;
    }
  }
  reader.end();
  const hex = hash?.digest('hex');
  if (hex !== undefined && hex !== digestHex(diffId)) {
    const message = `${subject}: the uncompressed bytes have the digest ${digestAlgorithm(diffId)}:${hex}`;
    throw new OciError('LAYER_DIFF_ID_MISMATCH', message, { subject: diffId });
  }
  return bytes;
}

interface WantedLink {
  readonly entry: TreeEntry;
  /** How much of its target the visitor wants. */
  readonly wanted: Wanted;
  /** Which entry of the layer it is, from 1. */
  readonly position: number;
  readonly moment: number;
}

type Links = ReturnType<typeof createHardLinks<WantedLink>>;

function firstPass(visitor: EntryVisitor, recorder: TreeRecorder, links: Links, coverage: CoverageList) {
  let entries = 0;

  function bytesOf(entry: TreeEntry, wanted: Wanted | null): false | number {
    return wanted === null ? false : (bytesToRead(entry, wanted, coverage) ?? false);
  }

  function onHardLink(entry: TreeEntry, wanted: Wanted | 'sniff'): void {
    if (wanted === 'sniff') throw new Error('hard links cannot be sniffed at');
    const target = links.resolve(entry.linkTarget ?? '');
    const link = { entry, wanted, position: entries, moment: recorder.wanted(entry.path) };
    const content = links.kept(target);
    if (content === undefined) links.wait(target, link);
    else feedLink(visitor, recorder, link, { content, sizeBytes: content.length }, coverage);
  }

  const handler: TarHandler = {
    entry(entry) {
      entries++;
      if (isMarker(entry.path)) {
        onMarker(entry.path, recorder, coverage);
        return false;
      }
      const wanted = visitor.want(entry);
      links.forget(entry.path);
      if (entry.type === 'hardlink') links.note(entry.path, entry.linkTarget ?? '');
      if (entry.type === 'directory') recorder.directory(entry.path);
      else if (entry.type === 'symlink') recorder.symlink(entry.path, entry.linkTarget ?? '');
      else if (entry.type === 'hardlink' && wanted !== null) onHardLink(entry, wanted);
      else recorder.other(entry.path);
      if (isFile(entry) && visitor.note?.(entry) === true) recorder.kept(entry.path);
      if (entry.type !== 'file') return false;
      return wanted === 'sniff' ? 'sniff' : bytesOf(entry, wanted);
    },
    sniff: (entry, head) => bytesOf(entry, visitor.sniff?.(entry, head) ?? null),
    content(entry, content) {
      if (content.length === entry.sizeBytes) links.keep(entry.path, content);
      if (visitor.file(entry, content)) recorder.kept(entry.path);
    },
    refused(name) {
      entries++;
      addRefused(coverage, name);
    },
  };
  return { handler, entries: () => entries };
}

/** Gives the waiting links their content. A link means the file that had its target's name before the link came. */
function secondPass(
  visitor: EntryVisitor,
  recorder: TreeRecorder,
  waiting: ReadonlyMap<string, readonly WantedLink[]>,
  coverage: CoverageList,
) {
  const served = new Set<WantedLink>();
  let entries = 0;
  const linksOf = (path: string) => (waiting.get(path) ?? []).filter((link) => link.position > entries);
  const handler: TarHandler = {
    entry(entry) {
      entries++;
      if (entry.type !== 'file') return false;
      const links = linksOf(entry.path);
      let most: number | null = null;
      for (const link of links) {
        served.add(link);
        const bytes = bytesWanted(link.wanted, entry.sizeBytes);
        if (bytes !== null) most = Math.max(most ?? 0, bytes);
      }
      if (most !== null) return most;
      for (const { entry: link, wanted } of links) {
        bytesToRead({ path: link.path, sizeBytes: entry.sizeBytes }, wanted, coverage);
      }
      return false;
    },
    content({ path, sizeBytes }, content) {
      for (const link of linksOf(path)) feedLink(visitor, recorder, link, { content, sizeBytes }, coverage);
    },
    refused() {
      entries++;
    },
  };
  function finish(): void {
    for (const link of [...waiting.values()].flat()) {
      if (served.has(link)) continue;
      const message = `The file that this hard link leads to, ${link.entry.linkTarget ?? ''}, does not come before it.`;
      coverage.add('HARD_LINK_UNRESOLVED', link.entry.path, message);
    }
  }
  return { handler, finish };
}

/** What a hard link leads to: its content, or the beginning of it. */
interface LinkedFile {
  readonly content: Buffer;
  readonly sizeBytes: number;
}

function feedLink(
  visitor: EntryVisitor,
  recorder: TreeRecorder,
  link: WantedLink,
  { content, sizeBytes }: LinkedFile,
  coverage: CoverageList,
): void {
  const { entry, wanted, moment } = link;
  const bytes = bytesToRead({ path: entry.path, sizeBytes }, wanted, coverage);
  if (bytes !== null && recorder.captured(entry.path, moment)) {
    visitor.file({ ...entry, sizeBytes }, content.subarray(0, bytes));
  }
}

/** How many bytes of a file are to be read; null when it is too large, which the coverage then says. */
function bytesToRead(
  { path, sizeBytes }: Pick<TreeEntry, 'path' | 'sizeBytes'>,
  wanted: Wanted,
  coverage: CoverageList,
): number | null {
  const bytes = bytesWanted(wanted, sizeBytes);
  if (bytes === null && typeof wanted === 'number') addTooLarge(coverage, path, sizeBytes, wanted);
  return bytes;
}

const isFile = ({ type }: TreeEntry) => type === 'file' || type === 'hardlink';

const MARKER = '.wh.';
const META_MARKER = '.wh..wh.';
const OPAQUE_MARKER = '.wh..wh..opq';

/** Whiteouts, and the files in which aufs kept its books (at the root, `.wh..wh.plnk` with the files below it). */
function isMarker(path: string): boolean {
  return path.startsWith(META_MARKER) || path.startsWith(MARKER, path.lastIndexOf('/') + 1);
}

/** OCI image spec, layer.md, "Whiteouts". */
function onMarker(path: string, recorder: TreeRecorder, coverage: CoverageList): void {
  const directory = parentPath(path);
  const name = path.slice(directory === '' ? 0 : directory.length + 1);
  const hidden = name.slice(MARKER.length);
  if (name === OPAQUE_MARKER) recorder.opaque(directory);
  // A file of aufs's books is nothing in the tree, but hard links may lead to it.
  else if (path.startsWith(META_MARKER) || name.startsWith(META_MARKER)) recorder.other(path);
  // `.wh...` would remove the directory above.
  else if (hidden === '' || hidden === '.' || hidden === '..') addRefused(coverage, path);
  else recorder.whiteout(directory === '' ? hidden : `${directory}/${hidden}`);
}

function addRefused(coverage: CoverageList, name: string): void {
  const message =
    'This entry of a layer was ignored: its name or target leads out of the root or cannot be a file name.';
  coverage.add('ENTRY_REFUSED', name, message);
}
