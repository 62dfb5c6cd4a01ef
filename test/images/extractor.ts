/*
 * An extractor in memory: unpacks layers one over the other, entry by entry, in the plainest way. It is the oracle for
 * `overlayLayers`, and shares nothing with it. Entries are written as in src/oci/overlay.test.ts.
 *
 * Extractors differ, or refuse, where a layer contradicts itself: it replaces what it has just written, or follows
 * links that it goes on to replace. Such entries are left out; `unpack` answers those that it took.
 */

type Node =
  | { readonly kind: 'directory'; readonly layer: number; readonly children: Map<string, Node> }
  | { readonly kind: 'file'; readonly layer: number; readonly written: string | null }
  | { readonly kind: 'link'; readonly layer: number; readonly target: string };
type Directory = Extract<Node, { kind: 'directory' }>;

export interface Extractor {
  unpack(entries: readonly string[], layer: number): string[];
  /** The wanted files, as `layer path`, with `<written` behind where they were written under another name. */
  files(): string[];
  /** Where a path leads; null when its links go in a circle. */
  follow(path: string): string | null;
}

const written = (text: string) => text.replace(/^[-!]/, '').replace(/(?:[/*]|>.*)$/, '');

/** One entry for each name, sorted, so that directories come before what they hold. */
export function inOrder(entries: readonly string[]): string[] {
  const byName = new Map(entries.map((text) => [written(text), text]));
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
}

export function createExtractor(): Extractor {
  const root: Directory = { kind: 'directory', layer: -1, children: new Map() };
  /** Links that entries of the present layer went through. */
  let followed = new Set<Node>();

  function at(parts: readonly string[]): Node | undefined {
    let node: Node | undefined = root;
    for (const part of parts) node = node?.kind === 'directory' ? node.children.get(part) : undefined;
    return node;
  }

  function resolve(path: string, last: boolean, through: Set<Node> = new Set()): string[] | null {
    let rest = path.split('/');
    let done: string[] = [];
    for (let links = 0; rest.length > 0;) {
      const [part = '', ...more] = rest;
      rest = more;
      if (part === '' || part === '.') continue;
      if (part === '..') {
        done = done.slice(0, -1);
        continue;
      }
      const node = at([...done, part]);
      if (node?.kind === 'link' && (last || more.length > 0)) {
        if (links++ === 40) return null;
        through.add(node);
        if (node.target.startsWith('/')) done = [];
        rest = [...node.target.split('/'), ...more];
      } else {
        done = [...done, part];
      }
    }
    return done;
  }

  function holds(node: Node | undefined, is: (node: Node) => boolean): boolean {
    if (node === undefined) return false;
    return (
      is(node) || (node.kind === 'directory' && [...node.children.values()].some((child) => holds(child, is)))
    );
  }

  /** Removes what lower layers wrote, and directories that are then empty. */
  function removeLower(directory: Directory, name: string, layer: number): void {
    const node = directory.children.get(name);
    if (node?.kind === 'directory') {
      for (const child of node.children.keys()) removeLower(node, child, layer);
      if (node.children.size === 0 && node.layer !== layer) directory.children.delete(name);
    } else if (node?.layer !== layer) {
      directory.children.delete(name);
    }
  }

  function put(parts: readonly string[], node: Node): void {
    let directory = root;
    for (const part of parts.slice(0, -1)) {
      let next = directory.children.get(part);
      if (next?.kind !== 'directory') {
        next = { kind: 'directory', layer: node.layer, children: new Map() };
        directory.children.set(part, next);
      }
      directory = next;
    }
    directory.children.set(parts.at(-1) ?? '', node);
  }

  function removal(text: string, layer: number): boolean {
    const opaque = text.endsWith('*');
    const through = new Set<Node>();
    const parts = resolve(written(text), opaque, through);
    const above = parts === null ? undefined : at(opaque ? parts : parts.slice(0, -1));
    if (parts === null || above?.kind !== 'directory') return false;
    const names = opaque ? [...above.children.keys()] : [parts.at(-1) ?? ''];
    const ownLink = [...through].some((node) => node.layer === layer);
    if (ownLink || names.some((name) => holds(above.children.get(name), (node) => followed.has(node))))
      return false;
    for (const name of names) removeLower(above, name, layer);
    for (const node of through) followed.add(node);
    return true;
  }

  function addition(text: string, layer: number): boolean {
    const path = written(text);
    const through = new Set<Node>();
    const parts = resolve(path, false, through);
    if (parts === null || parts.length === 0) return false;
    for (let length = 1; length < parts.length; length++) {
      if ((at(parts.slice(0, length))?.kind ?? 'directory') !== 'directory') return false;
    }
    const isDirectory = text.endsWith('/');
    const target = text.split('>')[1];
    const isListed = isDirectory || text.startsWith('-');
    // Of these a layer's tree keeps only hashes of the paths as written.
    if (isListed && parts.join('/') !== path) return false;
    const there = at(parts);
    const own = (node: Node) => node.layer === layer || followed.has(node) || through.has(node);
    if (!(isDirectory && there?.kind === 'directory')) {
      if (holds(there, own)) return false;
      if (isDirectory) put(parts, { kind: 'directory', layer, children: new Map() });
      else if (target !== undefined) put(parts, { kind: 'link', layer, target });
      else put(parts, { kind: 'file', layer, written: isListed ? null : path });
    }
    for (const node of through) followed.add(node);
    return true;
  }

  function list(directory: Directory, prefix: string): string[] {
    return [...directory.children].flatMap(([name, node]) => {
      const path = prefix + name;
      if (node.kind === 'directory') return list(node, `${path}/`);
      if (node.kind === 'link' || node.written === null) return [];
      return [`${node.layer} ${path}${node.written === path ? '' : `<${node.written}`}`];
    });
  }

  return {
    unpack(entries, layer) {
      followed = new Set();
      return entries.filter((text) => (/^!|\*$/.test(text) ? removal(text, layer) : addition(text, layer)));
    },
    files: () => list(root, '').sort(),
    follow: (path) => resolve(path, true)?.join('/') ?? null,
  };
}
