import { stat } from 'node:fs/promises';
import type { Digest } from '../../model/digest.ts';
import { OciError } from '../errors.ts';
import { isPath, SOURCE_SCHEMES } from '../open-image.ts';
import { parseReference } from '../reference.ts';
import type { ConnectionOptions } from '../registry/connection.ts';
import { parseLocation } from '../sources/location.ts';
import type { ImageReader } from './image-store.ts';

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
  if (scheme === 'oci-dir') return openLayoutReader('directory', location, options);
  if (scheme === 'oci-archive') return openLayoutReader('archive', location, options);
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
    return openLayoutReader(isDirectory ? 'directory' : 'archive', reference, options);
  }
  return openRegistryReader(reference, options);
}

// the code of a store is loaded when it is opened: reading a layout takes no client of registries

async function openLayoutReader(
  form: 'directory' | 'archive',
  location: string,
  options: ConnectionOptions,
): Promise<OpenedReader> {
  const { openArchiveReader, openDirectoryReader } = await import('./layout-reader.ts');
  return form === 'directory' ? openDirectoryReader(location, options) : openArchiveReader(location, options);
}

async function openRegistryReader(text: string, options: ConnectionOptions): Promise<OpenedReader> {
  const reference = parseReference(text);
  const [{ connectRegistry }, { registryReader }] = await Promise.all([
    import('../registry/connection.ts'),
    import('./registry-reader.ts'),
  ]);
  const reader = registryReader(connectRegistry(reference, options));
  return { reader, name: reference.digest ?? reference.tag ?? '' };
}
