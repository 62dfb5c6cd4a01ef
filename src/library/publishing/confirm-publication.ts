/** Whether the public finds what was written: a registry may take something and not have it. */
import type { Endorsement } from '../../model/trust.ts';
import { blobsOf, parseStored, readWhole } from '../../oci/copy/image-parts.ts';
import type { EvidenceGathering } from '../../oci/evidence/evidence-manifest.ts';
import { gatherEvidence } from '../../oci/evidence/gather-evidence.ts';
import type { ImageWriter } from '../../oci/store/image-store.ts';
import { endorsementsByKey } from '../../trust/evidence/endorsements-by-key.ts';
import { inParallel } from '../../oci/toc/in-parallel.ts';
import { LibraryError } from '../errors.ts';
import type { AdmittedImage } from './admitted-image.ts';
import type { PublicationIndex } from './publication-index.ts';
import type { Publisher } from './publisher.ts';

/** Images, and blobs of each, that are looked for at the same time. */
const AT_A_TIME = 4;

/**
 * Reads everything back: the index, what it lists, its blobs, and every signature and attestation, which must verify.
 *
 * @throws {LibraryError} PUBLICATION_REFUSED
 * @throws {OciError} what the registry throws
 */
export async function confirmPublication(
  index: PublicationIndex,
  images: readonly AdmittedImage[],
  writer: ImageWriter,
  publisher: Publisher,
): Promise<void> {
  const { signal } = publisher;
  await readWhole(writer, index.digest, signal);
  await inParallel(index.entries, AT_A_TIME, async ({ digest }) => {
    const manifest = parseStored(await readWhole(writer, digest, signal));
    const blobs = manifest.kind === 'manifest' ? blobsOf(manifest) : [];
    await inParallel(blobs, AT_A_TIME, async (blob) => {
      if (!(await writer.hasBlob(blob.digest, signal)))
        throw refused(`${writer.name} does not have ${blob.digest} of ${digest}, which it took`, digest);
    });
  });
  const gathering = await gatherEvidence(writer, index.digest, { signal });
  const found = await saidByPublisher(gathering, publisher);
  const missing = [
    ...missingOf(index.digest, ['a signature'], found),
    ...images.flatMap(({ digest, predicates }) =>
      missingOf(digest, ['a signature', ...predicates.map(({ type }) => type)], found),
    ),
  ];
  if (missing.length > 0) throw refused(`${writer.name} lacks ${missing.join(', ')}`, index.digest);
}

/** What the publisher itself has signed of what was gathered. */
export function saidByPublisher(
  gathering: EvidenceGathering,
  { key: { publicKey, id }, now }: Pick<Publisher, 'key' | 'now'>,
): Promise<readonly Endorsement[]> {
  return endorsementsByKey(gathering, { key: publicKey, id }, 'publisher', now());
}

function missingOf(
  subject: string,
  wanted: readonly string[],
  found: readonly Endorsement[],
): readonly string[] {
  const said = new Set(
    found
      .filter((one) => one.subject === subject)
      .map(({ meaning, statement }) =>
        meaning === 'signature' ? 'a signature' : (statement?.predicateType ?? ''),
      ),
  );
  return wanted.filter((one) => !said.has(one)).map((one) => `${one} of ${subject}`);
}

export function refused(message: string, subject: string, cause?: unknown): LibraryError {
  return new LibraryError('PUBLICATION_REFUSED', message, { subject, cause });
}
