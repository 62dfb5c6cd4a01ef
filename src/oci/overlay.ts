/*
 * The file system that layers make together, from what each does to the tree below it.
 *
 * The rule is that of an extractor which unpacks one layer over the other inside the root, as umoci and containerd
 * (`archive.Apply` on a mounted snapshot) do:
 *
 * - Links above an entry are followed, through all layers so far, never out of the root.
 * - An entry takes the place of whatever has its name, with everything below it; a symbolic link that has it is
 *   replaced and not followed, also by a directory. Only a directory over a directory leaves what is there.
 * - Whiteouts and opaque directories remove what lower layers hold and never what the same layer holds, wherever they
 *   stand in it. OCI image spec, layer.md, "Whiteouts".
 *
 * Docker and containerd with overlayfs unpack each layer alone and let the kernel merge them. That differs in one case:
 * a file below a name that is a directory in its layer and a link in a lower one. There the link disappears, and with
 * it every path through it; here the file lands where the link leads.
 *
 * Of files that nobody wanted and of directories, a layer's tree keeps hashes of the paths as written. Where they
 * replace something that is only reached through a link of a lower layer, that is not seen.
 */
import type { Coverage } from '../model/coverage.ts';
import { createLoggedMap, replayChanges, type Changes, type LoggedMap } from './change-log.ts';
import type { LayerTree } from './layer-tree.ts';
import { followLinks, parentPath } from './links.ts';
import { decodeHashes, hashPath } from './path-hash.ts';

export interface OverlayLayer {
  readonly tree: LayerTree;
  /** Captured paths, as written in the layer. */
  readonly paths: readonly string[];
}

/** Where the content of a visible file lies. */
export interface FileOrigin {
  /** Index of the layer. */
  readonly layer: number;
  /** As written in that layer. */
  readonly path: string;
}

/** The file system after one layer. */
export interface OverlayStep {
  /** The captured files by their paths, links followed; in no order. Put together when it is asked for. */
  readonly visible: ReadonlyMap<string, FileOrigin>;
  /** What the layer did to them. */
  readonly changes: Changes<FileOrigin>;
  /** False when the layer changed neither visible files nor links. */
  readonly changed: boolean;
  /** What of this layer could not be placed. */
  readonly coverage: readonly Coverage[];
  /** Follows all links of a path. Null when they go in a circle or too deep. */
  resolveLink(path: string): string | null;
}

/** The file systems after each of the layers, which come from the lowest up. */
export function overlayLayers(layers: readonly OverlayLayer[]): OverlayStep[] {
  const system = createFileSystem();
  const applied = layers.map((layer, index) => {
    const coverage: Coverage[] = [];
    removeReplaced(system, layer.tree);
    addContent(system, layer, index, coverage);
    return { coverage, files: system.files.endStep(), links: system.links.endStep() };
  });
  const filesAfter = replayChanges(applied.map(({ files }) => files));
  const linksAfter = replayChanges(applied.map(({ links }) => links));
  // One answer is kept: consecutive steps without a change share it, and a hundred steps do not hold a hundred maps.
  let last: { readonly index: number; readonly files: ReadonlyMap<string, FileOrigin> } | null = null;
  const visibleAfter = (index: number) => {
    let same = index;
    while (same > 0 && applied[same]?.files.size === 0) same--;
    if (last?.index !== same) last = { index: same, files: new Map(filesAfter(same)) };
    return last.files;
  };
  return applied.map(({ coverage, files, links }, index) => ({
    get visible() {
      return visibleAfter(index);
    },
    changes: files,
    changed: files.size > 0 || links.size > 0,
    coverage,
    resolveLink: (path) => followLinks(linksAfter(index), path, 'follow'),
  }));
}

/** Removes what the layer's removals hide and what its entries replace. */
function removeReplaced(system: FileSystem, tree: LayerTree): void {
  for (const path of system.known(tree.directories)) {
    if (!system.isDirectory(path)) system.remove(path);
  }
  for (const path of system.known(tree.shadows)) system.remove(path);
  for (const directory of tree.opaques) system.empty(followLinks(system.links, directory, 'follow'));
  for (const path of tree.whiteouts) system.remove(followLinks(system.links, path, 'keep'));
  for (const path of tree.voided) system.remove(followLinks(system.links, path, 'keep'));
}

