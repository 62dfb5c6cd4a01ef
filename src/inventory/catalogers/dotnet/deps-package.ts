/** Packages of what a `deps.json` lists. */
import type { Purl } from '../../../model/purl.ts';
import { type CatalogedPackage, toCatalogedPackage } from '../../cataloger.ts';
import type { Assembly } from './assembly.ts';
import type { Dependencies, Library } from './deps-json.ts';
import { nugetPurl, toChecksums } from './nuget-package.ts';

export interface CatalogedDependencies {
  readonly packages: readonly CatalogedPackage[];
  /** Paths of the assemblies that belong to one of them. */
  readonly claimed: ReadonlySet<string>;
}

/**
 * The libraries with files at run time. One whose assemblies are all missing is only declared: a library's own
 * `deps.json` lists what it was compiled against, and whoever uses the library brings that.
 *
 * @param assemblies those in the directory of the file, by path; null for an application that carries them itself
 */
export function catalogDependencies(
  path: string,
  { libraries, runtimeIdentifier }: Dependencies,
  assemblies: ReadonlyMap<string, Assembly> | null,
): CatalogedDependencies {
  const framework = frameworkAt(path);
  const byBaseName = Map.groupBy(assemblies?.keys() ?? [], baseName);
  const needs = new Map(libraries.map((library) => [library.name.toLowerCase(), library]));
  const purls = new Map<Library, Purl>();
  const named = libraries.filter(isPackage).map((library) => {
    const pkg = framework === null ? library : asFramework(library, framework, runtimeIdentifier);
    purls.set(library, nugetPurl(pkg.name, pkg.version));
    return { library, pkg };
  });

  const claimed = new Set<string>();
  const packages = named.map(({ library, pkg }) => {
    const found = library.assemblies.flatMap((assembly) => byBaseName.get(assembly) ?? []);
    for (const assembly of found) claimed.add(assembly);
    const [first] = found;
    const described = first === undefined ? undefined : assemblies?.get(first);
    const isThere = assemblies === null || found.length > 0 || library.assemblies.length === 0;
    return toCatalogedPackage({
      type: 'nuget',
      presence: isThere ? 'installed' : 'declared',
      purl: nugetPurl(pkg.name, pkg.version),
      name: pkg.name,
      version: pkg.version,
      supplier: described?.company ?? null,
      description: described?.description ?? null,
      checksums: toChecksums(pkg.sha512),
      dependencies: library.dependencies,
      requires: requirementsOf(library, needs, purls),
      evidence: [path, ...found],
    });
  });
  return { packages, claimed };
}

/** A reference has no package: its assembly, which lies beside, says more. */
function isPackage({ kind, hasFiles }: Library): boolean {
  return hasFiles && kind !== 'reference';
}

/**
 * `shared/Microsoft.NETCore.App/8.0.3/Microsoft.NETCore.App.deps.json`: a framework that applications share. Its
 * directory is its version: dotnet's host finds it by that. dotnet/designs, "Multilevel SharedFX Lookup".
 */
function frameworkAt(path: string): Pick<Library, 'name' | 'version'> | null {
  const [, name, version] = /(?:^|\/)shared\/([^/]+)\/([^/]+)\/\1\.deps\.json$/.exec(path) ?? [];
  return name === undefined || version === undefined ? null : { name, version };
}

/**
 * A framework lists its own assemblies under names and versions of its build (`runtime.linux-x64.Microsoft.NETCore.App`
 * 3.1.23-servicing.22122.4, which would sort before 3.1.23). Its package on NuGet, which advisories name, is the runtime
 * pack of its version and system since 3.0, and before that the framework's.
 */
function asFramework(
  library: Library,
  framework: Pick<Library, 'name' | 'version'>,
  runtimeIdentifier: string | null,
): Library {
  const { name } = library;
  const isItself =
    name === framework.name ||
    name.startsWith(`${framework.name}.Runtime.`) ||
    (name.startsWith('runtime.') && name.endsWith(`.${framework.name}`));
  if (!isItself) return library;
  const hasPack = Number.parseInt(framework.version, 10) >= 3 && runtimeIdentifier !== null;
  return {
    ...library,
    name: hasPack ? `${framework.name}.Runtime.${runtimeIdentifier}` : framework.name,
    version: framework.version,
    sha512: null,
  };
}

/** Libraries without files that lie between are passed through. */
function requirementsOf(
  library: Library,
  libraries: ReadonlyMap<string, Library>,
  purls: ReadonlyMap<Library, Purl>,
): readonly Purl[] {
  const found = new Set<Purl>();
  const seen = new Set<Library>([library]);
  const pending: Library[] = [library];
  for (let current = pending.pop(); current !== undefined && seen.size < MAX_STEPS; current = pending.pop()) {
    for (const name of current.dependencies) {
      const needed = libraries.get(name.toLowerCase());
      if (needed === undefined || seen.has(needed)) continue;
      seen.add(needed);
      const purl = purls.get(needed);
      if (purl === undefined) pending.push(needed);
      else found.add(purl);
    }
  }
  return [...found];
}

/** Libraries looked at for one: no real one needs so many through others that are not there. */
const MAX_STEPS = 1000;

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).toLowerCase();
}
