/** Asks quarantine for all that is to be told of one image. It is there to the byte what it is in public, with what the verifier found. */
import { HallmarkError } from '../../model/errors.ts';
import { parseStored, readWhole } from '../../oci/copy/image-parts.ts';
import { OciError, type OciErrorCode } from '../../oci/errors.ts';
import { resolveImages } from '../../oci/resolve-images.ts';
import type { ImageReader } from '../../oci/store/image-store.ts';
import { quarantineReference } from '../admission/quarantine-reference.ts';
import { readAdmission, type TrustedVerifier } from '../admission/read-admission.ts';
import { transferredBytes } from '../documents/image-sizes.ts';
import type { PublishedImage } from '../ledger/entry.ts';
import { toImageRecord } from './image-record.ts';
import type { ImageRecord } from './image-schema.ts';

/** Who reads quarantine, and whom they believe. */
export interface ImageSource {
  /** Where the builders of an architecture put its images. */
  readonly quarantine: (architecture: PublishedImage['architecture']) => Promise<ImageReader>;
  /** `registry/path` of all of them. */
  readonly path: string;
  readonly verifier: TrustedVerifier;
  readonly now: () => Date;
  readonly signal?: AbortSignal | undefined;
}

/** An image of a repository, as the ledger knows it. */
export interface WantedImage {
  readonly repository: string;
  readonly image: Pick<PublishedImage, 'architecture' | 'digest' | 'buildId' | 'generation'>;
}

/** @param because of what cannot be told about this image; others may be told */
export type ReadImage =
  | { readonly kind: 'read'; readonly record: ImageRecord }
  | { readonly kind: 'unreadable'; readonly because: string };

/** @throws {OciError} when the registry cannot be asked for any image: see {@link isAway} */
export async function readImageRecord(
  { repository, image }: WantedImage,
  source: ImageSource,
): Promise<ReadImage> {
  const reference = quarantineReference(source.path, image);
  try {
    return await readFrom(
      await source.quarantine(image.architecture),
      reference,
      { repository, image },
      source,
    );
  } catch (error) {
    source.signal?.throwIfAborted();
    if (!(error instanceof HallmarkError) || isAway(error)) throw error;
    return { kind: 'unreadable', because: `${reference}: ${error.code}: ${error.message}` };
  }
}

async function readFrom(
  reader: ImageReader,
  reference: string,
  { repository, image: { architecture, digest, buildId, generation } }: WantedImage,
  { verifier, now, signal }: ImageSource,
): Promise<ReadImage> {
  const proven = await readAdmission(reader, digest, {
    verifier,
    expected: { architecture, buildId, generation, reference },
    gate: null,
    now: now(),
    signal,
  });
  if (proven.kind === 'unproven') {
    return { kind: 'unreadable', because: `${reference} is not admitted: ${proven.because.join('; ')}` };
  }
  const root = await readWhole(reader, digest, signal);
  const manifest = parseStored(root);
  const [image] = await resolveImages(root, {
    reference,
    platform: 'all',
    openContent: (descriptor, reading) => reader.openBlob(descriptor, reading),
    signal,
  });
  if (image === undefined || manifest.kind !== 'manifest') {
    return { kind: 'unreadable', because: `${reference} (${digest}) is an index` };
  }
  const published = { digest, architecture };
  const sizeBytes = transferredBytes(manifest);
  return { kind: 'read', record: toImageRecord({ repository, published, image, proven, sizeBytes }) };
}

/** What one image cannot be asked about, no other can. */
const AWAY: ReadonlySet<string> = new Set<OciErrorCode>([
  'OFFLINE',
  'REGISTRY_CREDENTIALS',
  'REGISTRY_OPTIONS_INVALID',
  'REGISTRY_RATE_LIMITED',
  'REGISTRY_TIMEOUT',
  'REGISTRY_UNAUTHORIZED',
  'REGISTRY_UNAVAILABLE',
]);

export function isAway(error: unknown): error is OciError {
  return error instanceof OciError && AWAY.has(error.code);
}
