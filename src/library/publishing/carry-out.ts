/**
 * The steps that make a publication public. Every one may be done twice, so whatever was killed is begun again from the first:
 *
 *   images by digest → attestations, signatures and logs of images → index by digest → its signature → all of it read back
 *     → what tags mean, signed → names that never move → tags
 *
 * Until the tags are moved nobody meets any of it; a tag moves to an index that is whole, signed, and was found again. Before it moves, a
 * retirement of it at that very index is taken back: `attestReturn`.
 */
import { copyContent } from '../../oci/copy/copy-content.ts';
import type { ImageWriter } from '../../oci/store/image-store.ts';
import { inParallel } from '../../oci/toc/in-parallel.ts';
import { writeBlobs } from '../../signing/attached-manifest.ts';
import type { Publication } from '../ledger/entry.ts';
import type { AdmittedImage } from './admitted-image.ts';
import { attestImage, signIndex } from './attest-image.ts';
import { bringLog } from './bring-log.ts';
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
 * What is whole and attested already, or is being brought: images and indexes of several publications are brought once in a run. Of each,
 * as `repository@digest`, why it is without its log; null where nothing is missing.
 */
export type Brought = Map<string, Promise<string | null>>;

/** Images of an index that are on their way at the same time: a registry that has to be waited for is waited for once. */
export const IMAGES_AT_A_TIME = 4;

/**
 * Everything but the tags: the index with its images, signed, and read back.
 *
 * @throws {LibraryError} PUBLICATION_REFUSED
 * @throws {OciError} @throws {SigningError} what keeps the registry from taking it
 */
export async function bringIndex(
  { repository, images, index }: PreparedPublication,
  brought: Brought,
  publisher: Publisher,
): Promise<void> {
  const writer = publisher.repository(repository);
  const { signal } = publisher;
  await once(`${repository}@${index.digest}`, brought, async () => {
    await inParallel(images, IMAGES_AT_A_TIME, (image) =>
      once(`${repository}@${image.digest}`, brought, () => bringImage(image, writer, publisher)),
    );
    for (const { blobs, ...attestation } of index.attestations) {
      await writeBlobs(blobs, writer, signal);
      await writer.writeManifest(attestation, {}, signal);
    }
    await writer.writeManifest(index, {}, signal);
    await signIndex(index.digest, writer, publisher);
    await confirmPublication(index, images, writer, publisher);
    return null;
  });
}

/** What failed may be tried again by the next one who needs it. */
async function once(key: string, brought: Brought, bring: () => Promise<string | null>): Promise<void> {
  const under = brought.get(key) ?? bring();
  brought.set(key, under);
  try {
    await under;
  } catch (error) {
    if (brought.get(key) === under) brought.delete(key);
    throw error;
  }
}

/** @returns why it is without its log */
async function bringImage(
  image: AdmittedImage,
  writer: ImageWriter,
  publisher: Publisher,
): Promise<string | null> {
  const quarantine = await publisher.quarantine(image.architecture);
  await copyContent(quarantine, writer, image.digest, { signal: publisher.signal });
  const { artifact, missing } = await bringLog(image, quarantine, writer, publisher);
  await attestImage(image, artifact === null ? [] : [artifact], writer, publisher);
  return missing;
}

/**
 * Moves tags to an index that {@link bringIndex} has brought, one by one.
 *
 * @throws as {@link bringIndex}
 */
export async function moveTags(
  { repository, tags, index }: PreparedPublication,
  publisher: Publisher,
): Promise<void> {
  const writer = publisher.repository(repository);
  for (const tag of tags) await moveTag(tag, index, writer, publisher.signal);
}

/**
 * Gives an index that {@link bringIndex} has brought names that never move. To be done before tags are moved: who meets an image by its tag
 * finds it by its name from then on.
 *
 * @throws {LibraryError} PUBLICATION_REFUSED also for a name that means something else
 * @throws as {@link bringIndex}
 */
export async function giveNames(
  { repository, index }: Pick<PreparedPublication, 'repository' | 'index'>,
  names: readonly string[],
  publisher: Publisher,
): Promise<void> {
  const writer = publisher.repository(repository);
  for (const name of names) {
    const there = await writer.readManifest(name, publisher.signal);
    if (there !== null && there.digest !== index.digest) {
      const subject = `${writer.name}:${name}`;
      throw refused(`${subject} was to mean ${index.digest} for good, and means ${there.digest}`, subject);
    }
    await moveTag(name, index, writer, publisher.signal);
  }
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
