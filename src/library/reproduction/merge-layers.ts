/** What several layers do together, as one layer would. */
import { REMOVAL, type LayerFile, type LayerFiles } from './layer-files.ts';

export interface MergedFiles {
  readonly files: ReadonlyMap<string, LayerFile>;
  /**
   * Removals of what these layers themselves had made. One layer in their place needs no such entry, unless the layers below have the
   * file too: an entry that only one side has says nothing here.
   */
  readonly inner: ReadonlySet<string>;
}

export function mergeLayers(layers: readonly LayerFiles[]): MergedFiles {
  let merged = new Map<string, LayerFile>();
  const inner = new Set<string>();
  for (const { files } of layers) {
    if (merged.size === 0) {
      merged = new Map(files);
      continue;
    }
    const hidden = hiddenBy(files);
    for (const path of merged.keys()) {
      const by = hider(path, hidden);
      if (by === null) continue;
      merged.delete(path);
      inner.add(by);
    }
    for (const [path, file] of files) {
      merged.set(path, file);
      // a file that comes again is not removed any more
      merged.delete(removalOf(path));
    }
  }
  return { files: merged, inner };
}

interface Hidden {
  /** The entry that removes it, by path. */
  readonly paths: ReadonlyMap<string, string>;
  /** The entry that removes everything below, by directory. */
  readonly below: ReadonlyMap<string, string>;
}

function hiddenBy(files: LayerFiles['files']): Hidden {
  const paths = new Map<string, string>();
  const below = new Map<string, string>();
  for (const [path, { type }] of files) {
    const slash = path.lastIndexOf('/') + 1;
    const name = path.slice(slash + REMOVAL.length);
    if (type !== 'removal') {
      if (type !== 'directory') below.set(path, path);
    } else if (name === `${REMOVAL}.opq`) below.set(path.slice(0, Math.max(slash - 1, 0)), path);
    else paths.set(path.slice(0, slash) + name, path);
  }
  return { paths, below };
}

/** By its own name, or by that of a directory above. */
function hider(path: string, { paths, below }: Hidden): string | null {
  const own = paths.get(path);
  if (own !== undefined) return own;
  for (let end = path.lastIndexOf('/'); ; end = path.lastIndexOf('/', end - 1)) {
    const above = path.slice(0, Math.max(end, 0));
    const found = paths.get(above) ?? below.get(above);
    if (found !== undefined) return found;
    if (end <= 0) return null;
  }
}

function removalOf(path: string): string {
  const slash = path.lastIndexOf('/') + 1;
  return `${path.slice(0, slash)}${REMOVAL}${path.slice(slash)}`;
}
