/**
 * What the entries of a layer say about files beside their content: setuid and setgid programs, shells, and files of
 * root that anybody may write. They are followed through the layers as records are.
 */
import type { FileFactKind } from '../model/file-fact.ts';
import type { TreeEntry } from '../oci/layer-tree.ts';

/** Of the record of a file's facts, in place of a cataloger's name. */
export const FILE_FACTS = 'file-facts';

export type FileFactsRecord = {
  readonly kinds: readonly FileFactKind[];
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
};

const SETUID = 0o4000;
const SETGID = 0o2000;
const OTHERS_WRITE = 0o002;
const ANY_EXECUTE = 0o111;

const SHELLS: ReadonlySet<string> = new Set([
  'ash',
  'bash',
  'busybox',
  'csh',
  'dash',
  'elvish',
  'fish',
  'ksh',
  'ksh93',
  'mksh',
  'nu',
  'oksh',
  'pwsh',
  'rbash',
  'sh',
  'tcsh',
  'toybox',
  'yash',
  'zsh',
]);

/** Directories of programs, of shells with their own installation, and the root, where some images put busybox. */
const PROGRAM_DIRECTORY = /(?:^|\/)(?:s?bin|opt\/microsoft\/powershell\/\d+|busybox)\/[^/]+$|^[^/]+$/;

/** Null for a file of which there is nothing to say, as for almost all. */
export function fileFacts({ path, type, mode, uid, gid }: TreeEntry): FileFactsRecord | null {
  if (type !== 'file' && type !== 'hardlink') return null;
  const kinds: FileFactKind[] = [];
  if ((mode & SETUID) !== 0) kinds.push('setuid');
  // without the right to execute, setgid once asked for mandatory locking: inode(7)
  if ((mode & SETGID) !== 0 && (mode & ANY_EXECUTE) !== 0) kinds.push('setgid');
  if (isShell(path, mode)) kinds.push('shell');
  if ((mode & OTHERS_WRITE) !== 0 && uid === 0) kinds.push('world-writable');
  return kinds.length === 0 ? null : { kinds, mode, uid, gid };
}

function isShell(path: string, mode: number): boolean {
  if ((mode & ANY_EXECUTE) === 0) return false;
  return SHELLS.has(path.slice(path.lastIndexOf('/') + 1)) && PROGRAM_DIRECTORY.test(path);
}
