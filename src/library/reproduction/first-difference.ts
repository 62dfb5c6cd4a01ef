/** Where two contents begin to differ. */
import { isUtf8 } from 'node:buffer';
import { readLayerArchive } from '../../oci/layer-reader.ts';
import type { TarEntry } from '../../oci/tar/tar-reader.ts';
import type { FileDifference } from './compare-files.ts';
import type { StoredLayer } from './layer-files.ts';
import type { PlacedFile } from './merge-layers.ts';

/** Larger files are not held in memory for this; what is held together is bounded as well. */
const FILE_BYTES = 16 * 1024 * 1024;
const ALL_BYTES = 128 * 1024 * 1024;

/**
 * Offsets of the first byte that differs, by path, of binary files: of texts, of large files and of files beyond 128 MiB in all it
 * is not said. Reads the layers again in which the files are.
 *
 * @throws {OciError} as `readLayerFiles`
 */
export async function findFirstDifferences(
  differences: readonly FileDifference<PlacedFile>[],
  before: readonly StoredLayer[],
  after: readonly StoredLayer[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const wanted: FileDifference<PlacedFile>[] = [];
  let bytes = 0;
  for (const difference of differences) {
    const sizes = [difference.before?.sizeBytes ?? 0, difference.after?.sizeBytes ?? 0];
    const sizeBytes = Math.max(...sizes);
    if (!difference.aspects.includes('content')) continue;
    if (sizeBytes > FILE_BYTES || bytes + sizeBytes > ALL_BYTES) continue;
    bytes += sizeBytes;
    wanted.push(difference);
  }
  const left = await readContents(placesOf(wanted, 'before'), before, signal);
  const right = await readContents(placesOf(wanted, 'after'), after, signal);
  const found = new Map<string, number>();
  for (const [path, content] of left) {
    const other = right.get(path);
    if (other === undefined || (isText(content) && isText(other))) continue;
    const at = firstDifference(content, other);
    if (at !== null) found.set(path, at);
  }
  return found;
}

/** Paths by the number of their layer. */
type Places = ReadonlyMap<number, ReadonlySet<string>>;

function placesOf(differences: readonly FileDifference<PlacedFile>[], side: 'before' | 'after'): Places {
  const byLayer = Map.groupBy(differences, (difference) => difference[side]?.layer ?? -1);
  return new Map([...byLayer].map(([layer, those]) => [layer, new Set(those.map(({ path }) => path))]));
}

/** Of a path that comes twice in a layer the last content stands. */
async function readContents(
  places: Places,
  layers: readonly StoredLayer[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  for (const [number, paths] of places) {
    const layer = layers[number];
    if (layer === undefined) continue;
    const handler = {
      entry: ({ path, type, sizeBytes }: TarEntry) =>
        type === 'file' && sizeBytes <= FILE_BYTES && paths.has(path),
      content: ({ path }: TarEntry, content: Buffer) => void contents.set(path, Buffer.from(content)),
      refused: () => undefined,
    };
    const { open, diffId, digest } = layer;
    await readLayerArchive(open, handler, { diffId, digest, signal });
  }
  return contents;
}

function isText(content: Buffer): boolean {
  return isUtf8(content) && !content.includes(0);
}

/** Of contents of which one begins with the other: the length of that. Null where they are the same. */
export function firstDifference(left: Buffer, right: Buffer): number | null {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) if (left[at] !== right[at]) return at;
  return left.length === right.length ? null : length;
}
