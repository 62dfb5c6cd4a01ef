/**
 * Stacks of layers in memory for tests of the inventory. The overlay here is the plainest possible (whole paths, no
 * links between layers), so that these tests say what the inventory does; the real one has its own.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Cataloger } from '../../src/inventory/cataloger.ts';
import { CATALOGERS } from '../../src/inventory/catalogers/register.ts';
import { type Inventory, takeInventory } from '../../src/inventory/inventory.ts';
import { createLayerScan } from '../../src/inventory/layer-scan.ts';
import type { VisibleFile } from '../../src/inventory/timeline.ts';
import { type Digest, parseDigest } from '../../src/model/digest.ts';
import type { TreeEntry } from '../../src/oci/layer-tree.ts';
import { createTarReader } from '../../src/oci/tar/tar-reader.ts';

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

export function treeEntry(path: string, sizeBytes = 0, type: TreeEntry['type'] = 'file'): TreeEntry {
  return { path, type, sizeBytes, mode: 0o644, uid: 0, gid: 0, linkTarget: null };
}

/** What the catalogers make of one layer. */
export function scanFiles(files: LayerFiles, catalogers: readonly Cataloger[] = CATALOGERS) {
  const scan = createLayerScan(catalogers);
  for (const [path, value] of Object.entries(files)) {
    if (value === null || (typeof value === 'object' && 'link' in value)) continue;
    const content = typeof value === 'string' ? Buffer.from(value) : value;
    const entry = treeEntry(path, content.length);
    if (scan.visitor.want(entry) !== null) scan.visitor.file(entry, content);
  }
  const { records, coverage } = scan.finish();
  // as from the cache or another thread
  return { records: JSON.parse(JSON.stringify(records)) as typeof records, coverage };
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
  const { catalogers = CATALOGERS } = options;
  const visible = new Map<string, VisibleFile>();
  const links = new Map<string, string>();
  const layers = stack.map((files, index) => ({
    diffId: options.root === true ? null : stackDiffId(index),
    step: options.root === true ? null : index * 2,
    records: scanFiles(files, catalogers).records,
  }));
  const steps = stack.map((files, layer) => {
    for (const [path, value] of Object.entries(files)) {
      if (value !== null && typeof value === 'object' && 'link' in value) links.set(path, value.link);
      if (value !== null) continue;
      for (const known of visible.keys()) {
        if (known === path || known.startsWith(`${path}/`)) visible.delete(known);
      }
    }
    for (const [path, value] of Object.entries(files)) if (value !== null) visible.delete(path);
    for (const { path } of layers[layer]?.records ?? []) visible.set(path, { layer, path });
    return { visible: new Map(visible) };
  });
  return takeInventory({
    layers,
    steps,
    catalogers,
    resolve: (path) => follow(path, links),
    allLayers: options.allLayers === true,
  });
}

/** Follows links at any place of a path, relative to the root or to their directory, `..` only at the beginning. */
function follow(path: string, links: ReadonlyMap<string, string>): string {
  for (const [from, target] of links) {
    if (path !== from && !path.startsWith(`${from}/`)) continue;
    const directory = target.startsWith('/') ? '' : from.slice(0, from.lastIndexOf('/') + 1);
    return join('/', directory, target, path.slice(from.length)).slice(1);
  }
  return path;
}
