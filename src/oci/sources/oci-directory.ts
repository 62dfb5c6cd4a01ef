import type { FileHandle } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { OciError } from '../errors.ts';
import type { ImageSource, OpenedImages, OpenOptions } from '../image.ts';
import { missingFile, type FileStore } from './file-store.ts';
import { openUntrusted, readRange, systemErrorCode, unreadable } from './host-file.ts';
import { parseLocation } from './location.ts';
import { layoutOptions, openLayout, readLayoutIndex } from './oci-layout.ts';

/** The only names that are opened in a layout: nothing in it can lead us elsewhere. */
const NAMES = /^(?:index\.json|oci-layout|blobs\/(?:sha256\/[0-9a-f]{64}|sha512\/[0-9a-f]{128}))$/;

/** Opens a regular file of a layout; null where there is none. */
async function openRegular(
  directory: string,
  path: string,
): Promise<{ handle: FileHandle; sizeBytes: number } | null> {
  if (!NAMES.test(path)) return null;
  const full = join(directory, path);
  let handle: FileHandle;
  try {
    handle = await openUntrusted(full);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    // O_NOFOLLOW: the name is a symbolic link, which a layout has no need of and which may lead anywhere.
    if (code === 'ELOOP') {
      throw new OciError('ARCHIVE_INVALID', `${full} is a symbolic link, which is not followed`, {
        subject: full,
      });
    }
    throw unreadable(full, error);
  }
  const stat = await handle.stat();
  if (stat.isFile()) return { handle, sizeBytes: stat.size };
  await handle.close();
  throw new OciError('ARCHIVE_INVALID', `${full} is not a regular file`, { subject: full });
}

/** The files of a layout in a directory. Each is open only while it is read. */
export function directoryStore(directory: string): FileStore {
  const store: FileStore = {
    name: directory,
    async sizeOf(path) {
      const file = await openRegular(directory, path);
      await file?.handle.close();
      return file?.sizeBytes ?? null;
    },
    async *open(path, signal) {
      const file = await openRegular(directory, path);
      if (file === null) throw missingFile(store, path);
      try {
        yield* readRange({ name: join(directory, path), handle: file.handle }, 0, file.sizeBytes, signal);
      } finally {
        await file.handle.close();
      }
    },
  };
  return store;
}

async function open(location: string, reference: string, options: OpenOptions): Promise<OpenedImages> {
  const { path, name, digest } = await parseLocation(location);
  const files = directoryStore(resolve(path));
  const index = await readLayoutIndex(files, options.signal);
  if (index === null) {
    throw new OciError('SOURCE_UNREADABLE', `${path} is not an OCI layout: it has no index.json`, {
      subject: path,
    });
  }
  const images = await openLayout(index, { name, digest }, layoutOptions(files, reference, options));
  return { images, close: async () => {} };
}

export const ociDirectorySource: ImageSource = {
  scheme: 'oci-dir',
  means: 'An image in an OCI layout: oci-dir:PATH[:TAG] or oci-dir:PATH@DIGEST.',
  open,
};
