/**
 * What others have attached to an image: SBOMs, provenance, signatures. BuildKit keeps attestations as manifests beside
 * the image in its index; everything else refers to the image by its `subject` and is found by asking for referrers.
 */
import type { Digest } from '../model/digest.ts';
import type { Descriptor } from './descriptor.ts';
import { OciError } from './errors.ts';
import type { Attachment } from './image.ts';
import type { Manifest } from './manifest.ts';
import { isAttestation } from './platform-choice.ts';
import { readManifest, type ResolveOptions } from './resolve-images.ts';
import { readVerified } from './verified-stream.ts';

/** Manifests that are read for one image: each costs a request. */
const MAX_MANIFESTS = 64;
/** SBOMs of large images have some ten megabytes. */
const MAX_CONTENT_BYTES = 256 * 1024 * 1024;

/** BuildKit, docs/attestations/attestation-storage.md. */
const ABOUT = 'vnd.docker.reference.digest';
const PREDICATE_TYPE = 'in-toto.io/predicate-type';

/** Where attachments of one image may be. */
export interface AttachmentPlaces {
  /** Digest of the image's manifest. */
  readonly image: Digest;
  /** Manifests of the index that the image was chosen from. */
  readonly siblings: readonly Descriptor[];
  readonly options: ResolveOptions;
}

/** Those in the image's own index: no request is needed to know whether there are any. */
export async function indexedAttachments({
  image,
  siblings,
  options,
}: AttachmentPlaces): Promise<Attachment[]> {
  const about = siblings.filter((entry) => isAttestation(entry) && entry.annotations[ABOUT] === image);
  return attachmentsIn(about, 'index', options);
}

/** Those that refer to the image. OCI distribution spec, "Listing Referrers". */
export async function referredAttachments({ image, options }: AttachmentPlaces): Promise<Attachment[]> {
  const list = await options.referrers?.(image);
  const [failure] = list?.failures ?? [];
  if (failure !== undefined) throw failure;
  return attachmentsIn(list?.manifests ?? [], 'referrers', options);
}

async function attachmentsIn(
  manifests: readonly Descriptor[],
  source: Attachment['source'],
  options: ResolveOptions,
): Promise<Attachment[]> {
  const found: Attachment[] = [];
  for (const entry of manifests.slice(0, MAX_MANIFESTS)) {
    const manifest = await readManifest(entry, options);
    if (manifest.kind === 'manifest') found.push(...contentsOf(manifest, entry, source, options));
  }
  return found;
}

function contentsOf(
  manifest: Manifest,
  entry: Descriptor,
  source: Attachment['source'],
  options: ResolveOptions,
): Attachment[] {
  const artifactType = entry.artifactType ?? manifest.artifactType ?? manifest.config.mediaType;
  return manifest.layers.map((layer) => ({
    source,
    artifactType,
    mediaType: layer.mediaType,
    predicateType: layer.annotations[PREDICATE_TYPE] ?? manifest.annotations[PREDICATE_TYPE] ?? null,
    digest: layer.digest,
    sizeBytes: layer.sizeBytes,
    read: (signal) => readContent(layer, options, signal),
  }));
}

async function readContent(
  { digest, sizeBytes, ...layer }: Descriptor,
  { reference, openContent, signal }: ResolveOptions,
  reading = signal,
): Promise<Uint8Array> {
  const subject = `the attachment ${digest} of ${reference}`;
  if (sizeBytes > MAX_CONTENT_BYTES) {
    const message = `${subject} has ${sizeBytes} bytes; at most ${MAX_CONTENT_BYTES} are read`;
    throw new OciError('MANIFEST_INVALID', message, { subject });
  }
  return readVerified(openContent({ digest, sizeBytes, ...layer }, reading), { digest, sizeBytes, subject });
}
