import { open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ArchiveItem } from './archive.ts';
import { createByteReader, type ByteReader } from './byte-reader.ts';
import { MAGIC_BYTES, plainChunks, unpackedChunks } from './decompress.ts';
import { AdvisoryError } from '../errors.ts';
import type { FeedFile } from '../feed.ts';
import { isTarHeader, tarMembers } from './tar-members.ts';
import { isZipHeader, zipMembers } from './zip-members.ts';

/** Bounds on what one build may read. Whole feeds of 2026 stay far below: the largest file is some 100 MB of JSON. */
const LIMITS = {
  memberBytes: 400 << 20,
  members: 2_000_000,
  unpackedBytes: 32 * 2 ** 30,
  depth: 32,
  files: 5_000_000,
};

export type FoundFile =
  | {
      readonly kind: 'file';
      readonly file: FeedFile;
      /** The archive it lies in, or else its folder, no more than two levels deep: what a summary counts by. */
      readonly place: string;
    }
  | { readonly kind: 'problem'; readonly path: string; readonly reason: string };

/**
 * Every file below the folders, and the files named themselves, in a stable order; archives are replaced by their
 * members. Whether a file is compressed or an archive is told by its first bytes. Symbolic links below a folder are not
 * followed.
 *
 * @throws {AdvisoryError} FEEDS_NOT_FOUND
 */
export async function* feedFiles(roots: readonly string[]): AsyncIterable<FoundFile> {
  const budget: Budget = { unpackedBytes: LIMITS.unpackedBytes, files: LIMITS.files };
  for (const root of roots) {
    for await (const { file, label } of filesOf(root)) {
      if (--budget.files < 0) {
        yield {
          kind: 'problem',
          path: label,
          reason: `more than ${LIMITS.files} files: the rest was left out`,
        };
        return;
      }
      try {
        yield* unpack(file, label, budget);
      } catch (error) {
        yield {
          kind: 'problem',
          path: label,
          reason: error instanceof Error ? error.message : String(error),
        };
      }
    }
  }
}

interface NamedFile {
  readonly file: string;
  /** Path below the root, for people. */
  readonly label: string;
}

async function* filesOf(root: string): AsyncIterable<NamedFile> {
  const kind = await readable(root, () => stat(root));
  if (kind.isFile()) yield { file: root, label: basename(root) };
  else yield* walk(root, '', 0);
}

async function* walk(root: string, below: string, depth: number): AsyncIterable<NamedFile> {
  const folder = join(root, below);
  const entries = await readable(folder, () => readdir(folder, { withFileTypes: true }));
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const label = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isFile()) yield { file: join(root, label), label };
    // a version control folder holds the same records again, packed
    else if (entry.isDirectory() && entry.name !== '.git' && depth < LIMITS.depth)
      yield* walk(root, label, depth + 1);
  }
}

async function readable<T>(place: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AdvisoryError('FEEDS_NOT_FOUND', `cannot read ${place}: ${reason}`, { subject: place, cause });
  }
}

async function* unpack(file: string, path: string, budget: Budget): AsyncIterable<FoundFile> {
  const handle = await open(file);
  try {
    const magic = await firstBytes(handle);
    if (isZipHeader(magic))
      yield* membersIn(withinBudget(zipMembers(handle, LIMITS), sizeOfItem, budget), path, budget);
    else yield* unpackStream(plainChunks(handle, magic, LIMITS.memberBytes), path, budget);
  } finally {
    await handle.close();
  }
}

/** The members of a tar archive, or the one file that it is. */
async function* unpackStream(
  chunks: AsyncIterable<Uint8Array>,
  path: string,
  budget: Budget,
): AsyncIterable<FoundFile> {
  const reader = createByteReader(withinBudget(chunks, ({ length }) => length, budget));
  try {
    if (isTarHeader(await reader.peek(512))) yield* membersIn(tarMembers(reader, LIMITS), path, budget);
    else yield await wholeFile(reader, path, folderOf(path));
  } finally {
    await reader.close();
  }
}

function sizeOfItem(item: ArchiveItem): number {
  return item.kind === 'file' ? item.bytes.length : 0;
}

async function* membersIn(
  items: AsyncIterable<ArchiveItem>,
  archive: string,
  budget: Budget,
): AsyncIterable<FoundFile> {
  for await (const item of items) {
    if (item.kind === 'file') yield await plainMember(`${archive}/${item.path}`, item.bytes, archive, budget);
    else yield { kind: 'problem', path: archive, reason: item.reason };
  }
}

/** Members may be compressed once more (Amazon's `updateinfo.xml.gz`); an archive in an archive stays what it is. */
async function plainMember(
  path: string,
  bytes: Uint8Array,
  archive: string,
  budget: Budget,
): Promise<FoundFile> {
  const chunks = unpackedChunks(bytes, LIMITS.memberBytes);
  if (chunks === null) return { kind: 'file', file: { path, bytes }, place: archive };
  const reader = createByteReader(withinBudget(chunks, ({ length }) => length, budget));
  try {
    return await wholeFile(reader, path, archive);
  } catch (error) {
    return { kind: 'problem', path, reason: error instanceof Error ? error.message : String(error) };
  } finally {
    await reader.close();
  }
}

async function wholeFile(reader: ByteReader, path: string, place: string): Promise<FoundFile> {
  const bytes = await reader.read(LIMITS.memberBytes + 1);
  if (bytes.length <= LIMITS.memberBytes) return { kind: 'file', file: { path, bytes }, place };
  return { kind: 'problem', path, reason: `more than ${LIMITS.memberBytes} bytes` };
}

function folderOf(path: string): string {
  return path.split('/').slice(0, -1).slice(0, 2).join('/') || '.';
}

async function firstBytes(handle: FileHandle): Promise<Uint8Array> {
  const buffer = new Uint8Array(MAGIC_BYTES);
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
  return buffer.subarray(0, bytesRead);
}

/** What all files together may still unpack to, and how many more there may be. */
interface Budget {
  unpackedBytes: number;
  files: number;
}

/** Stops files that unpack without end. */
async function* withinBudget<T>(
  items: AsyncIterable<T>,
  sizeOf: (item: T) => number,
  budget: Budget,
): AsyncIterable<T> {
  for await (const item of items) {
    budget.unpackedBytes -= sizeOf(item);
    if (budget.unpackedBytes < 0)
      throw new Error(`the folder unpacks to more than ${LIMITS.unpackedBytes} bytes`);
    yield item;
  }
}
