/**
 * The steps that make a publication public. Every one may be done twice, so whatever was killed is begun again from the first:
 *
 *   images by digest → attestations, signatures and logs of images → index by digest → its signature → all of it read back → tags
 *
 * Until the tags are moved nobody meets any of it; a tag moves to an index that is whole, signed, and was found again.
 */
import { copyContent } from '../../oci/copy/copy-content.ts';
import type { ImageWriter } from '../../oci/store/image-store.ts';
import { writeBlobs } from '../../signing/attached-manifest.ts';
import type { Publication } from '../ledger/entry.ts';
import type { AdmittedImage } from './admitted-image.ts';
import { attachLog } from './attach-log.ts';
import { attestImage, signIndex } from './attest-image.ts';
import { confirmPublication, refused } from './confirm-publication.ts';
import type { PublicationIndex } from './publication-index.ts';
import type { Publisher } from './publisher.ts';

/** What is to be made public. */
export interface PreparedPublication {
  readonly repository: string;
  readonly tags: readonly string[];
  readonly images: readonly AdmittedImage[];
  readonly index: PublicationIndex;
}

/**
 * Images that are whole and attested already: those of several publications are brought once in a run. Of each, as
 * `repository@digest`, why it is without its log; null where nothing is missing.
 */
export type BroughtImages = Map<string, string | null>;

/**
 * @throws {LibraryError} PUBLICATION_REFUSED
 * @throws {OciError} @throws {SigningError} what keeps the registry from taking it
 */
export async function carryOut(
  { repository, tags, images, index }: PreparedPublication,
  brought: BroughtImages,
  publisher: Publisher,
): Promise<void> {
  const writer = publisher.repository(repository);
  const { signal } = publisher;
  for (const image of images) {
    const key = `${repository}@${image.digest}`;
    if (brought.has(key)) continue;
    const quarantine = await publisher.quarantine(image.architecture);
    await copyContent(quarantine, writer, image.digest, { signal });
    await attestImage(image, writer, publisher);
    brought.set(key, await attachLog(image, quarantine, writer, publisher));
  }
  for (const { blobs, ...attestation } of index.attestations) {
    await writeBlobs(blobs, writer, signal);
    await writer.writeManifest(attestation, {}, signal);
  }
  await writer.writeManifest(index, {}, signal);
  await signIndex(index.digest, writer, publisher);
  await confirmPublication(index, images, writer, publisher);
  for (const tag of tags) await moveTag(tag, index, writer, signal);
}

async function moveTag(
  tag: string,
  index: PublicationIndex,
  writer: ImageWriter,
  signal: AbortSignal | undefined,
): Promise<void> {
  const there = await writer.readManifest(tag, signal);
  if (there?.digest === index.digest) return;
  await writer.writeManifest(index, { tag }, signal);
  const found = (await writer.readManifest(tag, signal))?.digest ?? 'nothing';
  if (found !== index.digest) {
    throw refused(
      `${writer.name}:${tag} is ${found} after it was moved to ${index.digest}`,
      `${writer.name}:${tag}`,
    );
  }
}

/** Which tags mean what they were to mean: all that can be said of a publication that was broken off. */
export async function movedTags(
  { repository, tags, digest }: Pick<Publication, 'repository' | 'tags' | 'digest'>,
  publisher: Publisher,
): Promise<readonly string[]> {
  const writer = publisher.repository(repository);
  const moved: string[] = [];
  for (const tag of tags) {
    if ((await writer.readManifest(tag, publisher.signal))?.digest === digest) moved.push(tag);
  }
  return moved;
}
