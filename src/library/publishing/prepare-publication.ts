/** Everything that can be known of a publication before anything is written. */
import { inParallel } from '../../oci/toc/in-parallel.ts';
import type { Gates } from '../admission/gates.ts';
import type { Publication } from '../ledger/entry.ts';
import type { ProgrammeSettings } from '../programme/programme.ts';
import { admitImage, type AdmittedImage, type ClaimedImage } from './admitted-image.ts';
import { IMAGES_AT_A_TIME, type PreparedPublication } from './carry-out.ts';
import { refused } from './confirm-publication.ts';
import { definedImages, type DefinedTags } from './defined-images.ts';
import { makeIndex } from './publication-index.ts';
import type { PlannedPublication } from './publication-plan.ts';
import type { Publisher } from './publisher.ts';

/** What of a programme's settings decides what is published. */
export type IndexSettings = Pick<ProgrammeSettings, 'registry' | 'attestationsInIndex'> & {
  /** What images have to have passed. */
  readonly gates: Gates;
};

/**
 * Reads the verifier's word on every image, and makes the index.
 *
 * @throws {LibraryError} ADMISSION_UNPROVEN and what else {@link admitImage} throws
 */
export async function preparePublication(
  { repository, tags }: Pick<PlannedPublication, 'repository' | 'tags'>,
  claimed: readonly ClaimedImage[],
  { registry, attestationsInIndex, gates }: IndexSettings,
  publisher: Publisher,
): Promise<PreparedPublication> {
  const images: AdmittedImage[] = [];
  const name = `${repository}:${tags.join(', ')}`;
  await inParallel(claimed.entries(), IMAGES_AT_A_TIME, async ([at, image]) => {
    images[at] = await admitImage(image, name, { quarantine: registry.quarantine, gates }, publisher);
  });
  return { repository, tags, images, index: await makeIndex(images, attestationsInIndex, publisher) };
}

/**
 * The same of a publication that is written down, held against the definitions of now: of what is written nothing is believed.
 *
 * @throws as {@link preparePublication}
 * @throws {LibraryError} PUBLICATION_REFUSED where it would not be published as it is written
 */
export async function prepareAgain(
  event: Publication,
  defined: DefinedTags,
  settings: IndexSettings,
  publisher: Publisher,
): Promise<PreparedPublication> {
  const prepared = await preparePublication(event, definedImages(event, defined), settings, publisher);
  if (prepared.index.digest === event.digest) return prepared;
  const name = `${event.repository}:${event.tags.join(', ')}`;
  throw refused(`${name} would be ${prepared.index.digest} now, and was to be ${event.digest}`, name);
}
