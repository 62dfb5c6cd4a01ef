import { digestOf, type Digest } from '../../model/digest.ts';
import type { RegistryOptions } from '../image.ts';
import { MEDIA_TYPES, parseManifest, type Manifest } from '../manifest.ts';
import { OciError } from '../errors.ts';
import { parseReference } from '../reference.ts';
import { openRegistryWriter } from '../store/registry-writer.ts';
import type { Environment } from './credentials.ts';
import type { RetryPolicy } from './retry.ts';
import type { Blob } from './uploads.ts';

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
  { onRetry, ...options }: ArtifactRepositoryOptions,
): ArtifactRepository {
  const { tag, digest } = parseReference(reference);
  const store = openRegistryWriter(reference, {
    ...options,
    onProgress(event) {
      if (event.kind === 'retrying') onRetry?.(event.address, event.attempt, event.reason);
    },
  });
  return {
    async readManifest() {
      const found = await store.readManifest(digest ?? tag ?? '');
      if (found === null) return null;
      const document = parseManifest(found.bytes, found.mediaType, reference);
      if (document.kind === 'manifest') return document;
      throw new OciError('MANIFEST_INVALID', `${reference} is an index, not one artifact`, {
        subject: reference,
      });
    },
    readBlob: (blob) => store.openBlob(blob),
    hasBlob: (digest) => store.hasBlob(digest),
    putBlob(bytes) {
      const blob = {
        mediaType: 'application/octet-stream',
        digest: digestOf(bytes),
        sizeBytes: bytes.length,
      };
      return store.writeBlob(blob, async function* () {
        yield bytes;
      });
    },
    putManifest: (bytes) =>
      store.writeManifest({ bytes, mediaType: MEDIA_TYPES.ociManifest }, { tag: tag ?? undefined }),
    close: () => store.close(),
  };
}
