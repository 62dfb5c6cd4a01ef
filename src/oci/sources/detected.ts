import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { OciError } from '../errors.ts';
import type { OpenedImages, OpenOptions } from '../image.ts';
import { openArchive } from './archive.ts';
import { openDockerArchive } from './docker-archive.ts';
import { unreadable } from './host-file.ts';
import { parseLocation } from './location.ts';
import { ociDirectorySource } from './oci-directory.ts';

/** Directories that every root file system has one of. */
const ROOT_DIRECTORIES = ['etc', 'usr', 'var', 'bin'];

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function openDirectory(path: string, reference: string, options: OpenOptions): Promise<OpenedImages> {
  if (await isFile(join(path, 'index.json'))) return ociDirectorySource.open(reference, reference, options);
  const found = await Promise.all(ROOT_DIRECTORIES.map((name) => isDirectory(join(path, name))));
  if (found.includes(true)) {
    throw new OciError(
      'SOURCE_UNKNOWN',
      `${path} looks like a root file system, which has to be named as one`,
      {
        subject: path,
        remedy: `Write dir:${path}.`,
      },
    );
  }
  throw new OciError('SOURCE_UNKNOWN', `${path} is neither an OCI layout nor a root file system`, {
    subject: path,
  });
}

/**
 * Opens a path without a prefix by what it holds: an OCI layout, an OCI archive or a Docker archive.
 *
 * @throws {OciError} SOURCE_UNREADABLE, SOURCE_UNKNOWN, and what the source throws
 */
export async function openDetected(reference: string, options: OpenOptions): Promise<OpenedImages> {
  const location = await parseLocation(reference);
  const path = resolve(location.path);
  const found = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if (found.isDirectory()) return openDirectory(path, reference, options);
  const archive = await openArchive(path, options);
  const documents = await Promise.all(['manifest.json', 'index.json'].map((name) => archive.sizeOf(name)));
  if (documents.every((size) => size === null)) {
    await archive.close();
    throw new OciError(
      'SOURCE_UNKNOWN',
      `${path} is a tar archive, but neither an OCI nor a Docker archive`,
      {
        subject: path,
        remedy: 'Unpack a root file system and name its directory with dir:.',
      },
    );
  }
  // A Docker archive without its own list of images is read as an OCI archive there.
  return openDockerArchive(archive, location, reference, options);
}
