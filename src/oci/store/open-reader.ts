import { stat } from 'node:fs/promises';
import type { Digest } from '../../model/digest.ts';
import { OciError } from '../errors.ts';
import { isPath, SOURCE_SCHEMES } from '../open-image.ts';
import { parseReference } from '../reference.ts';
import { connectRegistry, type ConnectionOptions } from '../registry/connection.ts';
import { parseLocation } from '../sources/location.ts';
import type { ImageReader } from './image-store.ts';
import { openArchiveReader, openDirectoryReader } from './layout-reader.ts';
import { registryReader } from './registry-reader.ts';

/** A store, and what in it a reference means. */
export interface OpenedReader {
  readonly reader: ImageReader;
  /** For `readManifest`: the reference's digest, else its tag. */
  readonly name: string | Digest;
}

/**
 * Opens the store that a reference names: a repository of a registry, `oci-dir:PATH[:TAG][@DIGEST]`,
 * `oci-archive:PATH[:TAG][@DIGEST]`, or a path of one of these. Of a registry nothing is asked yet.
 *
 * @throws {OciError} REFERENCE_INVALID, SOURCE_UNKNOWN for what holds no evidence (daemons, root file systems), and what
 *   keeps a layout from being read
 */
export async function openImageReader(reference: string, options: ConnectionOptions): Promise<OpenedReader> {
  const colon = reference.indexOf(':');
  const scheme = reference.slice(0, Math.max(colon, 0));
  const location = reference.slice(colon + 1);
  if (scheme === 'oci-dir') return openDirectoryReader(location, options);
  if (scheme === 'oci-archive') return openArchiveReader(location, options);
  if (scheme === 'registry') return openRegistryReader(location, options);
  if ((SOURCE_SCHEMES as readonly string[]).includes(scheme)) {
    throw new OciError('SOURCE_UNKNOWN', `${reference} has no manifests that signatures could refer to`, {
      subject: reference,
      remedy: 'Name the image in its registry, or save it as an OCI layout (oci-dir:, oci-archive:).',
    });
  }
  if (isPath(reference)) {
    const { path } = await parseLocation(reference);
    const isDirectory = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
    return isDirectory ? openDirectoryReader(reference, options) : openArchiveReader(reference, options);
  }
  return openRegistryReader(reference, options);
}

function openRegistryReader(text: string, options: ConnectionOptions): OpenedReader {
  const reference = parseReference(text);
  const reader = registryReader(connectRegistry(reference, options));
  return { reader, name: reference.digest ?? reference.tag ?? '' };
}
