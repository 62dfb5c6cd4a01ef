/** From the layers of an image, or from a directory, to its packages. */
import { catalogersFor, type ExtraReading } from '../inventory/catalogers/register.ts';
import { takeInventory } from '../inventory/inventory.ts';
import { createLayerScan } from '../inventory/layer-scan.ts';
import { ownedByDistribution } from '../inventory/partial-reading.ts';
import type { Digest } from '../model/digest.ts';
import { readDirectoryTree } from '../oci/directory-tree.ts';
import type { ImageLayer, LayeredImage, RootFileSystem } from '../oci/image.ts';
import { overlayLayers } from '../oci/overlay.ts';
import type { LayerCache } from './layer-cache.ts';
import { readLayers } from './layer-pool.ts';
import type { CatalogedImage, LayerResult } from './layer-result.ts';
import { openPartialLayers, type PartialLayer } from './listed-layers.ts';

export interface CatalogOptions extends ExtraReading {
  readonly cache: LayerCache | null;
  /** Also packages that only lower layers have. */
  readonly allLayers?: boolean;
  /**
   * Names the files that each package owns. Without them, which are most of what is known about a large image, the
   * lists are empty, and a cached image is there in half the time. Default: true.
   */
  readonly files?: boolean;
  /**
   * Reads every layer whole and checks all its digests, also those of which a registry would give out single files.
   * Default: false.
   */
  readonly whole?: boolean;
  readonly signal?: AbortSignal;
}

/** @throws {OciError} a layer cannot be had or its bytes are not what its digests say */
export async function catalogImage(image: LayeredImage, options: CatalogOptions): Promise<CatalogedImage> {
  return catalog(await layerResults(image, options), options);
}

/** Layer results, from the cache where they are there; only the others are fetched and read. */
async function layerResults(image: LayeredImage, options: CatalogOptions): Promise<readonly StackedLayer[]> {
  const { cache, signal, fileDigests = false } = options;
  // a table of contents gives out some files; for the digest of each the layer is read
  const whole = options.whole === true || fileDigests;
  const results = new Map<ImageLayer, LayerResult>();
  for (const layer of image.layers) {
    const known = cache?.get(layer.digest, layer.diffId);
    if (known) results.set(layer, known);
  }
  const readWhole = async (layers: readonly ImageLayer[]) => {
    const read = await readLayers(layers, {
      signal,
      extras: { fileDigests },
      onRead: ({ digest, diffId }, result) => cache?.put(digest, diffId, result),
    });
    for (const [position, result] of read.entries()) results.set(layers[position] as ImageLayer, result);
  };
  const stack = () => stacked(image, results);

  const missing = image.layers.filter((layer) => !results.has(layer));
  const partial = whole ? [] : await openPartialLayers(missing, signal);
  const inPart = new Set(partial.map(({ layer }) => layer));
  await readWhole(missing.filter((layer) => !inPart.has(layer)));
  if (partial.length > 0) await readInPart(partial, results, stack, readWhole);
  return stack();
}

/** What these layers show is never put into the cache: it depends on the layers around them, and is not verified. */
async function readInPart(
  partial: readonly PartialLayer[],
  results: Map<ImageLayer, LayerResult>,
  stack: () => readonly StackedLayer[],
  readWhole: (layers: readonly ImageLayer[]) => Promise<void>,
): Promise<void> {
  for (const one of partial) results.set(one.layer, await one.result());
  const owned = ownedFiles(
    stack(),
    partial.flatMap(({ programs }) => programs),
  );
  const rest: ImageLayer[] = [];
  for (const one of partial) {
    if (await one.readPrograms((path) => owned.has(path))) results.set(one.layer, await one.result());
    else rest.push(one.layer);
  }
  await readWhole(rest);
}

/** Which of some files packages of the distribution own, as its databases in all layers say. */
function ownedFiles(layers: readonly StackedLayer[], paths: readonly string[]): ReadonlySet<string> {
  const steps = overlay(layers);
  const { packages, distribution } = takeInventory({ layers: layersOf(layers), steps });
  const resolve = (path: string) => steps.at(-1)?.resolveLink(path) ?? path;
  return ownedByDistribution(paths, packages, distribution, resolve);
}

function stacked(image: LayeredImage, results: ReadonlyMap<ImageLayer, LayerResult>): StackedLayer[] {
  return image.layers.map((layer) => {
    const result = results.get(layer);
    if (result === undefined) throw new Error(`layer ${layer.digest} has no result`);
    return { result, diffId: layer.diffId, step: layer.step };
  });
}

export async function catalogRoot(root: RootFileSystem, options: CatalogOptions): Promise<CatalogedImage> {
  const scan = createLayerScan(catalogersFor(options));
  const reading = await readDirectoryTree(root.directory, {
    visitor: scan.visitor,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const { records, coverage } = scan.finish();
  const result: LayerResult = { ...reading, records, coverage: [...reading.coverage, ...coverage] };
  return catalog([{ result, diffId: null, step: null }], options);
}

interface StackedLayer {
  readonly result: LayerResult;
  /** Null for a root file system. */
  readonly diffId: Digest | null;
  readonly step: number | null;
}

const layersOf = (layers: readonly StackedLayer[]) =>
  layers.map(({ result, diffId, step }) => ({ diffId, step, records: result.records }));

const overlay = (layers: readonly StackedLayer[]) =>
  overlayLayers(
    layers.map(({ result }) => ({ tree: result.tree, paths: result.records.map(({ path }) => path) })),
  );

function catalog(
  layers: readonly StackedLayer[],
  { allLayers = false, files = true }: CatalogOptions,
): CatalogedImage {
  const steps = overlay(layers);
  const inventory = takeInventory({ layers: layersOf(layers), steps, allLayers });
  const packages = files ? inventory.packages : inventory.packages.map((pkg) => ({ ...pkg, files: [] }));
  return {
    inventory: { ...inventory, packages },
    coverage: [
      ...layers.flatMap(({ result }) => result.coverage),
      ...steps.flatMap((after) => after.coverage),
    ],
  };
}
