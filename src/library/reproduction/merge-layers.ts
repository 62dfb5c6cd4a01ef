/** What several layers come to together. OCI image specification, layer.md, "Applying Changesets". */
import { REMOVAL, type LayerFile, type LayerFiles } from './layer-files.ts';

export interface PlacedFile extends LayerFile {
  /** Number of the layer that has it, from 0. */
  readonly layer: number;
}

/**
 * The files of a file system, or, for layers that stand on others, what they do to those: entries that remove something stay, and
 * have to be left out where there is nothing below.
 */
export function mergeLayers(layers: readonly LayerFiles[]): ReadonlyMap<string, PlacedFile> {
  const merged = new Map<string, PlacedFile>();
  for (const [layer, { files }] of layers.entries()) {
    if (merged.size > 0) {
      const hidden = hiddenBy(files);
      for (const path of merged.keys()) if (isHidden(path, hidden)) merged.delete(path);
    }
    for (const [path, file] of files) {
      merged.set(path, { ...file, layer });
      // what comes again is not removed any more
      merged.delete(removalOf(path));
    }
  }
  return merged;
}

/** The files that a container sees. */
export function fileSystemOf(layers: readonly LayerFiles[]): ReadonlyMap<string, PlacedFile> {
  return new Map([...mergeLayers(layers)].filter(([, { type }]) => type !== 'removal'));
}

interface Hidden {
  readonly paths: ReadonlySet<string>;
  /** Directories of which everything below is hidden. */
  readonly below: ReadonlySet<string>;
}

function hiddenBy(files: LayerFiles['files']): Hidden {
  const paths = new Set<string>();
  const below = new Set<string>();
  for (const [path, { type }] of files) {
    const slash = path.lastIndexOf('/') + 1;
    const name = path.slice(slash + REMOVAL.length);
    if (type !== 'removal') {
      if (type !== 'directory') below.add(path);
    } else if (name === `${REMOVAL}.opq`) below.add(path.slice(0, Math.max(slash - 1, 0)));
    else paths.add(path.slice(0, slash) + name);
  }
  return { paths, below };
}

/** By its own name, or by that of a directory above; the root is above everything but itself. */
function isHidden(path: string, { paths, below }: Hidden): boolean {
  if (path === '.' || paths.has(path)) return paths.has(path);
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    const above = path.slice(0, end);
    if (paths.has(above) || below.has(above)) return true;
  }
  return below.has('');
}

function removalOf(path: string): string {
  const slash = path.lastIndexOf('/') + 1;
  return `${path.slice(0, slash)}${REMOVAL}${path.slice(slash)}`;
}
