import type { RpmPackage, RpmPackageReading } from './package.ts';

/**
 * Follows what packages require to the names of the installed packages that provide it. Of several providers the one
 * of that very name is taken, otherwise the first in order of names, so that the graph grows no faster than the
 * requirements. What nobody provides stays as it is written, but for features of rpm (`rpmlib(…)`), paths and boolean
 * expressions (`(a if b)`), which name no package.
 */
export function resolveDependencies(readings: readonly RpmPackageReading[]): RpmPackage[] {
  const providers = providersOf(readings);
  return readings.map(({ package: pkg, requires }) => {
    const names = requires
      .map((capability) => providers.get(capability) ?? capability)
      .filter((name) => name !== '' && name !== pkg.name && !/^(?:rpmlib\(|[/(])/.test(name));
    return { ...pkg, dependencies: [...new Set(names)].sort() };
  });
}

function providersOf(readings: readonly RpmPackageReading[]): ReadonlyMap<string, string> {
  const providers = new Map<string, string>();
  const offer = (capability: string, name: string) => {
    const known = providers.get(capability);
    if (known === undefined || name < known) providers.set(capability, name);
  };
  for (const { package: pkg, provides } of readings) {
    for (const capability of provides) offer(capability, pkg.name);
  }
  // packages also provide the files that they own; only those that somebody requires are worth remembering
  const paths = new Set(readings.flatMap(({ requires }) => requires.filter((name) => name.startsWith('/'))));
  for (const { package: pkg } of paths.size === 0 ? [] : readings) {
    for (const file of pkg.files.split('\n')) {
      if (paths.has(`/${file}`)) offer(`/${file}`, pkg.name);
    }
  }
  for (const { package: pkg } of readings) providers.set(pkg.name, pkg.name);
  return providers;
}
