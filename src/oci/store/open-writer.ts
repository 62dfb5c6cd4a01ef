import { resolve } from 'node:path';
import type { Digest } from '../../model/digest.ts';
import { OciError } from '../errors.ts';
import { isPath, SOURCE_SCHEMES } from '../open-image.ts';
import type { ConnectionOptions } from '../registry/connection.ts';
import { parseReference } from '../reference.ts';
import { parseLocation } from '../sources/location.ts';
import type { ImageWriter } from './image-store.ts';
import { openImageReader } from './open-reader.ts';
import { openLayoutWriter } from './layout-writer.ts';
import { openRegistryWriter } from './registry-writer.ts';

/** A store that an image lies in already, and what in it the reference means. */
export interface OpenedWriter {
  readonly writer: ImageWriter;
  /** For `readManifest`: the reference's digest, else its tag. */
  readonly name: string | Digest;
}

/**
 * Opens the store of an image to attach something to it: a repository of a registry, or `oci-dir:PATH[:TAG][@DIGEST]`. What
 * is written is there at once.
 *
 * @throws {OciError} DESTINATION_INVALID for what cannot be added to, and what keeps the image from being found in a layout
 */
export async function openImageWriter(reference: string, options: ConnectionOptions): Promise<OpenedWriter> {
  const [scheme = ''] = reference.split(':', 1);
  const location = reference.slice(scheme.length + 1);
  if (scheme === 'oci-dir') {
    const { reader, name } = await openImageReader(reference, options);
    await reader.close();
    const { path } = await parseLocation(location);
    return { writer: await openLayoutWriter(resolve(path)), name };
  }
  if (
    isPath(reference) ||
    (scheme !== 'registry' && (SOURCE_SCHEMES as readonly string[]).includes(scheme))
  ) {
    throw new OciError('DESTINATION_INVALID', `nothing can be attached to ${reference}`, {
      subject: reference,
      remedy: 'Name the image in its registry, or an OCI layout as oci-dir:FOLDER.',
    });
  }
  const text = scheme === 'registry' ? location : reference;
  const { digest, tag } = parseReference(text);
  return { writer: openRegistryWriter(text, options), name: digest ?? tag ?? '' };
}
