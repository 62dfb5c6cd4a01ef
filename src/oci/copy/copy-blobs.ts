import type { Digest } from '../../model/digest.ts';
import type { Descriptor } from '../descriptor.ts';
import type { SourceProgress } from '../image.ts';
import type { ImageReader, ImageWriter } from '../store/image-store.ts';
import { inParallel } from '../toc/in-parallel.ts';

/** Blobs that are on their way at the same time. */
const AT_A_TIME = 4;

export interface CopyOptions {
  readonly onProgress?: ((event: SourceProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What became of blobs. */
export interface BlobCount {
  /** Sent from one store to the other. */
  written: number;
  /** Taken over within a registry. */
  mounted: number;
  /** There already. */
  skipped: number;
  /** Of those that were sent. */
  bytes: number;
}

/** Copies blobs from one store to another. */
export interface BlobCopier {
  readonly count: Readonly<BlobCount>;
  /** @throws {OciError} BLOB_UNKNOWN when the source does not have one, and what the stores throw */
  copy(blobs: Iterable<Descriptor>): Promise<void>;
}

export function createBlobCopier(from: ImageReader, to: ImageWriter, options: CopyOptions): BlobCopier {
  const { onProgress, signal } = options;
  const count: BlobCount = { written: 0, mounted: 0, skipped: 0, bytes: 0 };
  const copied = new Map<Digest, Promise<void>>();

  async function* observed({ digest, sizeBytes, ...blob }: Descriptor): AsyncGenerator<Uint8Array, void> {
    let doneBytes = 0;
    for await (const chunk of from.openBlob({ ...blob, digest, sizeBytes }, signal)) {
      doneBytes += chunk.byteLength;
      onProgress?.({ kind: 'blob', digest, doneBytes, totalBytes: sizeBytes });
      yield chunk;
    }
  }

  async function copyOne(blob: Descriptor): Promise<void> {
    if (await to.hasBlob(blob.digest, signal)) count.skipped += 1;
    else if ((await to.mountBlob?.(blob.digest, from, signal)) === true) count.mounted += 1;
    else {
      await to.writeBlob(blob, () => observed(blob), signal);
      count.written += 1;
      count.bytes += blob.sizeBytes;
    }
  }

  return {
    count,
    copy: (blobs) =>
      inParallel(blobs, AT_A_TIME, (blob) => {
        const under = copied.get(blob.digest) ?? copyOne(blob);
        copied.set(blob.digest, under);
        return under;
      }),
  };
}
