/** Packages of assemblies that no `deps.json` lists. */
import { type CatalogedPackage, toCatalogedPackage } from '../../cataloger.ts';
import { type Assembly, isMadeWithDotnet, isOfMono } from './assembly.ts';
import { nugetPurl } from './nuget-package.ts';

/** The assembly that makes a directory one of .NET itself. */
const CORE_LIBRARY = 'System.Private.CoreLib';

/**
 * An assembly is taken for the package of its name, which is right for most (Newtonsoft.Json) and near for the others
 * (CommandLine of CommandLineParser). Those of a runtime are one thing with it: they are known by their core library
 * and its version. .NET's other assemblies do not know the version of their package, and it stays empty.
 */
export function catalogAssemblies(assemblies: ReadonlyMap<string, Assembly>): readonly CatalogedPackage[] {
  const core = [...assemblies.values()].find(({ name }) => name === CORE_LIBRARY);
  const found = [...assemblies].flatMap(([path, assembly]) => {
    const named = packageOf(assembly, core);
    return named === null ? [] : [{ path, assembly, ...named }];
  });
  return [...Map.groupBy(found, ({ name, version }) => nugetPurl(name, version))].flatMap(([purl, same]) => {
    const [first] = same;
    if (first === undefined) return [];
    return toCatalogedPackage({
      type: 'nuget',
      purl,
      name: first.name,
      version: first.version,
      supplier: first.assembly.company,
      description: first.assembly.description,
      evidence: same.map(({ path }) => path),
    });
  });
}

function packageOf(
  assembly: Assembly,
  core: Assembly | undefined,
): { readonly name: string; readonly version: string } | null {
  if (isOfMono(assembly)) return null;
  if (!isMadeWithDotnet(assembly)) return assembly;
  if (core !== undefined && releaseOf(assembly) === releaseOf(core)) {
    return { name: 'Microsoft.NETCore.App', version: releaseOf(core) };
  }
  return { name: assembly.name, version: '' };
}

/** `3.1.23-servicing.22116.1` is a build of 3.1.23. */
function releaseOf({ version }: Assembly): string {
  return version.replace(/-(?:servicing|rtm)\..*$/, '');
}
