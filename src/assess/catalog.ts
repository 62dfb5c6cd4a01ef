/** From the layers of an image, or from a directory, to its packages. */
import { CATALOGERS } from '../inventory/catalogers/register.ts';
import { takeInventory } from '../inventory/inventory.ts';
import { createLayerScan } from '../inventory/layer-scan.ts';
import type { Digest } from '../model/digest.ts';
import { readDirectoryTree } from '../oci/directory-tree.ts';
import type { LayeredImage, RootFileSystem } from '../oci/image.ts';
import { overlayLayers } from '../oci/overlay.ts';
import type { LayerCache } from './layer-cache.ts';
import { readLayers } from './layer-pool.ts';
import type { CatalogedImage, LayerResult } from './layer-result.ts';

export interface CatalogOptions {
  readonly cache: LayerCache | null;
  /** Also packages that only lower layers have. */
  readonly allLayers?: boolean;
  /**
   * Names the files that each package owns. Without them, which are most of what is known about a large image, the
   * lists are empty, and a cached image is there in half the time. Default: true.
   */
  readonly files?: boolean;
  readonly signal?: AbortSignal;
}

/** @throws {OciError} a layer cannot be had or its bytes are not what its digests say */
export async function catalogImage(image: LayeredImage, options: CatalogOptions): Promise<CatalogedImage> {
  const results = await cachedLayers(image, options);
  return catalog(
    results.map((result, index) => ({
      result,
      diffId: image.layers[index]?.diffId ?? null,
      step: image.layers[index]?.step ?? null,
    })),
    options,
  );
}

/** Layer results, from the cache where they are there; only the others are fetched and read. */
async function cachedLayers(image: LayeredImage, options: CatalogOptions): Promise<readonly LayerResult[]> {
  const { cache } = options;
  const known = image.layers.map(({ digest, diffId }) => cache?.get(digest, diffId) ?? null);
  const missing = image.layers.filter((_, index) => known[index] === null);
  const read = await readLayers(missing, {
    signal: options.signal,
    onRead: ({ digest, diffId }, result) => cache?.put(digest, diffId, result),
  });
  const results = new Map(missing.map(({ index }, position) => [index, read[position]]));
  return image.layers.map((layer, index) => {
    const result = known[index] ?? results.get(layer.index);
    if (result === undefined) throw new Error(`layer ${layer.digest} has no result`);
    return result;
  });
}

export async function catalogRoot(root: RootFileSystem, options: CatalogOptions): Promise<CatalogedImage> {
  const scan = createLayerScan(CATALOGERS);
  const reading = await readDirectoryTree(root.directory, {
    visitor: scan.visitor,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const { records, coverage } = scan.finish();
  const result: LayerResult = { ...reading, records, coverage: [...reading.coverage, ...coverage] };
  return catalog([{ result, diffId: null, step: null }], options);
}

function catalog(
  layers: readonly { result: LayerResult; diffId: Digest | null; step: number | null }[],
  { allLayers = false, files = true }: CatalogOptions,
): CatalogedImage {
  const steps = overlayLayers(
    layers.map(({ result }) => ({ tree: result.tree, paths: result.records.map(({ path }) => path) })),
  );
  const inventory = takeInventory({
    layers: layers.map(({ result, diffId, step }) => ({ diffId, step, records: result.records })),
    steps,
    allLayers,
  });
  const packages = files ? inventory.packages : inventory.packages.map((pkg) => ({ ...pkg, files: [] }));
  return {
    inventory: { ...inventory, packages },
    coverage: [
      ...layers.flatMap(({ result }) => result.coverage),
      ...steps.flatMap((after) => after.coverage),
    ],
  };
}
