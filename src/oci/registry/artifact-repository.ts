import { digestOf, type Digest } from '../../model/digest.ts';
import type { RegistryOptions } from '../image.ts';
import { MEDIA_TYPES, parseManifest, type Manifest } from '../manifest.ts';
import { OciError } from '../errors.ts';
import { parseReference } from '../reference.ts';
import { verifyStream } from '../verified-stream.ts';
import { nameOf, readRootDocument, streamContent, type ContentOptions } from './content.ts';
import type { Environment } from './credentials.ts';
import { endpointsFor } from './endpoint.ts';
import { createRemoteRepository } from './repository.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from './retry.ts';
import { createTransport } from './transport.ts';

const DEFAULT_TIMEOUT_MS = 30_000;

/** One tag of a registry's repository, to read artifacts from and write them to. OCI distribution spec, "Pull", "Push". */
export interface ArtifactRepository {
  /** The manifest behind the tag; null when there is none. */
  readManifest(): Promise<Manifest | null>;
  /** The bytes of a blob, verified as they come: nothing may be used before the last one. */
  readBlob(blob: Blob): AsyncIterable<Uint8Array>;
  hasBlob(digest: Digest): Promise<boolean>;
  putBlob(bytes: Uint8Array): Promise<void>;
  /** Puts a manifest, whose blobs are there, behind the tag; its digest. */
  putManifest(bytes: Uint8Array): Promise<Digest>;
  close(): Promise<void>;
}

export interface Blob {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
}

export interface ArtifactRepositoryOptions {
  readonly registry?: RegistryOptions;
  readonly environment: Environment;
  readonly offline?: boolean;
  readonly policy?: RetryPolicy;
  readonly signal: AbortSignal;
  readonly onRetry?: (host: string, attempt: number, reason: string) => void;
}

/**
 * All its functions throw OciError.
 *
 * @throws {OciError} REFERENCE_INVALID, REGISTRY_OPTIONS_INVALID
 */
export function openArtifactRepository(
  reference: string,
  options: ArtifactRepositoryOptions,
): ArtifactRepository {
  const parsed = parseReference(reference);
  const { signal, environment, registry = {}, policy = DEFAULT_RETRY_POLICY } = options;
  const report = (host: string, attempt: number, error: OciError): void =>
    options.onRetry?.(host, attempt, error.message);
  const transport = createTransport({
    timeoutMs: registry.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    offline: options.offline ?? false,
    environment,
  });
  const repository = createRemoteRepository({
    endpoints: endpointsFor(parsed, registry),
    name: parsed.repository,
    transport,
    policy,
    environment,
    signal,
    onRetry: report,
  });
  const content: ContentOptions = {
    reference: parsed,
    repository,
    policy,
    onRetry: (attempt, error) => report(parsed.registry, attempt, error),
  };
  const named = nameOf(parsed);
  const wantedBlob = (digest: Digest) =>
    ({ notFound: 'BLOB_UNKNOWN', subject: `the blob ${digest} of ${named}`, repository: named }) as const;

  return {
    async readManifest() {
      try {
        const { bytes, mediaType } = await readRootDocument(content, signal);
        const document = parseManifest(bytes, mediaType, reference);
        if (document.kind === 'manifest') return document;
      } catch (error) {
        if (error instanceof OciError && error.code === 'MANIFEST_UNKNOWN') return null;
        throw error;
      }
      throw new OciError('MANIFEST_INVALID', `${reference} is an index, not one artifact`, {
        subject: reference,
      });
    },
    readBlob(blob) {
      const { subject } = wantedBlob(blob.digest);
      const descriptor = { ...blob, platform: null, artifactType: null, annotations: {} };
      return verifyStream(streamContent(descriptor, content, signal), { ...blob, subject });
    },
    async hasBlob(digest) {
      try {
        const to = `blobs/${digest}`;
        const wanted = wantedBlob(digest);
        const response = await repository.write(
          { ...wanted, method: 'HEAD', to, headers: {}, done: [200] },
          signal,
        );
        await response.discard();
        return true;
      } catch (error) {
        if (error instanceof OciError && error.code === 'BLOB_UNKNOWN') return false;
        throw error;
      }
    },
    async putBlob(bytes) {
      const digest = digestOf(bytes);
      const wanted = wantedBlob(digest);
      const started = await repository.write(
        { ...wanted, method: 'POST', to: 'blobs/uploads/', headers: { 'content-length': '0' }, done: [202] },
        signal,
      );
      await started.discard();
      const to = uploadAddress(started.header('location'), started.url);
      to.searchParams.set('digest', digest);
      const headers = { 'content-type': 'application/octet-stream' };
      const done = await repository.write(
        { ...wanted, method: 'PUT', to, headers, body: bytes, done: [201] },
        signal,
      );
      await done.discard();
    },
    async putManifest(bytes) {
      const digest = digestOf(bytes);
      const subject = `the manifest ${digest} of ${named}`;
      const done = await repository.write(
        {
          method: 'PUT',
          to: `manifests/${parsed.digest ?? parsed.tag ?? digest}`,
          headers: { 'content-type': MEDIA_TYPES.ociManifest },
          body: bytes,
          done: [201],
          notFound: 'MANIFEST_UNKNOWN',
          subject,
          repository: named,
        },
        signal,
      );
      await done.discard();
      return digest;
    },
    close: () => transport.close(),
  };
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
