/**
 * The files that a package owns, as records keep them: one string with a path a line. A hundred thousand short strings
 * would cost ten times the memory. The order is made once, when a layer is read: lists are taken apart far more often.
 */

/** Joins paths, absolute or not, sorted and none twice; directories that hold other paths of the list are left out. */
export function formatFileList(paths: readonly string[]): string {
  const clean = new Set(paths.map((path) => path.replace(/^\.?\/+/, '')));
  clean.delete('');
  clean.delete('.');
  const parents = new Set<string>();
  for (const path of clean) {
    const slash = path.lastIndexOf('/');
    if (slash > 0) parents.add(path.slice(0, slash));
  }
  return [...clean]
    .filter((path) => !parents.has(path))
    .sort()
    .join('\n');
}

/** The paths of a list, as `formatFileList` sorted them. */
export function parseFileList(list: string): readonly string[] {
  return list === '' ? [] : list.split('\n');
}
