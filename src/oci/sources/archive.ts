import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { posix } from 'node:path';
import { decompress, detectCompression } from '../decompress.ts';
import { OciError } from '../errors.ts';
import type { OpenOptions } from '../image.ts';
import { cleanPath } from '../tar/entry-name.ts';
import { createTarReader, type TarEntry } from '../tar/tar-reader.ts';
import { missingFile, type FileStore } from './file-store.ts';
import { readAt, readRange, readStream, spool, unreadable, type OpenFile } from './host-file.ts';

/** An archive of many images has a few thousand files. */
const MAX_ENTRIES = 200_000;
/** Links to links. */
const MAX_LINKS = 8;
/** Headers that lie together are read in one piece. */
const HEADER_WINDOW_BYTES = 64 * 1024;

/** Documents that decide which image an archive is: two of them would be two images for two programs. */
const DOCUMENTS: ReadonlySet<string> = new Set(['index.json', 'manifest.json', 'oci-layout', 'repositories']);

/** A tar archive whose files can be read in any order. */
export interface Archive extends FileStore {
  close(): Promise<void>;
}

interface StoredFile {
  readonly offset: number;
  readonly sizeBytes: number;
}

interface ArchiveIndex {
  readonly files: ReadonlyMap<string, StoredFile>;
  /** Links to their targets, both as paths in the archive. */
  readonly links: ReadonlyMap<string, string>;
}

/** Where a link leads within the archive; null when it leads out of it. */
function linkTarget(entry: TarEntry): string | null {
  const target = entry.linkTarget ?? '';
  if (entry.type === 'hardlink') return target;
  return target.startsWith('/') ? null : cleanPath(posix.join(posix.dirname(entry.path), target));
}

/** Reads the headers of an archive and jumps over what lies between them. */
async function indexArchive(file: OpenFile, sizeBytes: number): Promise<ArchiveIndex> {
  const { name } = file;
  const files = new Map<string, StoredFile>();
  const links = new Map<string, string>();
  const reader = createTarReader(
    {
      entry(entry) {
        const { path, type } = entry;
        if (DOCUMENTS.has(path) && (files.has(path) || links.has(path))) {
          throw new OciError('ARCHIVE_INVALID', `${name} holds ${path} twice`, { subject: name });
        }
        files.delete(path);
        links.delete(path);
        if (type === 'file') files.set(path, { offset: entry.contentOffset, sizeBytes: entry.sizeBytes });
        const target = type === 'symlink' || type === 'hardlink' ? linkTarget(entry) : null;
        if (target !== null) links.set(path, target);
        return false;
      },
      content() {},
      // A name that climbs out of the archive names nothing that a manifest could name.
      refused() {},
    },
    { subject: name, entriesMax: MAX_ENTRIES },
  );
  const window = Buffer.allocUnsafe(HEADER_WINDOW_BYTES);
  for (let position = 0; position < sizeBytes; position += reader.jump()) {
    const bytesRead = await readAt(file, window, position);
    if (bytesRead === 0) break;
    reader.push(window.subarray(0, bytesRead));
    position += bytesRead;
  }
  reader.end();
  const cut = [...files].find(([, file]) => file.offset + file.sizeBytes > sizeBytes);
  if (cut !== undefined) {
    throw new OciError('LAYER_TRUNCATED', `${name} ends in the middle of ${cut[0]}`, { subject: name });
  }
  return { files, links };
}

/** A file, through the links that lead to it. */
function findFile(index: ArchiveIndex, path: string): StoredFile | null {
  let at: string | undefined = path;
  for (let followed = 0; at !== undefined && followed <= MAX_LINKS; followed++) {
    const file = index.files.get(at);
    if (file !== undefined) return file;
    at = index.links.get(at);
  }
  return null;
}

/**
 * The files of an open archive. It belongs to the result from now on, also when it cannot be read.
 *
 * @throws {OciError} LAYER_CORRUPT, LAYER_TRUNCATED, LAYER_TOO_LARGE, ARCHIVE_INVALID
 */
export async function readArchive(file: OpenFile): Promise<Archive> {
  const { handle, name } = file;
  try {
    const { size } = await handle.stat();
    if (size === 0) throw new OciError('LAYER_TRUNCATED', `${name} is empty`, { subject: name });
    const index = await indexArchive(file, size);
    const store: Archive = {
      name,
      sizeOf: async (path) => findFile(index, path)?.sizeBytes ?? null,
      async *open(path, signal) {
        const found = findFile(index, path);
        if (found === null) throw missingFile(store, path);
        yield* readRange(file, found.offset, found.sizeBytes, signal);
      },
      close: () => handle.close(),
    };
    return store;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Reads an archive from a stream: a copy, unpacked when it is compressed, can be read in any order. */
export async function readArchiveStream(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  { environment, signal }: Pick<OpenOptions, 'environment' | 'signal'>,
): Promise<Archive> {
  const unpacked = decompress(chunks, { subject: name, signal });
  return readArchive({ name, handle: await spool(unpacked, environment['TMPDIR'] || tmpdir()) });
}

/**
 * Opens an archive of this machine. A compressed one, or one that comes through a pipe, is copied to a temporary file.
 *
 * @throws {OciError} SOURCE_UNREADABLE, TEMPORARY_SPACE, and what {@link readArchive} throws
 */
export async function openArchive(
  path: string,
  options: Pick<OpenOptions, 'environment' | 'signal'>,
): Promise<Archive> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw unreadable(path, error);
  });
  const file = { name: path, handle };
  let kept = false;
  try {
    const stat = await handle.stat();
    if (stat.isDirectory()) {
      throw new OciError('SOURCE_UNREADABLE', `${path} is a directory, not an archive`, {
        subject: path,
        remedy: 'Use oci-dir: for an OCI layout, or dir: for a root file system.',
      });
    }
    if (!stat.isFile()) return await readArchiveStream(readStream(file, options.signal), path, options);
    const start = Buffer.alloc(4);
    await readAt(file, start, 0);
    kept = detectCompression(start) === 'none';
    if (kept) return await readArchive(file);
    return await readArchiveStream(readRange(file, 0, stat.size, options.signal), path, options);
  } finally {
    if (!kept) await handle.close();
  }
}
