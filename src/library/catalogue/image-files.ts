/** The records and pages of images in the folder of pages. An image never changes, so neither does what is told of it. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRepositoryName } from '../../definitions/values.ts';
import { readBoundedFile } from '../../files/bounded-file.ts';
import { replaceFile } from '../../files/replace-file.ts';
import { parseJson } from '../../formats/json.ts';
import type { Digest } from '../../model/digest.ts';
import { inParallel } from '../../oci/toc/in-parallel.ts';
import { formatJson } from '../../report/json.ts';
import { formatCount, plural } from '../../report/quantity.ts';
import { imagePath } from '../documents/image-path.ts';
import type { DocumentFile } from '../documents/programme-documents.ts';
import { meantImages } from '../ledger/meant-images.ts';
import type { TagStates } from '../ledger/tag-states.ts';
import { baseImages } from './base-images.ts';
import { formatImagePage, type ImagePlace } from './image-page.ts';
import { type ImageRecord, ImageSchema } from './image-schema.ts';
import { type ImageSource, isAway, readImageRecord, type WantedImage } from './read-image-record.ts';

/** A bill of materials is read to 40 MiB, a configuration to 8; as text with two spaces. */
const MAX_RECORD_BYTES = 128 * 1024 * 1024;

/** Evidence of each is in memory. */
const IMAGES_AT_A_TIME = 4;

/** Images that tags mean which are not retired. @param only names of repositories; null for all */
export function wantedImages(tags: TagStates, only: ReadonlySet<string> | null): readonly WantedImage[] {
  return [...tags].flatMap(([repository, states]) =>
    // the ledger may be forged, and files are written into folders of these names
    isRepositoryName(repository) && (only?.has(repository) ?? true)
      ? meantImages(states.values()).map((image) => ({ repository, image }))
      : [],
  );
}

/** @param folder of all pages */
export function hasImagePage(folder: string, repository: string, digest: Digest): boolean {
  return existsSync(join(folder, `${imagePath(repository, digest)}.md`));
}

/** Null where there is none, or it is not a record of this image in the form of today. */
export function readRecord(folder: string, repository: string, digest: Digest): ImageRecord | null {
  try {
    const bytes = readBoundedFile(join(folder, `${imagePath(repository, digest)}.json`), MAX_RECORD_BYTES);
    const { data } = ImageSchema.safeParse(parseJson(bytes?.toString() ?? ''));
    return data?.digest === digest && data.repository === repository ? data : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** What cannot be told. @param image null where the registry could not be asked */
export interface UntoldImages {
  readonly image: WantedImage | null;
  readonly because: string;
}

/**
 * Asks for images and writes their records, several side by side. What cannot be had of one keeps no other back; when the registry is
 * away, the rest is not asked for.
 *
 * @param wanted without those that have a record
 * @param onRecord told of each that was written
 * @throws {Error} of node:fs
 */
export async function bringRecords(
  wanted: readonly WantedImage[],
  folder: string,
  source: ImageSource,
  onRecord: (record: ImageRecord) => void,
): Promise<readonly UntoldImages[]> {
  const problems: UntoldImages[] = [];
  let told = 0;
  try {
    await inParallel(wanted, IMAGES_AT_A_TIME, async (one) => {
      const { repository, image } = one;
      const found = await readImageRecord(one, source);
      told += 1;
      if (found.kind === 'unreadable') {
        const because = `no page of ${repository}@${image.digest} (${image.architecture}): ${found.because}`;
        problems.push({ image: one, because });
        return;
      }
      replaceFile(join(folder, `${imagePath(repository, image.digest)}.json`), (partial) =>
        writeFileSync(partial, formatJson(found.record)),
      );
      onRecord(found.record);
    });
  } catch (error) {
    if (!isAway(error)) throw error;
    const left = `no pages of ${formatCount(wanted.length - told)} of ${plural(wanted.length, 'image')}`;
    problems.push({ image: null, because: `${left}: ${error.code}: ${error.message}` });
  }
  return problems;
}

/** Pages made of the records that are there, one at a time. */
export function* imagePages(
  wanted: Iterable<WantedImage>,
  folder: string,
  place: ImagePlace,
): Generator<DocumentFile, void> {
  const basesOf = baseImages((repository, digest) => readRecord(folder, repository, digest), place.public);
  for (const { repository, image } of wanted) {
    const record = readRecord(folder, repository, image.digest);
    if (record === null) continue;
    const path = `${imagePath(repository, image.digest)}.md`;
    yield { path, content: formatImagePage(record, basesOf(record), place) };
  }
}
