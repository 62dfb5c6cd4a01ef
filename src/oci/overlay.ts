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
import type { LayerTree } from './layer-tree.ts';
import { decodeHashes, hashPath } from './path-hash.ts';
import {
  emptyDirectory,
  filesOf,
  nodeAt,
  resolvePath,
  withNode,
  withoutNode,
  type DirectoryNode,
  type TreeNode,
} from './path-tree.ts';
import { parentPath } from './tree-recorder.ts';

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
  /** The captured files by their paths, links followed. Computed when it is asked for. */
  readonly visible: ReadonlyMap<string, FileOrigin>;
  /** False when the layer changed neither visible files nor links. */
  readonly changed: boolean;
  /** What of this layer could not be placed. */
  readonly coverage: readonly Coverage[];
  /** Follows all links of a path. Null when they go in a circle or too deep. */
  resolveLink(path: string): string | null;
}

/** The file systems after each of the layers, which come from the lowest up. */
export function overlayLayers(layers: readonly OverlayLayer[]): OverlayStep[] {
  const known = createKnownPaths();
  const visibleIn = rememberLast((root: Root) => filesOf(root));
  let root: Root = emptyDirectory(-1);
  return layers.map((layer, index) => {
    const before = root;
    const coverage: Coverage[] = [];
    root = addContent(removeReplaced(before, layer, index, known), layer, index, known, coverage);
    const after = root;
    return {
      get visible() {
        return visibleIn(after);
      },
      changed: after !== before,
      coverage,
      resolveLink: (path) => resolvePath(after, path, 'follow')?.join('/') ?? null,
    };
  });
}

type Root = DirectoryNode<FileOrigin>;

/** Removes what the layer's removals hide and what its entries replace. */
function removeReplaced(lower: Root, layer: OverlayLayer, version: number, known: KnownPaths): Root {
  const { tree } = layer;
  let root = lower;
  const remove = (components: readonly string[] | null) => {
    if (components !== null) root = withoutNode(root, components, version);
  };
  for (const path of known.among(tree.directories)) {
    const components = path.split('/');
    if (nodeAt(root, components)?.kind !== 'directory') remove(components);
  }
  for (const path of known.among(tree.shadows)) remove(path.split('/'));
  for (const directory of tree.opaques) {
    const components = resolvePath(root, directory, 'follow');
    const node = components === null ? undefined : nodeAt(root, components);
    if (node?.kind !== 'directory') continue;
    for (const name of node.children.keys()) remove([...(components ?? []), name]);
  }
  for (const path of tree.whiteouts) remove(resolvePath(root, path, 'keep'));
  for (const path of tree.voided) remove(resolvePath(root, path, 'keep'));
  return root;
}

/** Adds the layer's own links and captured files. */
function addContent(
  lower: Root,
  layer: OverlayLayer,
  version: number,
  known: KnownPaths,
  coverage: Coverage[],
): Root {
  const { tree } = layer;
  let root = lower;
  const put = (path: string, node: TreeNode<FileOrigin>) => {
    const components = resolvePath(root, path, 'keep');
    if (components === null) {
      coverage.push(
        unresolved('LINK_UNRESOLVED', path, 'The links above this file go in a circle or too deep.'),
      );
      return;
    }
    root = withNode(root, components, node, version);
    known.add(components.join('/'));
  };
  for (const [path, target] of tree.symlinks) put(path, { kind: 'link', target });
  const voided = new Set(tree.voided);
  for (const path of layer.paths) {
    if (!voided.has(path)) put(path, { kind: 'file', file: { layer: version, path } });
  }
  for (const [path, target] of tree.hardlinks) {
    const components = resolvePath(root, target, 'keep');
    const node = components === null ? undefined : nodeAt(root, components);
    if (node?.kind === 'file') {
      put(path, node);
    } else {
      root = withoutNode(root, resolvePath(root, path, 'keep') ?? [], version);
      const message = `This hard link leads to ${target}, whose content was not read in this layer or a lower one.`;
      coverage.push(unresolved('HARD_LINK_UNRESOLVED', path, message));
    }
  }
  return root;
}

function unresolved(code: Coverage['code'], subject: string, message: string): Coverage {
  return { code, subject, message };
}

/** Every place that ever had a node in one of the trees, to find those whose hashes a layer names. */
interface KnownPaths {
  add(path: string): void;
  among(hashes: string): string[];
}

function createKnownPaths(): KnownPaths {
  const paths = new Set<string>();
  const byHash = new Map<number, string>();
  return {
    add(path) {
      for (let place = path; place !== '' && !paths.has(place); place = parentPath(place)) {
        paths.add(place);
        byHash.set(hashPath(place), place);
      }
    },
    among(hashes) {
      if (paths.size === 0) return [];
      const found: string[] = [];
      for (const hash of decodeHashes(hashes)) {
        const path = byHash.get(hash);
        if (path !== undefined) found.push(path);
      }
      return found;
    },
  };
}

/** Keeps one answer: steps that share a tree share it, and a hundred steps do not hold a hundred. */
function rememberLast<Key, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  let last: { key: Key; value: Value } | null = null;
  return (key) => {
    if (last?.key !== key) last = { key, value: compute(key) };
    return last.value;
  };
}
