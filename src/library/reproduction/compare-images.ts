import type { Digest } from '../../model/digest.ts';
import { alignLayers, type LayerPair } from './align-layers.ts';
import { compareFields, type FieldDifference } from './compare-fields.ts';
import { type Aspect, compareFiles, type FileDifference, sortDifferences } from './compare-files.ts';
import { findFirstDifferences } from './first-difference.ts';
import type {
  ComparisonKind,
  ImageComparison,
  KnownCause,
  LayerDifference,
  LayerShare,
  PathDifference,
} from './image-comparison.ts';
import { type LayerFiles, readLayerFiles, type StoredLayer } from './layer-files.ts';
import { fileSystemOf, mergeLayers } from './merge-layers.ts';
import type { ReadImage } from './read-image.ts';
import { volatileBecause } from './volatile-files.ts';

export interface CompareImagesOptions {
  /** Diff IDs of the image below, from the lowest; empty for none. */
  readonly inherited: readonly Digest[];
  /** Most fields, and most files, that are told one by one. */
  readonly most: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Compares two images of one platform. Nothing is read of images whose layers are the same.
 *
 * @throws {OciError} LAYER_CORRUPT, LAYER_TRUNCATED, LAYER_TOO_LARGE, LAYER_DIFF_ID_MISMATCH, and what keeps a store from being read
 */
export async function compareImages(
  before: ReadImage,
  after: ReadImage,
  { inherited, most, signal }: CompareImagesOptions,
): Promise<ImageComparison> {
  const pairs = alignLayers(diffIdsOf(before), diffIdsOf(after));
  const read = layersOnce([...after.layers, ...before.layers], signal);
  const layerDifferences = await compareLayers(pairs, before, after, read);
  const found = layerDifferences.every(({ what }) => what === 'compression')
    ? []
    : compareFiles(
        fileSystemOf(await readAll(before.layers, read)),
        fileSystemOf(await readAll(after.layers, read)),
      );
  const told = sortDifferences(found).slice(0, most);
  const offsets = await findFirstDifferences(told, before.layers, after.layers, signal);
  const fields = before.digest === after.digest ? [] : documentDifferences(before, after);
  return {
    kind: kindOf(before.digest === after.digest, layerDifferences, found.length),
    before: before.digest,
    after: after.digest,
    layers: shareOf(pairs, before, inherited),
    layerDifferences,
    fields: fields.slice(0, most),
    fieldCount: fields.length,
    files: told.map((difference) => toPathDifference(difference, offsets.get(difference.path) ?? null)),
    fileCount: found.length,
    aspects: countAspects(found),
    causes: countCauses(found),
  };
}

const diffIdsOf = ({ layers }: ReadImage): readonly Digest[] => layers.map(({ diffId }) => diffId);

type ReadLayer = (layer: StoredLayer) => Promise<LayerFiles>;

/** What both images have is read once, where it comes first. */
function layersOnce(layers: readonly StoredLayer[], signal: AbortSignal | undefined): ReadLayer {
  const places = new Map<Digest, StoredLayer>();
  for (const layer of layers) if (!places.has(layer.diffId)) places.set(layer.diffId, layer);
  const known = new Map<Digest, LayerFiles>();
  return async (layer) => {
    const files =
      known.get(layer.diffId) ?? (await readLayerFiles(places.get(layer.diffId) ?? layer, signal));
    known.set(layer.diffId, files);
    return files;
  };
}

async function readAll(layers: readonly StoredLayer[], read: ReadLayer): Promise<readonly LayerFiles[]> {
  const files: LayerFiles[] = [];
  for (const layer of layers) files.push(await read(layer));
  return files;
}

async function compareLayers(
  pairs: readonly LayerPair[],
  before: ReadImage,
  after: ReadImage,
  read: ReadLayer,
): Promise<readonly LayerDifference[]> {
  const differences: LayerDifference[] = [];
  for (const pair of pairs) {
    const [left, right] = [layersOf(pair.before, before), layersOf(pair.after, after)];
    if (pair.isSame) {
      if (left[0]?.digest !== right[0]?.digest) differences.push({ ...numbered(pair), what: 'compression' });
    } else {
      const what = whatDiffers(await readAll(left, read), await readAll(right, read));
      differences.push({ ...numbered(pair), what });
    }
  }
  return differences;
}

function layersOf(numbers: readonly number[], { layers }: ReadImage): readonly StoredLayer[] {
  return numbers.flatMap((number) => layers[number] ?? []);
}

function numbered({ before, after }: LayerPair): Pick<LayerDifference, 'before' | 'after'> {
  return { before: before.map((number) => number + 1), after: after.map((number) => number + 1) };
}

/** Of layers whose diff IDs are not the same. */
function whatDiffers(before: readonly LayerFiles[], after: readonly LayerFiles[]): LayerDifference['what'] {
  if (compareFiles(mergeLayers(before), mergeLayers(after)).length > 0) return 'entries';
  if (before.length !== 1 || after.length !== 1) return 'cut';
  return before[0]?.order === after[0]?.order ? 'archive' : 'order';
}

/** What follows from the layers is left out: their descriptors and diff IDs, and the digest of the configuration. */
function documentDifferences(before: ReadImage, after: ReadImage): readonly FieldDifference[] {
  return [
    ...compareFields(manifestOf(before), manifestOf(after), 'manifest'),
    ...compareFields(configurationOf(before), configurationOf(after)),
  ];
}

const manifestOf = ({ manifest }: ReadImage) => ({ ...manifest, config: null, layers: null });
const configurationOf = ({ configuration }: ReadImage) => ({ ...configuration, rootfs: null });

function kindOf(isIdentical: boolean, layers: readonly LayerDifference[], files: number): ComparisonKind {
  if (isIdentical) return 'identical';
  if (layers.every(({ what }) => what === 'compression')) return 'same-layers';
  return files === 0 ? 'same-files' : 'different';
}

function shareOf(pairs: readonly LayerPair[], { layers }: ReadImage, below: readonly Digest[]): LayerShare {
  const differs = layers.findIndex(({ diffId }, at) => diffId !== below[at]);
  const inherited = differs === -1 ? layers.length : differs;
  const same = new Set(pairs.filter(({ isSame }) => isSame).flatMap(({ before }) => before));
  const own = [...layers.entries()].slice(inherited);
  const identical = own.filter(([number]) => same.has(number));
  return {
    inherited,
    count: own.length,
    identical: identical.length,
    bytes: sizeOf(own),
    identicalBytes: sizeOf(identical),
  };
}

function sizeOf(layers: readonly (readonly [number, StoredLayer])[]): number {
  return layers.reduce((sum, [, { sizeBytes }]) => sum + sizeBytes, 0);
}

function toPathDifference(difference: FileDifference, firstDifference: number | null): PathDifference {
  const { path, aspects, before, after } = difference;
  return {
    path,
    aspects,
    sizes: { before: bytesOf(before), after: bytesOf(after) },
    firstDifference,
    because: causeOf(difference),
  };
}

function bytesOf(file: FileDifference['before']): number | null {
  return file?.type === 'file' ? file.sizeBytes : null;
}

/** What is known of a file explains what is in it, and not what its entry says besides. */
function causeOf({ path, aspects }: FileDifference): string | null {
  return aspects.some((aspect) => EXPLAINED.has(aspect)) ? volatileBecause(path) : null;
}

const EXPLAINED: ReadonlySet<Aspect> = new Set<Aspect>(['added', 'removed', 'type', 'content', 'target']);

function countAspects(differences: readonly FileDifference[]): ImageComparison['aspects'] {
  const counts: Partial<Record<Aspect, number>> = {};
  for (const { aspects } of differences) {
    for (const aspect of aspects) counts[aspect] = (counts[aspect] ?? 0) + 1;
  }
  return counts;
}

function countCauses(differences: readonly FileDifference[]): readonly KnownCause[] {
  const counts = new Map<string, number>();
  for (const difference of differences) {
    const because = causeOf(difference);
    if (because !== null) counts.set(because, (counts.get(because) ?? 0) + 1);
  }
  return [...counts]
    .map(([because, files]) => ({ because, files }))
    .sort((a, b) => b.files - a.files || (a.because < b.because ? -1 : 1));
}
