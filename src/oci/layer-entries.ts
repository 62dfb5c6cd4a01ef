/** What the entries of one layer do to the tree and to the visitor, wherever they are read from. */
import type { Digest } from '../model/digest.ts';
import { addTooLarge, createCoverageList, type CoverageList } from './coverage-list.ts';
import { createHardLinks } from './hard-links.ts';
import {
  bytesWanted,
  type EntryVisitor,
  type TreeEntry,
  type TreeReading,
  type Wanted,
} from './layer-tree.ts';
import { parentPath } from './links.ts';
import { createTreeRecorder, type TreeRecorder } from './tree-recorder.ts';

/** Who is fed with the entries of a layer in their order. A `TarHandler` that does not ask where an entry lies. */
export interface EntryHandler {
  /** How many bytes of a file's beginning are wanted; `sniff` lets its first bytes decide. */
  entry(entry: TreeEntry): false | number | 'sniff';
  /** Called after `sniff` with the first HEAD_BYTES of a file, or all of a shorter one. */
  sniff?(entry: TreeEntry, head: Uint8Array): false | number;
  /** What was asked for. It is only valid during the call. */
  content(entry: TreeEntry, content: Buffer): void;
  /** An entry whose name or link target cannot be used. */
  refused(name: string): void;
}

/** Goes through all entries of the layer once, and answers the size of its uncompressed archive. */
export type LayerPass = (handler: EntryHandler) => Promise<number>;

export interface ReadEntriesOptions {
  readonly diffId: Digest;
  readonly visitor: EntryVisitor;
  /** Most symlinks, whiteouts, opaque directories, or hard links that are kept. */
  readonly linksMax: number;
}

/**
 * Feeds the visitor and takes down what the layer does to the tree below, in one pass, or a second one for hard links to
 * files that nobody wanted under their own names.
 *
 * @throws what `pass` throws
 */
export async function readEntries(
  pass: LayerPass,
  { diffId, visitor, linksMax }: ReadEntriesOptions,
): Promise<TreeReading> {
  const coverage = createCoverageList(diffId);
  const recorder = createTreeRecorder(coverage, diffId, linksMax);
  const links = createHardLinks<WantedLink>();
  const first = firstPass(visitor, recorder, links, coverage);
  const uncompressedBytes = await pass(first.handler);

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
    await pass(second.handler);
    second.finish();
  }
  return {
    tree: recorder.finish(),
    coverage: coverage.entries(),
    entries: first.entries(),
    uncompressedBytes,
  };
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

  const handler: EntryHandler = {
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
  const handler: EntryHandler = {
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
