import type { Package } from '../model/package.ts';

/** Most directories in which a Node module is looked for: an image chooses how deep its paths are. */
const MAX_DIRECTORIES = 64;

/** Where Debian's Node.js looks after everything else. Debian policy for Node.js modules, "Installation". */
const SYSTEM_MODULES = ['usr/share/nodejs', 'usr/lib/nodejs'];

/** What the dependencies of a package come to in this image. */
export interface ResolvedDependencies {
  /** Identifiers of packages, sorted. */
  readonly packages: readonly string[];
  /** Names that no package of the same ecosystem has, as they are written. */
  readonly unmet: readonly string[];
}

/**
 * Follows the names of dependencies to packages of the same ecosystem. Where several have the name, those count that
 * are nearest: for a Node module the one that Node would load; else those of the same architecture or found in the
 * same file.
 */
export function resolveDependencies(packages: readonly Package[]): ReadonlyMap<string, ResolvedDependencies> {
  const byName = Map.groupBy(packages, (pkg) => `${pkg.type}\0${pkg.name}`);
  const modules = new Map(packages.filter(isModule).map((pkg) => [mainPath(pkg), pkg]));
  return new Map(
    packages.map((pkg) => {
      const found = new Set<string>();
      const unmet: string[] = [];
      for (const name of pkg.dependencies) {
        const named = byName.get(`${pkg.type}\0${name}`) ?? [];
        const nearest = isModule(pkg) ? nodeModule(pkg, name, modules) : nearestOf(pkg, named);
        for (const other of nearest) if (other.id !== pkg.id) found.add(other.id);
        if (nearest.length === 0) unmet.push(name);
      }
      return [pkg.id, { packages: [...found].sort(), unmet }];
    }),
  );
}

function nearestOf(pkg: Package, named: readonly Package[]): readonly Package[] {
  if (named.length < 2) return named;
  const near = named.filter(
    (other) => other.architecture === pkg.architecture && mainPath(other) === mainPath(pkg),
  );
  return near.length > 0 ? near : named;
}

/** Where Node looks: in `node_modules` beside the module, in that of each directory above, then in the system's. */
function nodeModule(pkg: Package, name: string, modules: ReadonlyMap<string, Package>): readonly Package[] {
  let directory = mainPath(pkg);
  for (let level = 0; level < MAX_DIRECTORIES && directory !== ''; level += 1) {
    directory = directory.slice(0, Math.max(directory.lastIndexOf('/'), 0));
    const found = modules.get(`${directory && `${directory}/`}node_modules/${name}/package.json`);
    if (found !== undefined) return [found];
  }
  return SYSTEM_MODULES.flatMap((system) => modules.get(`${system}/${name}/package.json`) ?? []).slice(0, 1);
}

function isModule(pkg: Package): boolean {
  return pkg.type === 'npm' && mainPath(pkg).endsWith('/package.json');
}

function mainPath(pkg: Package): string {
  return pkg.evidence[0]?.path ?? '';
}
