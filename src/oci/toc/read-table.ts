import type { ImageLayer } from '../image.ts';
import { readEstargzTable } from './estargz.ts';
import { isRanged, type RangedLayer } from './read-range.ts';
import type { TableOfContents } from './table-of-contents.ts';
import { readZstdChunkedTable } from './zstd-chunked.ts';

/** A layer with the table that its annotations name. */
export interface ListedLayer {
  readonly layer: RangedLayer;
  readonly table: TableOfContents;
}

/**
 * Reads the table of contents of a layer, whose digest the layer's annotations state. Null when it has none, or comes from
 * a place that sends no parts of blobs.
 *
 * @throws {OciError} the table is not the one that was stated, does not follow its format, or cannot be had
 */
export async function readTable(layer: ImageLayer, signal?: AbortSignal): Promise<ListedLayer | null> {
  if (!isRanged(layer)) return null;
  const table = (await readZstdChunkedTable(layer, signal)) ?? (await readEstargzTable(layer, signal));
  return table === null ? null : { layer, table };
}
