/** Digests of every file: on demand only, because each file of the image is then hashed and remembered. */
import { createHash } from 'node:crypto';
import { type Digest, parseDigest } from '../model/digest.ts';
import type { FileDigest } from '../model/file-digest.ts';
import { defineCataloger } from './cataloger.ts';
import type { LayerRecords } from './layer-scan.ts';
import type { FileSystemStep } from './timeline.ts';
import { visibleRecords } from './visible-records.ts';

/** Hexadecimal SHA-256, and the size. */
export type FileDigestRecord = readonly [hex: string, sizeBytes: number];

/** Finds no packages: `digestsOfFiles` uses its records. */
export const fileDigestsCataloger = defineCataloger<FileDigestRecord>({
  name: 'file-digests',
  version: 1,
  interests: [{ every: true, maxBytes: 1024 * 1024 * 1024 }],
  unit: (path) => path,
  read: ({ content }) => ({
    record: [createHash('sha256').update(content).digest('hex'), content.length],
    coverage: [],
  }),
  catalog: () => ({ packages: [], coverage: [] }),
});

/** The digests of the visible files, sorted by path; none where they were not asked for. */
export function digestsOfFiles(
  layers: readonly { readonly diffId: Digest | null; readonly records: LayerRecords }[],
  final: FileSystemStep | undefined,
): readonly FileDigest[] {
  const found: FileDigest[] = [];
  for (const [path, { record, origin }] of visibleRecords(layers, final, fileDigestsCataloger.name)) {
    const [hex, sizeBytes] = record as FileDigestRecord;
    const layer = layers[origin.layer]?.diffId ?? null;
    found.push({ path, sizeBytes, digest: parseDigest(`sha256:${hex}`), layer });
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}
