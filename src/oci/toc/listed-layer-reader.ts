import type { Digest } from '../../model/digest.ts';
import { type LayerPass, readEntries } from '../layer-entries.ts';
import { LAYER_LIMITS } from '../layer-reader.ts';
import { type EntryVisitor, HEAD_BYTES, type TreeReading } from '../layer-tree.ts';
import type { TableOfContents } from './table-of-contents.ts';

export interface ReadListedLayerOptions {
  readonly diffId: Digest;
  readonly visitor: EntryVisitor;
  /** What was read of the file with that index among the table's entries, from its beginning. */
  readonly content: (index: number) => Buffer | undefined;
}

const EMPTY = Buffer.alloc(0);

/**
 * Feeds a visitor with the entries of a table of contents as `readLayer` does with those of the archive. Files of which
 * nothing was read are passed over, as if nobody wanted them. In place of the archive's size stands that of its files.
 */
export async function readListedLayer(
  { entries, refused }: TableOfContents,
  { diffId, visitor, content }: ReadListedLayerOptions,
): Promise<TreeReading> {
  const pass: LayerPass = async (handler) => {
    let bytes = 0;
    for (const name of refused) handler.refused(name);
    for (const [index, { entry }] of entries.entries()) {
      bytes += entry.sizeBytes;
      const asked = handler.entry(entry);
      const found = asked === false ? undefined : entry.sizeBytes === 0 ? EMPTY : content(index);
      if (found === undefined) continue;
      const wanted = asked === 'sniff' ? handler.sniff?.(entry, found.subarray(0, HEAD_BYTES)) : asked;
      if (typeof wanted !== 'number' || wanted > found.length) continue;
      handler.content(entry, found.subarray(0, wanted));
    }
    return bytes;
  };
  return readEntries(pass, { diffId, visitor, linksMax: LAYER_LIMITS.links });
}
