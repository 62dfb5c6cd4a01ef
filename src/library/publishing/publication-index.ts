/** The index that tags are to mean: made from what is in quarantine, the same bytes whenever it is made. */
import { digestOf, type Digest } from '../../model/digest.ts';
import { parseManifest } from '../../oci/manifest.ts';
import { parseReference } from '../../oci/reference.ts';
import type { StoredManifest } from '../../oci/store/image-store.ts';
import { inParallel } from '../../oci/toc/in-parallel.ts';
import { canonicalIndex } from '../indexes/canonical-index.ts';
import { ARCHITECTURE_ANNOTATION, indexBytes, type IndexEntry } from '../indexes/index-document.ts';
import { synthesizeIndex } from '../indexes/synthesize-index.ts';
import { type AdmittedImage, unproven } from './admitted-image.ts';
import { type IndexAttestation, indexAttestation } from './index-attestation.ts';
import type { Publisher } from './publisher.ts';

export interface PublicationIndex extends StoredManifest {
  readonly entries: readonly IndexEntry[];
  /** In BuildKit's form, where the programme wants them in the index. */
  readonly attestations: readonly IndexAttestation[];
}

/** What indexes repeat of an image's annotations: whoever chooses an image by its index need not read each manifest. */
const REPEATED_ANNOTATIONS: readonly string[] = [
  'org.opencontainers.image.base.digest',
  'org.opencontainers.image.base.name',
  'org.opencontainers.image.created',
  'org.opencontainers.image.revision',
  'org.opencontainers.image.source',
  'org.opencontainers.image.url',
  'org.opencontainers.image.version',
];

/** Images that are read at the same time. */
const AT_A_TIME = 4;

/**
 * @throws {LibraryError} ADMISSION_UNPROVEN for an image that is not of the architecture as which it was admitted
 * @throws {OciError} what keeps quarantine from being read
 */
export async function makeIndex(
  images: readonly AdmittedImage[],
  hasAttestations: boolean,
  publisher: Publisher,
): Promise<PublicationIndex> {
  const entries: IndexEntry[] = [];
  await inParallel(images.entries(), AT_A_TIME, async ([at, image]) => {
    entries[at] = await entryOf(image, publisher);
  });
  const attestations = hasAttestations ? images.flatMap((image) => indexAttestation(image) ?? []) : [];
  const index = canonicalIndex([...entries, ...attestations.map(({ entry }) => entry)]);
  const bytes = indexBytes(index);
  return {
    bytes,
    digest: digestOf(bytes),
    mediaType: index.mediaType,
    entries: index.manifests,
    attestations,
  };
}

/** Told from the image itself, once more and without regard to what anybody said of it. */
async function entryOf({ architecture, digest }: AdmittedImage, publisher: Publisher): Promise<IndexEntry> {
  const reader = await publisher.quarantine(architecture);
  const { signal } = publisher;
  const reference = parseReference(`quarantine/${architecture}@${digest}`);
  const [entry, ...others] = (await synthesizeIndex(reader, reference, signal))?.manifests ?? [];
  const found = entry?.annotations?.[ARCHITECTURE_ANNOTATION];
  if (entry === undefined || entry.digest !== digest || others.length > 0 || found !== architecture) {
    const what = found === undefined ? 'no image that is known here' : `an image for ${found}`;
    throw unproven(`${digest} in ${reader.name} is ${what}, and was admitted for ${architecture}`, digest);
  }
  const stored = await reader.readManifest(digest, signal);
  const annotations = stored === null ? {} : annotationsOf(stored, digest);
  return { ...entry, annotations: { ...annotations, [ARCHITECTURE_ANNOTATION]: architecture } };
}

function annotationsOf(
  { bytes, mediaType }: StoredManifest,
  digest: Digest,
): Readonly<Record<string, string>> {
  const { annotations } = parseManifest(bytes, mediaType, `the manifest ${digest}`);
  return Object.fromEntries(
    REPEATED_ANNOTATIONS.flatMap((name) => {
      const value = annotations[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
