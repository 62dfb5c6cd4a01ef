/** Copies an image by its digest, without what is attached to it. */
import type { Digest } from '../../model/digest.ts';
import { OciError } from '../errors.ts';
import type { ImageReader, ImageWriter } from '../store/image-store.ts';
import { type BlobCopier, type CopyOptions, createBlobCopier } from './copy-blobs.ts';
import { type ImageParts, readImageParts } from './image-parts.ts';

export interface ContentOptions extends CopyOptions {
  /** At the destination; default: the digest alone. */
  readonly tag?: string | undefined;
}

/**
 * An index with everything that it lists, or the manifest of one image. The name is written last, and read back.
 *
 * @throws {OciError} MANIFEST_UNKNOWN, BLOB_UNKNOWN, the mismatches, COPY_INCOMPLETE, and what the stores throw
 */
export async function copyContent(
  from: ImageReader,
  to: ImageWriter,
  digest: Digest,
  { tag, ...options }: ContentOptions = {},
): Promise<void> {
  const { signal } = options;
  const { root, ...parts } = await readImageParts(from, digest, signal);
  const manifests = parts.manifests.filter((one) => one !== root);
  await copyParts({ ...parts, manifests }, to, createBlobCopier(from, to, options), signal);
  await to.writeManifest(root, { tag, isListed: true }, signal);
  await verifyName(to, digest, tag ?? null, signal);
  await to.complete?.();
}

/** Blobs first, then every manifest, so that whoever finds one finds all that it lists. */
export async function copyParts(
  parts: Pick<ImageParts, 'blobs' | 'manifests'>,
  to: ImageWriter,
  blobs: BlobCopier,
  signal?: AbortSignal,
): Promise<void> {
  await blobs.copy(parts.blobs.values());
  for (const manifest of parts.manifests) {
    if ((await to.readManifest(manifest.digest, signal)) === null)
      await to.writeManifest(manifest, {}, signal);
  }
}

/** @throws {OciError} COPY_INCOMPLETE when a store took a name and does not have it */
export async function verifyName(
  to: ImageReader,
  digest: Digest,
  tag: string | null,
  signal?: AbortSignal,
): Promise<void> {
  const there = await to.readManifest(tag ?? digest, signal);
  if (there?.digest === digest) return;
  const message = `${to.name} has ${there?.digest ?? 'nothing'} as ${tag ?? digest}, expected ${digest}`;
  throw new OciError('COPY_INCOMPLETE', message, { subject: digest });
}
