import { copyContent } from '../../../oci/copy/copy-content.ts';
import type { ConnectionOptions } from '../../../oci/registry/connection.ts';
import { openImageReader } from '../../../oci/store/open-reader.ts';
import { openRegistryWriter } from '../../../oci/store/registry-writer.ts';
import type { Digest } from '../../../model/digest.ts';
import {
  type QuarantinePlace,
  quarantineReference,
  quarantineTag,
} from '../../admission/quarantine-reference.ts';
import { LibraryError } from '../../errors.ts';

/**
 * Puts what an engine made into quarantine. A name there is given once: the same image may come again, as after a kill, another
 * one may not.
 *
 * @param layout folder of the OCI layout
 * @param quarantine `registry/path`
 * @returns `registry/path/architecture:tag`
 * @throws {LibraryError} QUARANTINE_CONFLICT
 * @throws {OciError} what the layout or the registry throws
 */
export async function pushToQuarantine(
  layout: string,
  digest: Digest,
  quarantine: string,
  place: QuarantinePlace,
  connection: ConnectionOptions,
): Promise<string> {
  const reference = quarantineReference(quarantine, place);
  const tag = quarantineTag(place);
  const { reader } = await openImageReader(`oci-dir:${layout}`, connection);
  const writer = openRegistryWriter(reference, connection);
  const { signal } = connection;
  try {
    const there = (await writer.readManifest(tag, signal))?.digest ?? null;
    if (there !== null && there !== digest) {
      throw new LibraryError(
        'QUARANTINE_CONFLICT',
        `${reference} is ${there} already, and is not replaced by ${digest}`,
        {
          subject: reference,
        },
      );
    }
    if (there === null) await copyContent(reader, writer, digest, { tag, signal });
    return reference;
  } finally {
    await Promise.all([reader.close(), writer.close()]);
  }
}
