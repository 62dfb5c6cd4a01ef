/** What is different between the files of two layers, path by path. */
import type { LayerFile } from './layer-files.ts';
import type { MergedFiles } from './merge-layers.ts';

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

export interface FileDifference {
  readonly path: string;
  readonly aspects: readonly Aspect[];
  /** Null on a side where the path is not. */
  readonly before: LayerFile | null;
  readonly after: LayerFile | null;
}

/** In no order that counts. */
export function compareFiles(before: MergedFiles, after: MergedFiles): readonly FileDifference[] {
  const differences: FileDifference[] = [];
  for (const [path, file] of before.files) {
    const other = after.files.get(path) ?? null;
    if (other === null) {
      if (!isInner(path, file, before)) {
        differences.push({ path, aspects: ['removed'], before: file, after: null });
      }
      continue;
    }
    const aspects = aspectsOf(file, other);
    if (aspects.length > 0) differences.push({ path, aspects, before: file, after: other });
  }
  for (const [path, file] of after.files) {
    if (before.files.has(path) || isInner(path, file, after)) continue;
    differences.push({ path, aspects: ['added'], before: null, after: file });
  }
  return differences;
}

function isInner(path: string, { type }: LayerFile, { inner }: MergedFiles): boolean {
  return type === 'removal' && inner.has(path);
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
  const rank = ({ aspects: [first] }: FileDifference) => (first === undefined ? -1 : ASPECTS.indexOf(first));
  return [...differences].sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1));
}
