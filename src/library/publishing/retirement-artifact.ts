/**
 * What says to machines that tags are not supported any more: an artifact that refers to the image which they still mean.
 * docs/retired-tags.md has the format.
 */
import type { Digest } from '../../model/digest.ts';
import { MEDIA_TYPES } from '../../oci/manifest.ts';
import type { ImageWriter } from '../../oci/store/image-store.ts';
import { toAttached, writeBlobs } from '../../signing/attached-manifest.ts';
import type { Retirement } from '../ledger/entry.ts';

export const TAG_STATE_TYPE = 'application/vnd.hallmark.tag-state.v1+json';

/**
 * Attaches it to the image. The same retirement gives the same artifact, so doing it twice changes nothing.
 *
 * @param since RFC 3339
 * @returns its digest; null where the image is not there any more
 * @throws {OciError} what the registry throws
 */
export async function attachRetirement(
  { repository, tags, digest, successor }: Retirement,
  since: string,
  writer: ImageWriter,
  signal?: AbortSignal,
): Promise<Digest | null> {
  const image = await writer.readManifest(digest, signal);
  if (image === null) return null;
  const content = Buffer.from(JSON.stringify({ repository, tags, state: 'retired', since, successor }));
  const { blobs, manifest } = toAttached({
    subject: { digest, mediaType: image.mediaType, sizeBytes: image.bytes.length },
    artifactType: TAG_STATE_TYPE,
    layers: [{ mediaType: TAG_STATE_TYPE, content, annotations: {} }],
    annotations: { 'org.opencontainers.image.created': since },
  });
  await writeBlobs(blobs, writer, signal);
  return writer.attach({ bytes: manifest, mediaType: MEDIA_TYPES.ociManifest }, signal);
}
