/** What is different between the files of two layers, path by path. */
import type { LayerFile } from './layer-files.ts';

/** In the order in which they are told: what matters more comes first. */
export const ASPECTS = [
  'added',
  'removed',
  'type',
  'content',
  'target',
  'mode',
  'owner',
  'xattrs',
  'time',
] as const;

/** `target`: where a link leads, or the numbers of a device. `time`: when the content was changed last. */
export type Aspect = (typeof ASPECTS)[number];

export interface FileDifference<File extends LayerFile = LayerFile> {
  readonly path: string;
  readonly aspects: readonly Aspect[];
  /** Null on a side where the path is not. */
  readonly before: File | null;
  readonly after: File | null;
}

/** In no order that counts. */
export function compareFiles<File extends LayerFile>(
  before: ReadonlyMap<string, File>,
  after: ReadonlyMap<string, File>,
): readonly FileDifference<File>[] {
  const differences: FileDifference<File>[] = [];
  for (const [path, file] of before) {
    const other = after.get(path) ?? null;
    const aspects = other === null ? (['removed'] as const) : aspectsOf(file, other);
    if (aspects.length > 0) differences.push({ path, aspects, before: file, after: other });
  }
  for (const [path, file] of after) {
    if (!before.has(path)) differences.push({ path, aspects: ['added'], before: null, after: file });
  }
  return differences;
}

function aspectsOf(before: LayerFile, after: LayerFile): readonly Aspect[] {
  if (before.type !== after.type) return ['type'];
  // only the name of such an entry means anything
  if (before.type === 'removal') return [];
  const changed: Readonly<Partial<Record<Aspect, boolean>>> = {
    content: before.content !== after.content || before.sizeBytes !== after.sizeBytes,
    target: before.target !== after.target,
    mode: before.mode !== after.mode,
    owner: before.owner !== after.owner,
    xattrs: before.xattrs !== after.xattrs,
    time: before.modified !== after.modified,
  };
  return ASPECTS.filter((aspect) => changed[aspect] === true);
}

/** By what matters most, then by path. */
export function sortDifferences<Found extends FileDifference>(
  differences: readonly Found[],
): readonly Found[] {
  const rank = ({ aspects: [first] }: Found) => (first === undefined ? -1 : ASPECTS.indexOf(first));
  return [...differences].sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1));
}
