import { OciError } from '../errors.ts';
import type { ByteRange, ImageLayer } from '../image.ts';

/** A layer of which parts can be read. */
export type RangedLayer = ImageLayer & Required<Pick<ImageLayer, 'openRange'>>;

export function isRanged(layer: ImageLayer): layer is RangedLayer {
  return layer.openRange !== undefined;
}

/**
 * Reads a part of a layer's blob, which holds exactly so many bytes but is not verified.
 *
 * @throws {OciError} BLOB_SIZE_MISMATCH; what `openRange` throws
 */
export async function readRange(layer: RangedLayer, range: ByteRange, signal?: AbortSignal): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(range.end - range.start);
  const subject = `layer ${layer.digest}`;
  let done = 0;
  for await (const piece of layer.openRange(range, signal)) {
    if (done + piece.length > bytes.length) {
      throw new OciError('BLOB_SIZE_MISMATCH', `a part of ${subject} is longer than was asked for`, {
        subject,
      });
    }
    bytes.set(piece, done);
    done += piece.length;
  }
  if (done === bytes.length) return bytes;
  const message = `a part of ${subject} has ${done} bytes instead of ${bytes.length}`;
  throw new OciError('BLOB_SIZE_MISMATCH', message, { subject });
}
