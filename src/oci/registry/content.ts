import { createHash } from 'node:crypto';
import { digestAlgorithm, isDigest, type Digest } from '../../model/digest.ts';
import type { Descriptor } from '../descriptor.ts';
import { OciError } from '../errors.ts';
import { isManifestMediaType, MAX_MANIFEST_BYTES, MEDIA_TYPES } from '../manifest.ts';
import type { ByteRange } from '../image.ts';
import type { ImageRef } from '../reference.ts';
import type { RootDocument } from '../resolve-images.ts';
import { streamBlob, toBlobPart, toRangePart, type BlobPart } from './blob-stream.ts';
import { printableAddress } from './endpoint.ts';
import { readBody, type Exchanged } from './exchange.ts';
import type { ContentRequest, RemoteRepository } from './repository.ts';
import type { OnRetry, RetryPolicy } from './retry.ts';

const ACCEPT_MANIFESTS = Object.values(MEDIA_TYPES).join(', ');

/** What servers say of JSON that they do not know; the document then has to speak for itself. */
const UNSPECIFIC_TYPES: ReadonlySet<string> = new Set([
  'application/json',
  'application/octet-stream',
  'text/plain',
]);

export interface ContentOptions {
  readonly reference: ImageRef;
  readonly repository: RemoteRepository;
  readonly policy: RetryPolicy;
  readonly onRetry: OnRetry;
}

/**
 * The manifest or index that the reference's digest names, or without one its tag.
 *
 * @throws {OciError} as {@link readNamedDocument}
 */
export function readRootDocument(options: ContentOptions, signal: AbortSignal): Promise<RootDocument> {
  const { reference } = options;
  return readNamedDocument(reference.digest ?? reference.tag ?? '', options, signal);
}

/**
 * The manifest or index behind a tag or digest. Its digest is that of the bytes received, never what the registry says
 * about them.
 *
 * @throws {OciError} MANIFEST_DIGEST_MISMATCH, MANIFEST_INVALID, MANIFEST_UNKNOWN and what the repository throws
 */
export async function readNamedDocument(
  name: string,
  { reference, repository }: ContentOptions,
  signal: AbortSignal,
): Promise<RootDocument> {
  const request = manifestRequest(reference, name);
  return repository.get(request, signal, async (response) => {
    const bytes = await readBody(response, MAX_MANIFEST_BYTES, 'MANIFEST_INVALID');
    const mediaType = mediaTypeOf(response, request.subject);
    const digest = verifiedDigest(bytes, response, isDigest(name) ? name : null, request.subject);
    return mediaType === null ? { bytes, digest } : { bytes, digest, mediaType };
  });
}

/** The bytes behind a descriptor, not verified: a manifest, a configuration or a layer. */
export function streamContent(
  { mediaType, digest }: Descriptor,
  options: ContentOptions,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const { reference, repository, policy, onRetry } = options;
  const request = isManifestMediaType(mediaType)
    ? manifestRequest(reference, digest)
    : blobRequest(reference, digest);
  const open = (from: number): Promise<BlobPart> => {
    const range = from === 0 ? {} : { range: `bytes=${from}-` };
    const ranged = { ...request, headers: { ...request.headers, ...range } };
    return repository.get(ranged, signal, (response) => toBlobPart(response, from, request.subject));
  };
  return streamBlob({ open, policy, signal, onRetry });
}

/**
 * A part of a blob, not verified. A registry or mirror that sends the whole blob is not read, and not thought worse of:
 * ranges are optional. OCI distribution spec, "Pulling blobs".
 *
 * @throws {OciError} REGISTRY_PROTOCOL when there are no ranges; what the repository throws
 */
export function streamRange(
  { digest }: Descriptor,
  { start, end }: ByteRange,
  { reference, repository, policy, onRetry }: ContentOptions,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const request = blobRequest(reference, digest);
  const open = async (from: number): Promise<BlobPart> => {
    const headers = { ...request.headers, range: `bytes=${start + from}-${end - 1}` };
    const part = await repository.get({ ...request, headers }, signal, (response) =>
      toRangePart(response, start + from, request.subject),
    );
    if (part !== null) return { start: from, body: part.body };
    const message = `${reference.registry} sends no parts of ${request.subject}`;
    throw new OciError('REGISTRY_PROTOCOL', message, { subject: request.subject });
  };
  return streamBlob({ open, policy, signal, onRetry });
}

/** A manifest by its digest or tag. */
export function manifestRequest(reference: ImageRef, name: string): ContentRequest {
  return {
    path: `manifests/${name}`,
    headers: { accept: ACCEPT_MANIFESTS },
    notFound: 'MANIFEST_UNKNOWN',
    subject: `the manifest ${name} of ${nameOf(reference)}`,
    repository: nameOf(reference),
  };
}

function blobRequest(reference: ImageRef, digest: Digest): ContentRequest {
  return {
    path: `blobs/${digest}`,
    headers: { accept: '*/*' },
    notFound: 'BLOB_UNKNOWN',
    subject: `the blob ${digest} of ${nameOf(reference)}`,
    repository: nameOf(reference),
  };
}

/** `docker.io/library/debian` */
export function nameOf({ registry, repository }: ImageRef): string {
  return `${registry}/${repository}`;
}

/** Null where the server does not commit itself. */
function mediaTypeOf(response: Exchanged, subject: string): string | null {
  const [type = ''] = (response.header('content-type') ?? '').toLowerCase().split(';');
  const mediaType = type.trim();
  if (mediaType === 'text/html') {
    const message = `${printableAddress(response.url)} answered with a web page instead of ${subject}`;
    throw new OciError('REGISTRY_PROTOCOL', message, { subject });
  }
  return mediaType === '' || UNSPECIFIC_TYPES.has(mediaType) ? null : mediaType;
}

/**
 * The digest of the bytes in the algorithm that was asked for. Asked by tag, the registry's own statement is held
 * against it: where they differ, something on the way changed the bytes.
 */
function verifiedDigest(
  bytes: Uint8Array,
  response: Exchanged,
  asked: Digest | null,
  subject: string,
): Digest {
  const stated = response.header('docker-content-digest') ?? '';
  const expected = asked ?? (isDigest(stated) ? stated : null);
  const algorithm = expected === null ? 'sha256' : digestAlgorithm(expected);
  const digest = `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}` as Digest;
  if (expected === null || digest === expected) return digest;
  const message = `${subject} from ${response.url.host} has the digest ${digest}, expected ${expected}`;
  throw new OciError('MANIFEST_DIGEST_MISMATCH', message, { subject });
}
