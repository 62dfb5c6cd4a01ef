/** How many images and layers come out the same when they are built again. */
import type { Architecture } from '../../definitions/architectures.ts';
import { formatCount } from '../../report/quantity.ts';
import { COMPARISON_KINDS, type ComparisonKind } from './image-comparison.ts';
import type { Reproduction } from './reproduction.ts';

/** Of images of one architecture that were built again. */
export interface ReproductionShare extends Readonly<Record<ComparisonKind, number>> {
  readonly architecture: Architecture;
  readonly images: number;
  /** Could not be built again. */
  readonly failed: number;
  /** Layers of their own, without those of the images below; as they are stored. */
  readonly layers: number;
  readonly identicalLayers: number;
  readonly bytes: number;
  readonly identicalBytes: number;
}

export interface SharedCause {
  readonly because: string;
  readonly images: number;
}

/** In the order of the architectures' names. What could not be compared is not counted. */
export function reproductionShares(reproductions: readonly Reproduction[]): readonly ReproductionShare[] {
  const measured = reproductions.filter(({ outcome }) => outcome.kind !== 'not-compared');
  return [...Map.groupBy(measured, ({ architecture }) => architecture)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([architecture, those]) => shareOf(architecture, those));
}

function shareOf(architecture: Architecture, reproductions: readonly Reproduction[]): ReproductionShare {
  const comparisons = reproductions.flatMap(({ outcome }) =>
    outcome.kind === 'compared' ? [outcome.comparison] : [],
  );
  const kinds = COMPARISON_KINDS.map(
    (kind) => [kind, comparisons.filter((one) => one.kind === kind).length] as const,
  );
  const sum = (of: (comparison: (typeof comparisons)[number]) => number) =>
    comparisons.reduce((total, comparison) => total + of(comparison), 0);
  return {
    architecture,
    images: reproductions.length,
    failed: reproductions.length - comparisons.length,
    ...(Object.fromEntries(kinds) as Record<ComparisonKind, number>),
    layers: sum(({ layers }) => layers.count),
    identicalLayers: sum(({ layers }) => layers.identical),
    bytes: sum(({ layers }) => layers.bytes),
    identicalBytes: sum(({ layers }) => layers.identicalBytes),
  };
}

/** Known causes, with the number of images in which they occur; the most frequent first. */
export function sharedCauses(reproductions: readonly Reproduction[]): readonly SharedCause[] {
  const images = new Map<string, number>();
  for (const { outcome } of reproductions) {
    for (const { because } of outcome.kind === 'compared' ? outcome.comparison.causes : []) {
      images.set(because, (images.get(because) ?? 0) + 1);
    }
  }
  return [...images]
    .map(([because, count]) => ({ because, images: count }))
    .sort((a, b) => b.images - a.images || (a.because < b.because ? -1 : 1));
}

/** For people: a row for each architecture. */
export function shareTable(shares: readonly ReproductionShare[]) {
  return {
    columns: [
      'Architecture',
      'Built again',
      'Identical',
      'Same layers',
      'Same files',
      'Different',
      'Failed',
      'Own layers the same',
    ],
    rows: shares.map((share) => [
      share.architecture,
      ...[share.images, ...COMPARISON_KINDS.map((kind) => share[kind]), share.failed].map(formatCount),
      `${formatCount(share.identicalLayers)} of ${formatCount(share.layers)}`,
    ]),
  };
}
