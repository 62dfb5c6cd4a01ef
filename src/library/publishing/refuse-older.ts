/**
 * No image takes the place of one of the same source that was examined after it, whatever the state says: what a tag means is read from the
 * public registry, and when an image was examined from what the verifier signed. Another source is another matter: the definitions decide
 * about that.
 */
import { type Architecture, isArchitecture } from '../../definitions/architectures.ts';
import type { Digest } from '../../model/digest.ts';
import { parseStored } from '../../oci/copy/image-parts.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { OciError } from '../../oci/errors.ts';
import type { StoredManifest } from '../../oci/store/image-store.ts';
import { inParallel } from '../../oci/toc/in-parallel.ts';
import { type ProvenAdmission, readAdmission } from '../admission/read-admission.ts';
import { LibraryError } from '../errors.ts';
import { ARCHITECTURE_ANNOTATION } from '../indexes/index-document.ts';
import type { AdmittedImage } from './admitted-image.ts';
import type { PreparedPublication } from './carry-out.ts';
import type { Publisher } from './publisher.ts';

/** Tags, and images that they mean, that are read at the same time. */
const AT_A_TIME = 4;

/** An image, and what would have to make room for it. */
export interface OlderImage {
  readonly image: AdmittedImage;
  readonly standing: ProvenAdmission;
}

/**
 * Which images of a publication are older than what its tags mean now. What the verifier has not signed for, or with another key, tells no
 * time: it keeps nothing from being published.
 *
 * @param quarantine `registry/path`
 * @throws {OciError} what keeps a registry from being asked
 */
export async function findOlder(
  { repository, tags, images }: Pick<PreparedPublication, 'repository' | 'tags' | 'images'>,
  quarantine: string,
  publisher: Publisher,
): Promise<readonly OlderImage[]> {
  const there = await meantBy(repository, tags, publisher);
  for (const { digest } of images) there.delete(digest);
  const older: OlderImage[] = [];
  await inParallel([...there], AT_A_TIME, async ([digest, architecture]) => {
    const rivals = images.filter((image) => image.architecture === architecture);
    if (rivals.length === 0) return;
    const standing = await readAdmission(await publisher.quarantine(architecture), digest, {
      verifier: publisher.verifier,
      expected: { architecture, quarantine },
      gate: null,
      now: publisher.now(),
      signal: publisher.signal,
    });
    if (standing.kind === 'unproven') return;
    for (const image of rivals) if (isOlder(image, standing)) older.push({ image, standing });
  });
  return older;
}

/** @throws {LibraryError} PUBLICATION_OLDER where there is such an image */
export function refuseOlder(
  older: readonly OlderImage[],
  { repository, tags }: Pick<PreparedPublication, 'repository' | 'tags'>,
): void {
  const [first] = older;
  if (first === undefined) return;
  const { image, standing } = first;
  const { digest } = standing.admission;
  const name = `${repository}:${tags.join(', ')}`;
  throw new LibraryError(
    'PUBLICATION_OLDER',
    `${name} would go back on ${image.architecture} from ${digest} (examined on ${standing.since}) to ${image.digest} (examined on ${image.since}), which is of the same source`,
    { subject: name },
  );
}

/** Digests of the images that tags mean in public, each with what it was built for. */
async function meantBy(
  repository: string,
  tags: readonly string[],
  publisher: Publisher,
): Promise<Map<Digest, Architecture>> {
  const writer = publisher.repository(repository);
  const meant = new Map<Digest, Architecture>();
  await inParallel(tags, AT_A_TIME, async (tag) => {
    const stored = await writer.readManifest(tag, publisher.signal);
    for (const { digest, annotations } of stored === null ? [] : listedIn(stored)) {
      const architecture = annotations[ARCHITECTURE_ANNOTATION];
      if (architecture !== undefined && isArchitecture(architecture)) meant.set(digest, architecture);
    }
  });
  return meant;
}

/** Nothing where it is no index: whoever put it there, it is to make room. */
function listedIn(stored: StoredManifest): readonly Descriptor[] {
  try {
    const found = parseStored(stored);
    return found.kind === 'index' ? found.manifests : [];
  } catch (error) {
    if (error instanceof OciError) return [];
    throw error;
  }
}

/** Builds of one identity are counted; others are told apart by when the verifier first signed for them. */
function isOlder(
  { source, buildId, generation, since }: AdmittedImage,
  { admission, since: standingSince }: ProvenAdmission,
): boolean {
  if (source.sourceId !== admission.source.sourceId) return false;
  return buildId === admission.buildId ? generation < admission.generation : since < standingSince;
}
