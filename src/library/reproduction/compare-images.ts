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
import { readLayerFiles, type StoredLayer } from './layer-files.ts';
import { mergeLayers } from './merge-layers.ts';
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
 * Compares two images of one platform. Only layers that differ are read.
 *
 * @throws {OciError} LAYER_CORRUPT, LAYER_TRUNCATED, LAYER_TOO_LARGE, LAYER_DIFF_ID_MISMATCH, and what keeps a store from being read
 */
export async function compareImages(
  before: ReadImage,
  after: ReadImage,
  { inherited, most, signal }: CompareImagesOptions,
): Promise<ImageComparison> {
  const pairs = alignLayers(diffIdsOf(before), diffIdsOf(after));
  const layerDifferences: LayerDifference[] = [];
  const found: PlacedDifference[] = [];
  for (const pair of pairs) {
    const { what, files } = await compareLayers(pair, before, after, signal);
    if (what !== null) layerDifferences.push({ ...numbered(pair), what });
    for (const file of files) found.push({ ...file, pair });
  }
  const told = sortDifferences(found).slice(0, most);
  const offsets = await offsetsOf(told, before, after, signal);
  const fields = before.digest === after.digest ? [] : documentDifferences(before, after);
  return {
    kind: kindOf(before.digest === after.digest, layerDifferences),
    before: before.digest,
    after: after.digest,
    layers: shareOf(pairs, before, inherited),
    layerDifferences,
    fields: fields.slice(0, most),
    fieldCount: fields.length,
    files: told.map((difference) => toPathDifference(difference, offsets.get(difference) ?? null)),
    fileCount: found.length,
    aspects: countAspects(found),
    causes: countCauses(found),
  };
}

interface PlacedDifference extends FileDifference {
  readonly pair: LayerPair;
}

const diffIdsOf = ({ layers }: ReadImage): readonly Digest[] => layers.map(({ diffId }) => diffId);

function layersOf(numbers: readonly number[], { layers }: ReadImage): readonly StoredLayer[] {
  return numbers.flatMap((number) => layers[number] ?? []);
}

function numbered({ before, after }: LayerPair): Pick<LayerDifference, 'before' | 'after'> {
  return { before: before.map((number) => number + 1), after: after.map((number) => number + 1) };
}

interface ComparedLayers {
  /** Null where nothing is different. */
  readonly what: LayerDifference['what'] | null;
  readonly files: readonly FileDifference[];
}

async function compareLayers(
  pair: LayerPair,
  before: ReadImage,
  after: ReadImage,
  signal: AbortSignal | undefined,
): Promise<ComparedLayers> {
  const [left, right] = [layersOf(pair.before, before), layersOf(pair.after, after)];
  if (pair.isSame) {
    return { what: left[0]?.digest === right[0]?.digest ? null : 'compression', files: [] };
  }
  const [had, has] = [await readAll(left, signal), await readAll(right, signal)];
  const files = compareFiles(mergeLayers(had), mergeLayers(has));
  if (files.length > 0) return { what: 'files', files };
  if (left.length !== 1 || right.length !== 1) return { what: 'cut', files };
  return { what: had[0]?.order === has[0]?.order ? 'archive' : 'order', files };
}

async function readAll(layers: readonly StoredLayer[], signal: AbortSignal | undefined) {
  const read = [];
  for (const layer of layers) read.push(await readLayerFiles(layer, signal));
  return read;
}

/** Layers of each pair are read again, once for all files in it. */
async function offsetsOf(
  told: readonly PlacedDifference[],
  before: ReadImage,
  after: ReadImage,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<PlacedDifference, number>> {
  const offsets = new Map<PlacedDifference, number>();
  for (const [pair, differences] of Map.groupBy(told, (difference) => difference.pair)) {
    const [left, right] = [layersOf(pair.before, before), layersOf(pair.after, after)];
    const found = await findFirstDifferences(differences, left, right, signal);
    for (const difference of differences) {
      const offset = found.get(difference.path);
      if (offset !== undefined) offsets.set(difference, offset);
    }
  }
  return offsets;
}

/** What follows from the layers is left out: their descriptors and diff IDs, and the digest of the configuration. */
function documentDifferences(before: ReadImage, after: ReadImage): readonly FieldDifference[] {
  const manifestOf = ({ manifest }: ReadImage) => ({ ...manifest, config: null, layers: null });
  const configurationOf = ({ configuration }: ReadImage) => ({ ...configuration, rootfs: null });
  return [
    ...compareFields(manifestOf(before), manifestOf(after), 'manifest'),
    ...compareFields(configurationOf(before), configurationOf(after)),
  ];
}

function kindOf(isIdentical: boolean, differences: readonly LayerDifference[]): ComparisonKind {
  if (isIdentical) return 'identical';
  if (differences.every(({ what }) => what === 'compression')) return 'same-layers';
  return differences.some(({ what }) => what === 'files') ? 'different' : 'same-files';
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
  const size = (file: FileDifference['before']) => (file?.type === 'file' ? file.sizeBytes : null);
  return {
    path,
    aspects,
    sizes: { before: size(before), after: size(after) },
    firstDifference,
    because: causeOf(difference),
  };
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
