/** Stacks of layers in memory for tests of the inventory: files in, as a layer's archive would hold them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Cataloger } from '../../src/inventory/cataloger.ts';
import { CATALOGERS } from '../../src/inventory/catalogers/register.ts';
import { type Inventory, takeInventory } from '../../src/inventory/inventory.ts';
import { createLayerScan, type LayerRecords } from '../../src/inventory/layer-scan.ts';
import type { Coverage } from '../../src/model/coverage.ts';
import { type Digest, parseDigest } from '../../src/model/digest.ts';
import { createCoverageList } from '../../src/oci/coverage-list.ts';
import { HEAD_BYTES, type LayerTree, type TreeEntry } from '../../src/oci/layer-tree.ts';
import { overlayLayers } from '../../src/oci/overlay.ts';
import { createTarReader } from '../../src/oci/tar/tar-reader.ts';
import { createTreeRecorder } from '../../src/oci/tree-recorder.ts';

/** Files of one layer: content, a symbolic link, or null for a path that the layer removes. */
export type LayerFiles = Readonly<Record<string, string | Uint8Array | { readonly link: string } | null>>;

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'inventory');

export function fixture(path: string): Buffer {
  return readFileSync(join(FIXTURES, path));
}

/** The regular files and links of a `.tar.gz` fixture. */
export function fixtureTree(path: string): LayerFiles {
  const files: Record<string, string | Uint8Array | { link: string }> = Object.create(null);
  const reader = createTarReader(
    {
      entry(entry) {
        if (entry.type === 'symlink') files[entry.path] = { link: entry.linkTarget ?? '' };
        return entry.type === 'file';
      },
      content: (entry, content) => {
        files[entry.path] = Buffer.from(content);
      },
      refused: (name) => {
        throw new Error(`${path} holds ${name}`);
      },
    },
    { subject: path, entriesMax: 10_000 },
  );
  reader.push(gunzipSync(fixture(path)));
  reader.end();
  return files;
}

export function treeEntry(
  path: string,
  sizeBytes = 0,
  type: TreeEntry['type'] = 'file',
  mode = 0o644,
): TreeEntry {
  return { path, type, sizeBytes, mode, uid: 0, gid: 0, linkTarget: null };
}

/** What the catalogers make of one layer, and what the layer does to the tree below. */
export function scanFiles(
  files: LayerFiles,
  catalogers: readonly Cataloger[] = CATALOGERS,
): { readonly records: LayerRecords; readonly coverage: readonly Coverage[]; readonly tree: LayerTree } {
  const scan = createLayerScan(catalogers);
  const recorder = createTreeRecorder(createCoverageList('layer'), 'layer', 1000);
  for (const [path, value] of Object.entries(files)) {
    if (value === null) recorder.whiteout(path);
    else if (typeof value === 'object' && 'link' in value) recorder.symlink(path, value.link);
    else {
      const content = typeof value === 'string' ? Buffer.from(value) : value;
      const entry = treeEntry(path, content.length);
      const { visitor } = scan;
      const asked = visitor.want(entry);
      const wanted =
        asked === 'sniff' ? (visitor.sniff?.(entry, content.subarray(0, HEAD_BYTES)) ?? null) : asked;
      const bytes = typeof wanted === 'object' ? wanted?.beginning : content.length;
      recorder.other(path);
      const noted = visitor.note?.(entry) === true;
      if ((wanted !== null && visitor.file(entry, content.subarray(0, bytes))) || noted) recorder.kept(path);
    }
  }
  // as from the cache or another thread
  return JSON.parse(JSON.stringify({ ...scan.finish(), tree: recorder.finish() })) as ReturnType<
    typeof scanFiles
  >;
}

/** `sha256:000…`, `sha256:111…`: the diff ID of the layer in these stacks. */
export function stackDiffId(layer: number): Digest {
  return parseDigest(`sha256:${layer.toString(16).padStart(2, '0').repeat(32)}`);
}

export interface StackOptions {
  readonly allLayers?: boolean;
  readonly catalogers?: readonly Cataloger[];
  /** One pseudo-layer without digest, as a directory is read. */
  readonly root?: boolean;
}

export function inventoryOf(stack: readonly LayerFiles[], options: StackOptions = {}): Inventory {
  const { catalogers = CATALOGERS, root = false } = options;
  const layers = stack.map((files, index) => ({
    ...scanFiles(files, catalogers),
    diffId: root ? null : stackDiffId(index),
    step: root ? null : index * 2,
  }));
  return takeInventory({
    layers,
    steps: overlayLayers(
      layers.map(({ tree, records }) => ({ tree, paths: records.map(({ path }) => path) })),
    ),
    catalogers,
    allLayers: options.allLayers === true,
  });
}
