import type { Package } from '../model/package.ts';
import type { Purl } from '../model/purl.ts';
import { nameKey } from './name-key.ts';

/** Most directories in which a Node module is looked for: an image chooses how deep its paths are. */
const MAX_DIRECTORIES = 64;

/** Where Debian's Node.js looks after everything else. Debian policy for Node.js modules, "Installation". */
const SYSTEM_MODULES = ['usr/share/nodejs', 'usr/lib/nodejs'];

/** A package before its dependencies are known. */
export type DependingPackage = Pick<
  Package,
  'id' | 'purl' | 'type' | 'name' | 'architecture' | 'evidence' | 'dependencies'
> & {
  /** Purls that its evidence says it needs; then the names in `dependencies` are not looked up. */
  readonly requires: readonly Purl[];
};

/**
 * Follows what packages need to packages of the same ecosystem. Where several have a name, those count that are
 * nearest: for a Node module the one that Node would load; else those found in the same file, of the same
 * architecture, or in the nearest directory.
 *
 * @param resolve follows the symbolic links of the file system, by which pnpm puts modules together
 * @returns identifiers of packages, sorted, by the identifier of the one that needs them
 */
export function resolveDependencies(
  packages: readonly DependingPackage[],
  resolve: (path: string) => string,
): ReadonlyMap<string, readonly string[]> {
  const byName = Map.groupBy(packages, (pkg) => nameKey(pkg.type, pkg.name));
  const byPurl = Map.groupBy(packages, ({ purl }) => purl);
  const modules = new Map(packages.filter(isModule).map((pkg) => [mainPath(pkg), pkg]));

  function needed(pkg: DependingPackage): readonly DependingPackage[] {
    if (pkg.requires.length > 0) {
      return pkg.requires.flatMap((purl) => nearestOf(pkg, byPurl.get(purl) ?? []));
    }
    return pkg.dependencies.flatMap((name) =>
      isModule(pkg)
        ? (nodeModule(pkg, name, modules, resolve) ?? [])
        : nearestOf(pkg, byName.get(nameKey(pkg.type, name)) ?? []),
    );
  }

  return new Map(
    packages.map((pkg) => {
      const found = new Set(needed(pkg).map(({ id }) => id));
      found.delete(pkg.id);
      return [pkg.id, [...found].sort()];
    }),
  );
}

function nearestOf(pkg: DependingPackage, named: readonly DependingPackage[]): readonly DependingPackage[] {
  if (named.length < 2) return named;
  const sameFile = named.filter((other) => mainPath(other) === mainPath(pkg));
  const near = sameFile.length > 0 ? sameFile : inNearestDirectory(pkg, named);
  const same = near.filter(({ architecture }) => architecture === pkg.architecture);
  return same.length > 0 ? same : near;
}

/** Those that share most directories with it, and of these those that lie least deep below the shared ones. */
function inNearestDirectory(
  pkg: DependingPackage,
  named: readonly DependingPackage[],
): readonly DependingPackage[] {
  const shared = named.map((other) => sharedLength(mainPath(pkg), mainPath(other)));
  const most = shared.reduce((a, b) => Math.max(a, b), 0);
  const near = named.filter((_, index) => shared[index] === most);
  const depths = near.map((other) => mainPath(other).slice(most).split('/').length);
  const least = depths.reduce((a, b) => Math.min(a, b), Infinity);
  return near.filter((_, index) => depths[index] === least);
}

/** Characters of the directories that two paths have in common. */
function sharedLength(a: string, b: string): number {
  let length = 0;
  for (let at = 0; at < a.length && a[at] === b[at]; at += 1) if (a[at] === '/') length = at + 1;
  return length;
}

/** Where Node looks: in `node_modules` beside the module, in that of each directory above, then in the system's. */
function nodeModule(
  pkg: DependingPackage,
  name: string,
  modules: ReadonlyMap<string, DependingPackage>,
  resolve: (path: string) => string,
): DependingPackage | undefined {
  const at = (directory: string) => {
    const path = `${directory}/${name}/package.json`;
    return modules.get(path) ?? modules.get(resolve(path));
  };
  let directory = mainPath(pkg);
  for (let level = 0; level < MAX_DIRECTORIES && directory !== ''; level += 1) {
    directory = directory.slice(0, Math.max(directory.lastIndexOf('/'), 0));
    const found = at(`${directory && `${directory}/`}node_modules`);
    if (found !== undefined) return found;
  }
  return SYSTEM_MODULES.map(at).find((found) => found !== undefined);
}

function isModule(pkg: DependingPackage): boolean {
  return pkg.type === 'npm' && mainPath(pkg).endsWith('/package.json');
}

function mainPath({ evidence }: DependingPackage): string {
  return evidence[0]?.path ?? '';
}
