import { decompress } from '../decompress.ts';
import { corrupt } from './table-of-contents.ts';

/**
 * Decompresses the beginning of a part of a blob that begins with a gzip member or zstd frame. What follows is left.
 *
 * @param bytes so many uncompressed bytes, and not one more
 * @throws {OciError} LAYER_CORRUPT, LAYER_TRUNCATED when there are fewer
 */
export async function inflatePart(part: Uint8Array, bytes: number, subject: string): Promise<Buffer> {
  const inflated = Buffer.allocUnsafe(bytes);
  let done = 0;
  for await (const piece of decompress(once(part), { subject })) {
    done += Buffer.from(piece.buffer, piece.byteOffset, piece.length).copy(inflated, done);
    if (done === bytes) return inflated;
  }
  if (done === bytes) return inflated;
  throw corrupt(subject, `inflates to ${done} bytes instead of ${bytes}`);
}

/** The bytes as a stream of one piece. */
export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}
