import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Digest } from '../../model/digest.ts';
import { OciError } from '../errors.ts';
import { isPath, SOURCE_SCHEMES } from '../open-image.ts';
import { parseReference } from '../reference.ts';
import type { ConnectionOptions } from '../registry/connection.ts';
import { parseLocation } from '../sources/location.ts';
import { openArchiveWriter } from '../store/archive-writer.ts';
import type { ImageWriter } from '../store/image-store.ts';
import { openLayoutWriter, written } from '../store/layout-writer.ts';
import { openRegistryWriter } from '../store/registry-writer.ts';

export interface Destination {
  readonly writer: ImageWriter;
  /** Null where none was written. */
  readonly tag: string | null;
  readonly digest: Digest | null;
  /** The directory of a layout before it is complete, for what is kept beside the image; null for registries. */
  readonly directory: string | null;
}

/** OCI image spec, annotations.md, `org.opencontainers.image.ref.name`. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9-._:@/+]{0,254}$/;

/**
 * Opens what an image is to be copied to: a repository of a registry, `oci-dir:FOLDER[:TAG]` or `oci-archive:FILE[:TAG]`.
 * No image is written yet.
 *
 * @throws {OciError} DESTINATION_INVALID, REFERENCE_INVALID, and what keeps a layout from being written to
 */
export async function openDestination(text: string, options: ConnectionOptions): Promise<Destination> {
  const colon = text.indexOf(':');
  const scheme = text.slice(0, Math.max(colon, 0));
  const location = text.slice(colon + 1);
  if (scheme === 'oci-dir' || scheme === 'oci-archive') {
    const { path, name, digest } = await parseLocation(location);
    if (path === '' || (name !== null && !NAME.test(name)))
      throw invalid(text, 'it has no path, or a name that cannot be');
    const directory = resolve(path);
    if (scheme === 'oci-dir') {
      return { writer: await openLayoutWriter(directory, { isStaged: true }), tag: name, digest, directory };
    }
    const { writer, directory: gathered } = await openArchiveWriter(path);
    return { writer, tag: name, digest, directory: gathered };
  }
  if (scheme === 'docker-archive') {
    const remedy =
      'Write oci-archive:FILE[:TAG]: docker load reads it since version 25, podman load always has.';
    throw new OciError('DESTINATION_INVALID', `${text} cannot be written`, { subject: text, remedy });
  }
  if (scheme !== 'registry' && (SOURCE_SCHEMES as readonly string[]).includes(scheme)) {
    throw invalid(text, `nothing is copied to ${scheme}:`);
  }
  if (isPath(text)) throw invalid(text, 'a path needs the prefix oci-dir: or oci-archive:');
  const reference = scheme === 'registry' ? location : text;
  const { tag, digest } = parseReference(reference);
  const isWritten = tag !== null && reference.replace(/@.*$/, '').endsWith(`:${tag}`);
  const writer = openRegistryWriter(reference, options);
  return { writer, tag: isWritten ? tag : null, digest, directory: null };
}

/**
 * A layout that gets a file beside its images when it is complete. No other program looks into the folder `hallmark`; the
 * specification of layouts leaves room for it.
 *
 * @param name in that folder
 */
export function keepBeside(
  { writer, directory, ...destination }: Destination,
  name: string,
  content: string,
): Destination {
  if (directory === null) throw new TypeError('a registry has no place for files');
  const file = join(directory, 'hallmark', name);
  const keeping: ImageWriter = {
    ...writer,
    async complete() {
      await written(file, async () => {
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, content);
      });
      await writer.complete?.();
    },
  };
  return { ...destination, directory, writer: keeping };
}

function invalid(text: string, reason: string): OciError {
  return new OciError('DESTINATION_INVALID', `${text} cannot be written to: ${reason}`, { subject: text });
}
