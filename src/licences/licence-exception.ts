import { nameKey } from './name-key.ts';
import { LISTED_EXCEPTIONS, listedException } from './spdx-list.ts';

/** Names of exceptions that are not what the list calls them. */
const OTHER_NAMES: readonly (readonly [id: string, ...names: string[]])[] = [
  ['Bison-exception-2.2', 'Bison'],
  ['Classpath-exception-2.0', 'Classpath', 'GNU Classpath', 'CPE'],
  ['GCC-exception-3.1', 'GCC Runtime Library', 'GCC RLE', 'GCC Runtime Library 3.1'],
  ['LLVM-exception', 'LLVM'],
  ['Linux-syscall-note', 'Linux syscall note', 'syscall'],
  ['OCaml-LGPL-linking-exception', 'OCaml linking', 'OCaml LGPL linking', 'OCaml static linking'],
  ['WxWindows-exception-3.1', 'wxWindows', 'WxWindows Library'],
];

/** Exceptions by what they are called without that word and their version, where only one is called so. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ...[...Map.groupBy(LISTED_EXCEPTIONS, (id) => exceptionKey(id.replace(/exception.*$/, '')))].flatMap(
    ([key, [id, ...others]]) => (id === undefined || others.length > 0 ? [] : [[key, id] as const]),
  ),
  ...OTHER_NAMES.flatMap(([id, ...names]) => names.map((name) => [exceptionKey(name), id] as const)),
]);

function exceptionKey(name: string): string {
  return nameKey(name)
    .split(' ')
    .filter((word) => word !== 'exception' && word !== 'exceptions')
    .join(' ');
}

/**
 * The exception on SPDX's list that is called so: `Libtool exception`, `Classpath-exception-2.0`. Null for what is not on
 * the list, and for a name of several (Autoconf's).
 */
export function namedException(name: string): string | null {
  return listedException(name) ?? NAMES.get(exceptionKey(name)) ?? null;
}
