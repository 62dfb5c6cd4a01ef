/*
 * The part of a file system that matters for evidence: captured files, symbolic links and the directories above them.
 * Trees are persistent. A change copies only the directories on its way that an earlier version made, so a hundred
 * layers over fifty thousand files cost what they change, and the tree after each layer stays as it was.
 */

export interface DirectoryNode<File> {
  readonly kind: 'directory';
  /** Which version made this node; only that one may change it in place. */
  readonly version: number;
  readonly children: Map<string, TreeNode<File>>;
}

export type TreeNode<File> =
  | DirectoryNode<File>
  | { readonly kind: 'file'; readonly file: File }
  /** Target as written. */
  | { readonly kind: 'link'; readonly target: string };

/** As the kernel's ELOOP: so many links are followed for one path. */
const LINKS_MAX = 40;
/** So many components are gone through for one path, link targets included. Linux paths have at most 2048. */
const COMPONENTS_MAX = 2048;

export function emptyDirectory<File>(version: number): DirectoryNode<File> {
  return { kind: 'directory', version, children: new Map() };
}

/**
 * The components of a path after its links were followed, as a process inside the root would: an absolute target
 * begins at the root, and `..` at the root stays there. Places that the tree does not know count as directories. Null
 * when the links go in a circle or too deep.
 *
 * @param last whether a link at the end of the path is followed as well, or is itself what is meant.
 */
export function resolvePath<File>(
  root: DirectoryNode<File>,
  path: string,
  last: 'follow' | 'keep',
): string[] | null {
  const pending = path.split('/').reverse();
  const resolved: string[] = [];
  const nodes: (TreeNode<File> | undefined)[] = [root];
  let links = 0;
  for (let steps = 0; steps < COMPONENTS_MAX; steps++) {
    const name = pending.pop();
    if (name === undefined) return resolved;
    if (name === '' || name === '.') continue;
    if (name === '..') {
      if (resolved.pop() !== undefined) nodes.pop();
      continue;
    }
    const here = nodes.at(-1);
    const node = here?.kind === 'directory' ? here.children.get(name) : undefined;
    if (node?.kind === 'link' && (last === 'follow' || pending.length > 0)) {
      if (++links > LINKS_MAX) return null;
      if (node.target.startsWith('/')) {
        resolved.length = 0;
        nodes.length = 1;
      }
      pending.push(...node.target.split('/').reverse());
    } else {
      resolved.push(name);
      nodes.push(node);
    }
  }
  return null;
}

/** The node at exactly this place; links are not followed. */
export function nodeAt<File>(
  root: DirectoryNode<File>,
  components: readonly string[],
): TreeNode<File> | undefined {
  let node: TreeNode<File> | undefined = root;
  for (const name of components) node = node?.kind === 'directory' ? node.children.get(name) : undefined;
  return node;
}

/** Puts a node at a place, instead of whatever is there. What stands in the way above becomes a directory. */
export function withNode<File>(
  directory: DirectoryNode<File>,
  components: readonly string[],
  node: TreeNode<File>,
  version: number,
): DirectoryNode<File> {
  const [name, ...rest] = components;
  if (name === undefined) return directory;
  const own = ownedBy(directory, version);
  const child = own.children.get(name);
  const below = child?.kind === 'directory' ? child : emptyDirectory<File>(version);
  own.children.set(name, rest.length === 0 ? node : withNode(below, rest, node, version));
  return own;
}

/** Removes a node and everything below it. Answers the same directory when nothing is there. */
export function withoutNode<File>(
  directory: DirectoryNode<File>,
  components: readonly string[],
  version: number,
): DirectoryNode<File> {
  if (components.length === 0 || nodeAt(directory, components) === undefined) return directory;
  const above = components.slice(0, -1);
  const parent = nodeAt(directory, above);
  if (parent?.kind !== 'directory') return directory;
  const own = ownedBy(parent, version);
  own.children.delete(components.at(-1) ?? '');
  return above.length === 0 ? own : withNode(directory, above, own, version);
}

function ownedBy<File>(directory: DirectoryNode<File>, version: number): DirectoryNode<File> {
  if (directory.version === version) return directory;
  return { kind: 'directory', version, children: new Map(directory.children) };
}

/** All files by their paths. */
export function filesOf<File>(root: DirectoryNode<File>): Map<string, File> {
  const files = new Map<string, File>();
  const pending: (readonly [prefix: string, directory: DirectoryNode<File>])[] = [['', root]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [prefix, directory] = next;
    for (const [name, node] of directory.children) {
      if (node.kind === 'file') files.set(prefix + name, node.file);
      else if (node.kind === 'directory') pending.push([`${prefix}${name}/`, node]);
    }
  }
  return files;
}