/** Adds the layer's own links and captured files. */
function addContent(system: FileSystem, layer: OverlayLayer, index: number, coverage: Coverage[]): void {
  const { tree, paths } = layer;
  const place = (path: string, put: (place: string) => void) => {
    const followed = followLinks(system.links, path, 'keep');
    if (followed !== null) {
      put(followed);
    } else {
      const message = 'The links above this file go in a circle or too deep.';
      coverage.push({ code: 'LINK_UNRESOLVED', subject: path, message });
    }
  };
  for (const [path, target] of tree.symlinks) place(path, (at) => system.putLink(at, target));
  const voided = new Set(tree.voided);
  for (const path of paths) {
    if (!voided.has(path)) place(path, (at) => system.putFile(at, { layer: index, path }));
  }
  for (const [path, target] of tree.hardlinks) {
    const origin = system.files.get(followLinks(system.links, target, 'keep') ?? '');
    if (origin !== undefined) {
      place(path, (at) => system.putFile(at, origin));
    } else {
      place(path, (at) => system.remove(at));
      const message = `This hard link leads to ${target}, whose content was not read in this layer or a lower one.`;
      coverage.push({ code: 'HARD_LINK_UNRESOLVED', subject: path, message });
    }
  }
}

/** Captured files, links, and the directories above them. All paths go through no link. */
interface FileSystem {
  readonly files: LoggedMap<FileOrigin>;
  readonly links: LoggedMap<string>;
  isDirectory(path: string): boolean;
  putFile(path: string, origin: FileOrigin): void;
  putLink(path: string, target: string): void;
  /** Removes what is there, with everything below it. */
  remove(path: string | null): void;
  /** Removes everything below a directory. */
  empty(directory: string | null): void;
  /** Those of the hashed paths that were ever put, or that something was put below. */
  known(hashes: string): string[];
}

function createFileSystem(): FileSystem {
  const files = createLoggedMap<FileOrigin>();
  const links = createLoggedMap<string>();
  const children = new Map<string, Set<string>>();
  const byHash = new Map<number, string>();

  /** Makes the way to a path; a file or link that stands in it becomes a directory. */
  function makeWay(path: string): void {
    for (let place = path; place !== '';) {
      const parent = parentPath(place);
      const siblings = children.get(parent);
      if (siblings?.has(place) === true) return;
      if (siblings !== undefined) {
        siblings.add(place);
      } else {
        children.set(parent, new Set([place]));
        files.delete(parent);
        links.delete(parent);
      }
      byHash.set(hashPath(place), place);
      place = parent;
    }
  }

  function empty(directory: string): void {
    const below = [directory];
    for (let next = below.pop(); next !== undefined; next = below.pop()) {
      const names = children.get(next);
      if (names === undefined) continue;
      children.delete(next);
      for (const name of names) {
        files.delete(name);
        links.delete(name);
        below.push(name);
      }
    }
  }

  function remove(path: string): void {
    empty(path);
    files.delete(path);
    links.delete(path);
    children.get(parentPath(path))?.delete(path);
  }

  return {
    files,
    links,
    isDirectory: (path) => children.has(path),
    putFile(path, origin) {
      remove(path);
      makeWay(path);
      files.set(path, origin);
    },
    putLink(path, target) {
      remove(path);
      makeWay(path);
      links.set(path, target);
    },
    remove(path) {
      if (path !== null && path !== '') remove(path);
    },
    empty(directory) {
      if (directory !== null) empty(directory);
    },
    known(hashes) {
      const found: string[] = [];
      if (byHash.size === 0) return found;
      for (const hash of decodeHashes(hashes)) {
        const path = byHash.get(hash);
        if (path !== undefined) found.push(path);
      }
      return found;
    },
  };
}
