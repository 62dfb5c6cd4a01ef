import { accessSync, constants, realpathSync, type Stats } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { CoverageCode } from '../model/coverage.ts';
import { addTooLarge, createCoverageList } from './coverage-list.ts';
import { OciError } from './errors.ts';
import { forEachChild, seeDirectory, type SeenChild, type SeenDirectory } from './host-tree.ts';
import {
  type EntryVisitor,
  HEAD_BYTES,
  type TreeEntry,
  type TreeReading,
  type Wanted,
} from './layer-tree.ts';
import { createTreeRecorder } from './tree-recorder.ts';

export interface DirectoryLimits {
  /** Most files and directories; what comes later is left out. */
  readonly entries: number;
  /** Most symlinks that are kept. */
  readonly links: number;
}

export const DIRECTORY_LIMITS: DirectoryLimits = { entries: 20_000_000, links: 500_000 };

export interface ReadDirectoryOptions {
  readonly visitor: EntryVisitor;
  readonly limits?: DirectoryLimits | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Directories between two looks at the signal, and turns of the event loop. */
const DIRECTORIES_AT_ONCE = 64;

/**
 * Reads a root file system in a directory of this machine as if it were one layer. Symbolic links are reported and
 * never followed, hard links are files, other mounted file systems are entered but for pseudo file systems, and
 * nothing but files and directories is opened. What changes meanwhile is seen in one state or the other.
 *
 * @throws {OciError} ROOT_UNREADABLE when the directory itself cannot be read; the signal's reason
 */
export async function readDirectoryTree(
  directory: string,
  options: ReadDirectoryOptions,
): Promise<TreeReading> {
  const { visitor, limits = DIRECTORY_LIMITS, signal } = options;
  const coverage = createCoverageList(directory);
  const recorder = createTreeRecorder(coverage, directory, limits.links);
  const pending = [openRoot(directory)];
  let entries = 0;
  let bytes = 0;

  /** A failing system call is a gap in what was seen; that something has gone in the meantime is none. */
  function attempt<T>(code: CoverageCode, path: string, action: () => T): T | null {
    try {
      return action();
    } catch (error) {
      const reason = systemErrorCode(error);
      if (reason !== 'ENOENT')
        coverage.add(code, path, `It could not be read (${reason}); what it would show is missing.`);
      return null;
    }
  }

  function onChild(child: SeenChild, path: string): void {
    if (++entries > limits.entries) return;
    if (child.isWhiteout) {
      recorder.whiteout(path);
      return;
    }
    const target = child.type === 'symlink' ? attempt('LINK_UNRESOLVED', path, () => child.readLink()) : null;
    if (target !== null) recorder.symlink(path, target);
    const entry = toEntry(child, path, target);
    const wanted = visitor.want(entry);
    if (child.type === 'file') onFile(child, entry, wanted);
    if (child.type !== 'directory') return;
    const seen = attempt('DIRECTORY_UNREADABLE', path, () => child.see());
    if (seen !== null) pending.push({ path, seen });
  }

  function onFile(child: SeenChild, entry: TreeEntry, asked: Wanted | 'sniff' | null): void {
    if (visitor.note?.(entry) === true) recorder.kept(entry.path);
    const look = () => child.head(HEAD_BYTES);
    const head = asked === 'sniff' ? attempt('EVIDENCE_UNREADABLE', entry.path, look) : null;
    const wanted = head === null ? asked : (visitor.sniff?.(entry, head) ?? null);
    if (wanted === null || wanted === 'sniff') return;
    const content = contentOf(child, entry, wanted);
    if (content === null) return;
    bytes += content.length;
    if (visitor.file(entry, content)) recorder.kept(entry.path);
  }

  function contentOf(child: SeenChild, { path }: TreeEntry, wanted: Wanted): Buffer | null {
    const read = <T>(action: () => T) => attempt('EVIDENCE_UNREADABLE', path, action);
    if (typeof wanted === 'object') return read(() => child.head(wanted.beginning));
    const content = read(() => child.read(wanted));
    if (typeof content !== 'number') return content;
    addTooLarge(coverage, path, content, wanted);
    return null;
  }

  function readChildren({ path, seen }: PendingDirectory): void {
    const prefix = path === '' ? '' : `${path}/`;
    const show = (child: SeenChild) => onChild(child, prefix + child.name);
    const same = attempt('DIRECTORY_UNREADABLE', path, () => forEachChild(seen, show));
    if (same === false) coverage.add('DIRECTORY_UNREADABLE', path, 'It was replaced while it was read.');
  }

  for (let read = 0; pending.length > 0 && entries <= limits.entries; read++) {
    if (read % DIRECTORIES_AT_ONCE === 0) await setImmediate();
    signal?.throwIfAborted();
    const next = pending.pop();
    if (next !== undefined) readChildren(next);
  }
  if (entries > limits.entries) {
    coverage.add(
      'LIMIT_REACHED',
      directory,
      `It holds more than ${limits.entries} files; the rest was left out.`,
    );
  }
  return { tree: recorder.finish(), coverage: coverage.entries(), entries, uncompressedBytes: bytes };
}

interface PendingDirectory {
  /** Below the root; empty for the root. */
  readonly path: string;
  readonly seen: SeenDirectory;
}

function openRoot(directory: string): PendingDirectory {
  try {
    // The user may name the root by a link; below it none is followed.
    const place = realpathSync(directory);
    accessSync(place, constants.R_OK | constants.X_OK);
    return { path: '', seen: seeDirectory(Buffer.from(place)) };
  } catch (cause) {
    const message = `${directory} could not be read (${systemErrorCode(cause)})`;
    throw new OciError('ROOT_UNREADABLE', message, { subject: directory, cause });
  }
}

/** The code of an error of the operating system; any other error is thrown on. */
function systemErrorCode(error: unknown): string {
  if (error instanceof Error && 'syscall' in error && 'code' in error) return String(error.code);
  throw error;
}

/** Asks for size and permissions only when somebody looks at them: most entries interest nobody. */
function toEntry(child: SeenChild, path: string, linkTarget: string | null): TreeEntry {
  let known: Stats | null | undefined;
  const stats = () => (known === undefined ? (known = child.stat()) : known);
  return {
    path,
    type: child.type,
    linkTarget,
    get sizeBytes() {
      return child.type === 'file' ? (stats()?.size ?? 0) : 0;
    },
    get mode() {
      return (stats()?.mode ?? 0) & 0o7777;
    },
    get uid() {
      return stats()?.uid ?? 0;
    },
    get gid() {
      return stats()?.gid ?? 0;
    },
  };
}
