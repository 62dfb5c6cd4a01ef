import { type Package, SYSTEM_TYPES } from '../model/package.ts';

/**
 * Finds the packages whose evidence another package owns, such as a Node module that Debian packaged, or a Python
 * distribution that conda did. What a system's package manager owns is its own before it is conda's.
 *
 * @param resolve follows the symbolic links of the final file system
 * @returns owner's id by the id of the owned
 */
export function findOwners(
  packages: readonly Package[],
  resolve: (path: string) => string,
): ReadonlyMap<string, string> {
  const ownable = packages.filter(({ type }) => !SYSTEM_TYPES.has(type));
  const system = packages.filter(({ type }) => SYSTEM_TYPES.has(type));
  const conda = packages.filter(({ type }) => type === 'conda');
  const mainPaths = ownable.flatMap(({ evidence: [main] }) => main?.path ?? []);
  const ownerOf = findFileOwners(mainPaths, [...system, ...conda], resolve);
  return new Map(
    ownable.flatMap(({ id, evidence: [main] }) => {
      const owner = ownerOf.get(main?.path ?? '');
      return owner === undefined || owner.id === id ? [] : [[id, owner.id]];
    }),
  );
}

/**
 * Which of the packages, the first one that says so, owns each of some files. Databases name files as they were packed:
 * where `/lib` is a link to `/usr/lib`, or any directory on the way is one, the owned path is resolved before it is
 * compared. Only paths that end like one that is asked for are, for a distribution owns a hundred thousand files.
 *
 * @param paths of the final file system
 */
export function findFileOwners<P extends Pick<Package, 'files'>>(
  paths: readonly string[],
  packages: readonly P[],
  resolve: (path: string) => string,
): ReadonlyMap<string, P> {
  const wanted = new Set(paths);
  const baseNames = new Set(paths.map(baseName));
  const owners = new Map<string, P>();
  for (const pkg of wanted.size === 0 ? [] : packages) {
    for (const file of pkg.files) {
      if (!baseNames.has(baseName(file))) continue;
      const path = [file, resolve(file), mergedUsr(file)].find((place) => wanted.has(place));
      if (path !== undefined && !owners.has(path)) owners.set(path, pkg);
    }
  }
  return owners;
}

/** Where a file of `/bin` or `/lib` is when the directories were merged, in layers that lack the links that say so. */
function mergedUsr(path: string): string {
  return /^(?:s?bin|lib(?:32|64|x32)?)\//.test(path) ? `usr/${path}` : path;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
