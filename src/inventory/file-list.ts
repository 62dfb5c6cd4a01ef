/**
 * The files that a package owns, as records keep them: one string with a path a line. A hundred thousand short strings
 * would cost ten times the memory.
 */

/** Joins paths, absolute or not; directories that hold other paths of the list are left out. */
export function formatFileList(paths: readonly string[]): string {
  const clean = paths
    .map((path) => path.replace(/^\.?\/+/, ''))
    .filter((path) => path !== '' && path !== '.');
  const parents = new Set<string>();
  for (const path of clean) {
    const slash = path.lastIndexOf('/');
    if (slash > 0) parents.add(path.slice(0, slash));
  }
  return clean.filter((path) => !parents.has(path)).join('\n');
}

/** The paths of a list, sorted, none twice. */
export function parseFileList(list: string): readonly string[] {
  return list === '' ? [] : [...new Set(list.split('\n'))].sort();
}
