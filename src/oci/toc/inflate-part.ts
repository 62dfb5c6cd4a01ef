import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { decompress, detectCompression } from '../decompress.ts';
import { corrupt } from './table-of-contents.ts';

/** Parts of at most so many bytes are inflated at once: most are small, and a stream for each costs more than they do. */
const SMALL_BYTES = 1024 * 1024;
/** What may follow in a small part: the padding and headers before the next content. */
const FOLLOWING_BYTES = 64 * 1024;

/**
 * Decompresses the beginning of a part of a blob that begins with a gzip member or zstd frame. What follows is left.
 *
 * @param bytes so many uncompressed bytes, and not one more
 * @throws {OciError} LAYER_CORRUPT, LAYER_TRUNCATED when there are fewer
 */
export async function inflatePart(part: Uint8Array, bytes: number, subject: string): Promise<Buffer> {
  const small = part.length <= SMALL_BYTES && bytes <= SMALL_BYTES ? inflateSmall(part, bytes) : null;
  if (small !== null) return small;
  const inflated = Buffer.allocUnsafe(bytes);
  let done = 0;
  for await (const piece of decompress(once(part), { subject })) {
    done += Buffer.from(piece.buffer, piece.byteOffset, piece.length).copy(inflated, done);
    if (done === bytes) return inflated;
  }
  if (done === bytes) return inflated;
  throw corrupt(subject, `inflates to ${done} bytes instead of ${bytes}`);
}

/** Null where more follows than was thought or something is wrong: then the stream finds out, and says so. */
function inflateSmall(part: Uint8Array, bytes: number): Buffer | null {
  const inflate = { gzip: gunzipSync, zstd: zstdDecompressSync, none: null }[detectCompression(part)];
  try {
    const options = { chunkSize: bytes + 1024, maxOutputLength: bytes + FOLLOWING_BYTES };
    const inflated = inflate?.(part, options);
    return inflated !== undefined && inflated.length >= bytes ? inflated.subarray(0, bytes) : null;
  } catch {
    return null;
  }
}

/** The bytes as a stream of one piece. */
export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}
