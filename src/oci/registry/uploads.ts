/** Bringing blobs into a repository. OCI distribution spec, "Pushing Blobs". */
import type { Digest } from '../../model/digest.ts';
import type { Descriptor } from '../descriptor.ts';
import { OciError } from '../errors.ts';
import type { ImageRef } from '../reference.ts';
import { type ExpectedContent, readVerified, verifyStream } from '../verified-stream.ts';
import { nameOf, type ContentOptions } from './content.ts';
import type { Wanted } from './failure.ts';
import { withRetries } from './retry.ts';

/** Blobs up to this size are read whole before they are sent: a source that fails then costs no upload. */
const WHOLE_BYTES = 1024 * 1024;

export type Blob = Pick<Descriptor, 'mediaType' | 'digest' | 'sizeBytes'>;

function wantedBlob(digest: Digest, reference: ImageRef) {
  const repository = nameOf(reference);
  return { notFound: 'BLOB_UNKNOWN', subject: `the blob ${digest} of ${repository}`, repository } as const;
}

export async function hasBlob(
  digest: Digest,
  options: ContentOptions,
  signal: AbortSignal,
): Promise<boolean> {
  return (await headBlob(digest, options, signal)) !== null;
}

/** In bytes, as the registry says it; null where there is no such blob, or it does not say. */
export async function sizeOfBlob(
  digest: Digest,
  options: ContentOptions,
  signal: AbortSignal,
): Promise<number | null> {
  const length = await headBlob(digest, options, signal);
  return length !== null && /^\d{1,15}$/.test(length) ? Number(length) : null;
}

/** The length that is announced, empty where none is; null where there is no such blob. */
async function headBlob(
  digest: Digest,
  { reference, repository }: ContentOptions,
  signal: AbortSignal,
): Promise<string | null> {
  const wanted = wantedBlob(digest, reference);
  try {
    const request = { ...wanted, method: 'HEAD', to: `blobs/${digest}`, headers: {}, done: [200] } as const;
    const response = await repository.write(request, signal);
    await response.discard();
    return response.header('content-length') ?? '';
  } catch (error) {
    if (error instanceof OciError && error.code === 'BLOB_UNKNOWN') return null;
    throw error;
  }
}

/** What a registry answers that does not let a blob be taken over from there. */
const NOT_MOUNTED: ReadonlySet<string> = new Set([
  'REGISTRY_UNAUTHORIZED',
  'REGISTRY_REFUSED',
  'REGISTRY_PROTOCOL',
  'BLOB_UNKNOWN',
]);

/**
 * Takes a blob over from another repository of the registry, without sending it. OCI distribution spec, "Mounting a blob
 * from another repository".
 *
 * @param from `library/debian`
 * @returns false where the registry would rather have it sent: mounting is a favour
 */
export async function mountBlob(
  digest: Digest,
  from: string,
  { reference, repository }: ContentOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const wanted = wantedBlob(digest, reference);
  const query = new URLSearchParams({ mount: digest, from });
  const to = `blobs/uploads/?${query.toString()}`;
  const headers = { 'content-length': '0' };
  try {
    const response = await repository.write(
      { ...wanted, method: 'POST', to, headers, done: [201, 202] },
      signal,
    );
    await response.discard();
    return response.status === 201;
  } catch (error) {
    if (error instanceof OciError && NOT_MOUNTED.has(error.code)) return false;
    throw error;
  }
}

/**
 * Sends a blob in one request, streamed when it is large. A try that fails is repeated from the start: an upload that
 * broke is not good for a second one everywhere.
 *
 * @param open gives the bytes; called for each try
 * @throws {OciError} BLOB_DIGEST_MISMATCH, BLOB_SIZE_MISMATCH before the registry has the whole blob, what `open` throws,
 *   and the registry's
 */
export async function uploadBlob(
  blob: Blob,
  open: () => AsyncIterable<Uint8Array>,
  options: ContentOptions,
  signal: AbortSignal,
): Promise<void> {
  const { reference, repository, policy, onRetry } = options;
  const { digest, sizeBytes } = blob;
  const wanted: Wanted = wantedBlob(digest, reference);
  const expected: ExpectedContent = { digest, sizeBytes, subject: `the blob ${digest}` };
  const body =
    sizeBytes > WHOLE_BYTES ? () => heldBack(open(), expected) : await readVerified(open(), expected);
  const uploadOnce = async (): Promise<void> => {
    const started = await repository.writeOnce(
      { ...wanted, method: 'POST', to: 'blobs/uploads/', headers: { 'content-length': '0' }, done: [202] },
      signal,
    );
    await started.discard();
    const to = uploadAddress(started.header('location'), started.url);
    to.searchParams.set('digest', digest);
    const headers = { 'content-type': 'application/octet-stream', 'content-length': String(sizeBytes) };
    const done = await repository.writeOnce(
      { ...wanted, method: 'PUT', to, headers, body, done: [201] },
      signal,
    );
    await done.discard();
  };
  try {
    await withRetries(uploadOnce, policy, signal, onRetry);
  } catch (error) {
    // docker-registry refuses sound bytes (DIGEST_INVALID) while somebody else brings the same blob
    if (!(error instanceof OciError) || error.code !== 'REGISTRY_REFUSED') throw error;
    if (!(await hasBlob(digest, options, signal))) await withRetries(uploadOnce, policy, signal, onRetry);
  }
}

/** Passes chunks on one late, so that nobody gets the end of content that is not what it should be. */
async function* heldBack(
  chunks: AsyncIterable<Uint8Array>,
  expected: ExpectedContent,
): AsyncGenerator<Uint8Array, void, undefined> {
  let held: Uint8Array | null = null;
  for await (const chunk of verifyStream(chunks, expected)) {
    if (held !== null) yield held;
    held = chunk;
  }
  if (held !== null) yield held;
}

/** Where an upload goes on. It must not lead from HTTPS to plain HTTP, where what is sent could be changed. */
function uploadAddress(location: string | null, from: URL): URL {
  const url = location === null ? null : URL.parse(location, from.href);
  const isSafe = url !== null && (url.protocol === 'https:' || url.protocol === from.protocol);
  if (isSafe) return url;
  throw new OciError('REGISTRY_PROTOCOL', `${from.host} does not say where an upload goes on`, {
    subject: from.host,
  });
}
