/** The log of an image in a registry, and who vouches for it. */
import { type Architecture, ARCHITECTURES } from '../../definitions/architectures.ts';
import type { Digest } from '../../model/digest.ts';
import { parseStored } from '../../oci/copy/image-parts.ts';
import { OciError } from '../../oci/errors.ts';
import { gatherEvidence } from '../../oci/evidence/gather-evidence.ts';
import {
  hostPlatform,
  isAttestation,
  platformCandidates,
  platformNotFound,
} from '../../oci/platform-choice.ts';
import type { ConnectionOptions } from '../../oci/registry/connection.ts';
import type { ImageReader } from '../../oci/store/image-store.ts';
import { openImageReader } from '../../oci/store/open-reader.ts';
import { endorsementsByKey } from '../../trust/evidence/endorsements-by-key.ts';
import type { PublicKey } from '../../trust/material/keys.ts';
import { logsIn, PROVENANCE_TYPE } from '../admission/provenance.ts';
import { LibraryError } from '../errors.ts';
import { findBuildLog } from './build-log-artifact.ts';

export interface PublishedLogQuestion {
  /** With a registry: `registry.example/library/redis:8`. */
  readonly reference: string;
  /** Of the image in an index; null: that of this machine, or the only one. */
  readonly architecture: Architecture | null;
  /** Whose provenance has to name the log; null: nobody's. */
  readonly key: PublicKey | null;
  readonly connection: ConnectionOptions;
  readonly now: Date;
}

export interface PublishedLog {
  readonly image: Digest;
  readonly log: Buffer;
  /** Of the log as text. */
  readonly digest: Digest;
  /** Identity of the key with which provenance that names this log is signed; null: nobody vouches for it. */
  readonly vouchedBy: Digest | null;
}

/**
 * @throws {LibraryError} LOG_NOT_FOUND, and with a key LOG_UNPROVEN
 * @throws {OciError} MANIFEST_UNKNOWN, PLATFORM_NOT_FOUND, and what keeps the registry from being asked
 */
export async function readPublishedLog(question: PublishedLogQuestion): Promise<PublishedLog> {
  const { reference, key, connection } = question;
  const { signal } = connection;
  const { reader, name } = await openImageReader(reference, connection);
  try {
    const image = await chooseImage(reader, name, question);
    const named = key === null ? null : await logsNamedBy(key, reader, image, question);
    if (named?.size === 0) {
      throw new LibraryError(
        'LOG_UNPROVEN',
        `the key has signed no provenance of ${image} that names a log`,
        {
          subject: reference,
        },
      );
    }
    const found = await findBuildLog(reader, image, named, signal);
    if (found.kind === 'missing') {
      throw new LibraryError(named === null ? 'LOG_NOT_FOUND' : 'LOG_UNPROVEN', found.because, {
        subject: reference,
      });
    }
    return { image, log: found.log, digest: found.digest, vouchedBy: key?.id ?? null };
  } finally {
    await reader.close();
  }
}

async function chooseImage(
  reader: ImageReader,
  name: string,
  { reference, architecture, connection }: PublishedLogQuestion,
): Promise<Digest> {
  const root = await reader.readManifest(name, connection.signal);
  if (root === null) {
    throw new OciError('MANIFEST_UNKNOWN', `there is no ${reference}`, { subject: reference });
  }
  const document = parseStored(root);
  if (document.kind === 'manifest') return root.digest;
  const images = document.manifests.filter((one) => !isAttestation(one));
  const [only, ...others] = images;
  if (only !== undefined && others.length === 0 && architecture === null) return only.digest;
  const wanted = architecture === null ? hostPlatform() : ARCHITECTURES[architecture].platform;
  const [chosen] = platformCandidates(images, wanted);
  if (chosen !== undefined) return chosen.digest;
  throw platformNotFound(
    reference,
    wanted,
    images.flatMap(({ platform }) => platform ?? []),
  );
}

/** The digests of logs that provenance names which this key has signed for this image. */
async function logsNamedBy(
  key: PublicKey,
  reader: ImageReader,
  image: Digest,
  { connection: { signal }, now }: PublishedLogQuestion,
): Promise<ReadonlySet<Digest>> {
  const gathering = await gatherEvidence(reader, image, { signal });
  const said = await endorsementsByKey(gathering, key, 'key', now);
  return new Set(
    said.flatMap(({ subject, statement }) =>
      subject === image && statement?.predicateType === PROVENANCE_TYPE ? logsIn(statement.predicate) : [],
    ),
  );
}
