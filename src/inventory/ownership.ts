import { type Package, SYSTEM_TYPES } from '../model/package.ts';

/**
 * Finds the packages whose evidence another package owns, such as a Node module that Debian packaged, or a Python
 * distribution that conda did. What a system's package manager owns is its own before it is conda's. Databases name
 * files as they were packed: where `/lib` is a link to `/usr/lib`, or any directory on the way is one, the owned path is
 * resolved before it is compared. Only paths that end like some evidence are, for a distribution owns a hundred
 * thousand files.
 *
 * @param resolve follows the symbolic links of the final file system
 * @returns owner's id by the id of the owned
 */
export function findOwners(
  packages: readonly Package[],
  resolve: (path: string) => string,
): ReadonlyMap<string, string> {
  const evidence = new Map<string, string[]>();
  const baseNames = new Set<string>();
  for (const {
    id,
    type,
    evidence: [main],
  } of packages) {
    if (main === undefined || SYSTEM_TYPES.has(type)) continue;
    const ids = evidence.get(main.path);
    if (ids === undefined) evidence.set(main.path, [id]);
    else ids.push(id);
    baseNames.add(baseName(main.path));
  }

  const owners = new Map<string, string>();
  const system = packages.filter(({ type }) => SYSTEM_TYPES.has(type));
  const conda = packages.filter(({ type }) => type === 'conda');
  for (const { id, files } of evidence.size === 0 ? [] : [...system, ...conda]) {
    for (const file of files) {
      if (!baseNames.has(baseName(file))) continue;
      const owned = evidence.get(file) ?? evidence.get(resolve(file)) ?? [];
      for (const ownedId of owned) if (ownedId !== id && !owners.has(ownedId)) owners.set(ownedId, id);
    }
  }
  return owners;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
