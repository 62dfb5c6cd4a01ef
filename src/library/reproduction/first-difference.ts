/** Where two contents begin to differ. */
import { isUtf8 } from 'node:buffer';
import { readLayerArchive } from '../../oci/layer-reader.ts';
import type { TarEntry } from '../../oci/tar/tar-reader.ts';
import type { FileDifference } from './compare-files.ts';
import type { StoredLayer } from './layer-files.ts';

/** Larger files are not held in memory for this; what is held together is bounded as well. */
const FILE_BYTES = 16 * 1024 * 1024;
const ALL_BYTES = 128 * 1024 * 1024;

/**
 * Offsets of the first byte that differs, by path, of binary files: of texts, of large files and of files beyond 128 MiB in all it
 * is not said. Reads the layers again.
 *
 * @throws {OciError} as `readLayerFiles`
 */
export async function findFirstDifferences(
  differences: readonly FileDifference[],
  before: readonly StoredLayer[],
  after: readonly StoredLayer[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const wanted = new Set<string>();
  let bytes = 0;
  for (const { path, aspects, before: left, after: right } of differences) {
    const sizeBytes = Math.max(left?.sizeBytes ?? 0, right?.sizeBytes ?? 0);
    if (!aspects.includes('content') || sizeBytes > FILE_BYTES || bytes + sizeBytes > ALL_BYTES) continue;
    bytes += sizeBytes;
    wanted.add(path);
  }
  const found = new Map<string, number>();
  if (wanted.size === 0) return found;
  const left = await readContents(wanted, before, signal);
  const right = await readContents(wanted, after, signal);
  for (const [path, content] of left) {
    const other = right.get(path);
    if (other === undefined || (isText(content) && isText(other))) continue;
    const at = firstDifference(content, other);
    if (at !== null) found.set(path, at);
  }
  return found;
}

/** The content that stands in the end. */
async function readContents(
  wanted: ReadonlySet<string>,
  layers: readonly StoredLayer[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  const handler = {
    entry: ({ path, type, sizeBytes }: TarEntry) =>
      type === 'file' && sizeBytes <= FILE_BYTES && wanted.has(path),
    content: ({ path }: TarEntry, content: Buffer) => void contents.set(path, Buffer.from(content)),
    refused: () => undefined,
  };
  for (const { open, diffId, digest } of layers) {
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
