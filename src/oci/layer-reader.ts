import { createHash } from 'node:crypto';
import { digestAlgorithm, digestHex, type Digest } from '../model/digest.ts';
import { DECOMPRESSION_LIMITS, decompress, type DecompressionLimits } from './decompress.ts';
import { OciError } from './errors.ts';
import { readEntries } from './layer-entries.ts';
import type { EntryVisitor, TreeReading } from './layer-tree.ts';
import { createTarReader, type TarHandler } from './tar/tar-reader.ts';

export interface LayerLimits extends DecompressionLimits {
  /** Most headers of the archive. */
  readonly entries: number;
  /** Most symlinks, whiteouts, opaque directories, or hard links that are kept. */
  readonly links: number;
}

export const LAYER_LIMITS: LayerLimits = { ...DECOMPRESSION_LIMITS, entries: 10_000_000, links: 250_000 };

export interface ReadLayerOptions {
  /** Digest of the uncompressed tar; it is checked in the same pass. */
  readonly diffId: Digest;
  /** What `open` checks of itself, where it does. The diff ID again: the bytes are not checked twice. */
  readonly digest?: Digest | undefined;
  readonly visitor: EntryVisitor;
  readonly limits?: LayerLimits | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Opens the layer's blob from its first byte; `ImageLayer.open` is one. */
export type OpenLayer = (signal: AbortSignal) => AsyncIterable<Uint8Array>;

/**
 * Reads a layer: decompresses it, checks its diff ID, feeds the visitor and takes down what the layer does to the tree
 * below. Everything happens in one pass, unless a wanted hard link leads to a file of the same layer that nobody
 * wanted: then the layer is opened once more for those files.
 *
 * What the visitor was fed must not be used before this has answered: only then is it known to be the layer's.
 *
 * @throws {OciError} LAYER_CORRUPT, LAYER_TRUNCATED, LAYER_TOO_LARGE, LAYER_DIFF_ID_MISMATCH; what `open` throws
 */
export async function readLayer(open: OpenLayer, options: ReadLayerOptions): Promise<TreeReading> {
  const { diffId, visitor, limits = LAYER_LIMITS } = options;
  return readEntries((handler) => readLayerArchive(open, handler, options), {
    diffId,
    visitor,
    linksMax: limits.links,
  });
}

export interface ReadArchiveOptions extends Omit<ReadLayerOptions, 'visitor'> {
  /** Called with each piece of the uncompressed archive, after the entries whose headers end in it. */
  readonly onPiece?: (piece: Uint8Array) => void;
}

/**
 * One way through the layer, entry by entry. Nothing of it may be used before this has answered: the diff ID is checked at the end.
 *
 * @returns the uncompressed size
 * @throws {OciError} as {@link readLayer}
 */
export async function readLayerArchive(
  open: OpenLayer,
  handler: TarHandler,
  options: ReadArchiveOptions,
): Promise<number> {
  const { diffId, limits = LAYER_LIMITS, onPiece } = options;
  const subject = `layer ${diffId}`;
  // The diff ID is about uncompressed bytes: when the blob has that digest, it is the archive as it stands.
  const plain = options.digest === diffId;
  const leaving = new AbortController();
  const signal =
    options.signal === undefined ? leaving.signal : AbortSignal.any([options.signal, leaving.signal]);
  const hash = plain ? null : createHash(digestAlgorithm(diffId));
  const reader = createTarReader(handler, { subject, entriesMax: limits.entries });
  let bytes = 0;
  for await (const piece of decompress(open(signal), { subject, plain, limits, signal })) {
    bytes += piece.length;
    hash?.update(piece);
    try {
      reader.push(piece);
      onPiece?.(piece);
    } catch (error) {
      // The source may be waiting for a slow registry: it is told before the loop waits for it to close.
      leaving.abort(error);
      throw error;
    }
  }
  reader.end();
  const hex = hash?.digest('hex');
  if (hex !== undefined && hex !== digestHex(diffId)) {
    const message = `${subject}: the uncompressed bytes have the digest ${digestAlgorithm(diffId)}:${hex}`;
    throw new OciError('LAYER_DIFF_ID_MISMATCH', message, { subject: diffId });
  }
  return bytes;
}
