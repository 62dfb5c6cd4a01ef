import type { LayerTree } from '../oci/layer-tree.ts';
import type { Coverage } from '../model/coverage.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { LayerRecord } from '../inventory/layer-scan.ts';

/** All that an assessment needs of one layer. Plain JSON: it crosses threads and is cached. */
export interface LayerResult {
  readonly tree: LayerTree;
  readonly records: readonly LayerRecord[];
  readonly coverage: readonly Coverage[];
  readonly entries: number;
  readonly uncompressedBytes: number;
}

/** What the layers of an image, or a root file system, come to together. Plain JSON: it is cached too. */
export interface CatalogedImage {
  readonly inventory: Inventory;
  readonly coverage: readonly Coverage[];
}
