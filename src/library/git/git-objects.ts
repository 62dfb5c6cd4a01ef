/** Commits and trees as git stores them. Pro Git, "Git Internals", "Git Objects". */
import { isUtf8 } from 'node:buffer';

export interface GitCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  /** The later of the author's and the committer's time, as bashbrew has it (`pkg/gitfs/fs.go`); seconds since 1970. */
  readonly epoch: number;
}

export type GitEntryKind = 'file' | 'executable' | 'link' | 'directory' | 'submodule';

export interface GitTreeEntry {
  readonly name: string;
  readonly kind: GitEntryKind;
  /** Of a blob, a tree, or the commit of a submodule. */
  readonly id: string;
}

/** An identifier as definitions must write it: whole, in SHA-1 or SHA-256. */
export function isObjectId(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

/** @throws {RangeError} saying what is wrong with it */
export function parseCommit(bytes: Uint8Array): GitCommit {
  const text = Buffer.from(bytes).toString('latin1');
  const end = text.indexOf('\n\n');
  const lines = (end === -1 ? text : text.slice(0, end)).split('\n');
  const idsOf = (key: string) =>
    lines.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));
  const [tree, ...others] = idsOf('tree');
  const parents = idsOf('parent');
  if (tree === undefined || others.length > 0 || ![tree, ...parents].every(isObjectId))
    throw new RangeError('it does not name its tree and parents');
  return { tree, parents, epoch: Math.max(timeOf(lines, 'author'), timeOf(lines, 'committer')) };
}

/** `author Ann Author <ann@example.org> 1700000000 +0100`. */
function timeOf(lines: readonly string[], who: 'author' | 'committer'): number {
  const line = lines.find((each) => each.startsWith(`${who} `)) ?? '';
  const [, seconds] = /> (\d{1,12}) [+-]\d{1,6}$/.exec(line) ?? [];
  if (seconds === undefined) throw new RangeError(`it does not say when its ${who} made it`);
  return Number(seconds);
}

const KINDS: Readonly<Record<string, GitEntryKind>> = {
  '100644': 'file',
  // written by very old versions of git
  '100664': 'file',
  '100755': 'executable',
  '120000': 'link',
  '40000': 'directory',
  '040000': 'directory',
  '160000': 'submodule',
};

/**
 * `<mode> <name>\0<identifier>` for each entry. Names that would lead anywhere else on a disk are refused, and so are those
 * that are not UTF-8: they could not be told in a plan.
 *
 * @param idBytes 20 for SHA-1, 32 for SHA-256
 * @throws {RangeError} saying what is wrong with it
 */
export function parseTree(bytes: Uint8Array, idBytes: number): readonly GitTreeEntry[] {
  const tree = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: GitTreeEntry[] = [];
  const names = new Set<string>();
  for (let at = 0; at < tree.length;) {
    const space = tree.indexOf(0x20, at);
    const nul = tree.indexOf(0, at);
    if (space === -1 || nul === -1 || space > nul || nul + 1 + idBytes > tree.length)
      throw new RangeError('it is cut off');
    const mode = tree.toString('latin1', at, space);
    const kind = Object.hasOwn(KINDS, mode) ? KINDS[mode] : undefined;
    if (kind === undefined) throw new RangeError(`it has an entry of the unknown mode ${mode.slice(0, 10)}`);
    const name = nameOf(tree.subarray(space + 1, nul));
    if (names.has(name)) throw new RangeError(`it has two entries ${JSON.stringify(name)}`);
    names.add(name);
    entries.push({ name, kind, id: tree.toString('hex', nul + 1, nul + 1 + idBytes) });
    at = nul + 1 + idBytes;
  }
  return entries;
}

function nameOf(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new RangeError('it has a name that is not UTF-8');
  const name = bytes.toString('utf8');
  if (name === '' || name === '.' || name === '..' || name.includes('/') || name.toLowerCase() === '.git')
    throw new RangeError(`it has an entry ${JSON.stringify(name)}, which git does not allow`);
  return name;
}
