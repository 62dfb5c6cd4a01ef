/** What two images of one platform have in common, and in what they differ. */
import type { Digest } from '../../model/digest.ts';
import type { Aspect } from './compare-files.ts';
import type { FieldDifference } from './compare-fields.ts';

/**
 * - `identical`: the same digest.
 * - `same-layers`: every layer is the same, unpacked; manifest, configuration or compression differ.
 * - `same-files`: a container sees the same files, but layers are cut, ordered or written differently.
 * - `different`: files differ.
 */
export const COMPARISON_KINDS = ['identical', 'same-layers', 'same-files', 'different'] as const;
export type ComparisonKind = (typeof COMPARISON_KINDS)[number];

export interface ImageComparison {
  readonly kind: ComparisonKind;
  readonly before: Digest;
  readonly after: Digest;
  readonly layers: LayerShare;
  /** Layers that are not the same; numbers are from 1. */
  readonly layerDifferences: readonly LayerDifference[];
  /** Of manifest and configuration, history included; without what follows from the layers. At most as many as were asked for. */
  readonly fields: readonly FieldDifference[];
  readonly fieldCount: number;
  /** As a container sees them, all layers together. What matters most comes first; at most as many as were asked for. */
  readonly files: readonly PathDifference[];
  readonly fileCount: number;
  /** How many files differ in each way; a file may in several. */
  readonly aspects: Readonly<Partial<Record<Aspect, number>>>;
  /** Known causes with the number of files that each may explain; the most frequent first. */
  readonly causes: readonly KnownCause[];
}

/** Of the layers of the first image that are its own: those of the image below are the same because they are given. */
export interface LayerShare {
  /** Layers of the image below, which are not counted. */
  readonly inherited: number;
  readonly count: number;
  readonly identical: number;
  /** As they are stored. */
  readonly bytes: number;
  readonly identicalBytes: number;
}

export interface LayerDifference {
  readonly before: readonly number[];
  readonly after: readonly number[];
  /**
   * `compression`: the same archive, compressed differently. `order`: the same files in another order. `archive`: the same files in
   * the same order, written differently. `cut`: the same files in another number of layers. `entries`: entries differ, which need not
   * change any file: a layer may repeat what is below it.
   */
  readonly what: 'compression' | 'order' | 'archive' | 'cut' | 'entries';
}

export interface PathDifference {
  readonly path: string;
  readonly aspects: readonly Aspect[];
  /** Bytes of the file on each side; null where it is none. */
  readonly sizes: { readonly before: number | null; readonly after: number | null };
  /** Offset of the first byte that differs; null for texts, for large files, and where content is the same. */
  readonly firstDifference: number | null;
  /** Why such files are known to differ; null where nothing is known. */
  readonly because: string | null;
}

export interface KnownCause {
  readonly because: string;
  readonly files: number;
}
