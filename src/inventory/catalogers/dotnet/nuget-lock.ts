import {
  type Catalog,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { decodeText, NOTHING } from '../../evidence.ts';
import { isOwnSource } from '../../own-source.ts';
import { parseProjectAssets } from './deps-json.ts';
import { type LockedPackage, MAX_LOCKED } from './locked-package.ts';
import { nugetPurl, toChecksums } from './nuget-package.ts';
import { parseCentralVersions, parsePackagesConfig } from './packages-config.ts';
import { parsePackagesLock } from './packages-lock.ts';
import { parsePaketLock } from './paket-lock.ts';

export type NugetLock = {
  readonly packages: readonly LockedPackage[];
  /** True when the list was cut. */
  readonly cut: boolean;
};

/** How each file is read; null for something else of that name. */
const READERS: ReadonlyMap<string, (text: string) => readonly LockedPackage[] | null> = new Map([
  ['packages.lock.json', parsePackagesLock],
  ['project.assets.json', parseRestored],
  ['packages.config', parsePackagesConfig],
  ['Directory.Packages.props', parseCentralVersions],
  ['paket.lock', parsePaketLock],
]);

/**
 * Packages of .NET that only a lock file or manifest of NuGet or Paket names. What only building needs is left out where
 * the file says so: projects of the same solution, tools and analyzers, other systems.
 */
export const nugetLockCataloger = defineCataloger<NugetLock>({
  name: 'nuget-lock',
  version: 1,
  interests: [
    {
      names: [...READERS.keys()],
      accepts: isOwnSource,
      maxBytes: 64 * 1024 * 1024,
    },
  ],
  unit: (path) => path,
  read: readLock,
  catalog: catalogLocks,
});

function readLock({ path, content }: EvidenceFile): ReadFile<NugetLock> {
  const found = READERS.get(path.slice(path.lastIndexOf('/') + 1))?.(decodeText(content));
  if (!found) return NOTHING;
  // a project that is built for several frameworks has most packages once for each
  const packages = new Map(
    found
      .slice(0, MAX_LOCKED)
      .map(({ name, version, sha512, dependencies }) => [
        `${name}/${version}`,
        { name, version, sha512, dependencies },
      ]),
  );
  return { record: { packages: [...packages.values()], cut: found.length > MAX_LOCKED }, coverage: [] };
}

/** What only a compiler reads has no files at run time. */
function parseRestored(text: string): readonly LockedPackage[] | null {
  return parseProjectAssets(text)?.filter(({ kind, hasFiles }) => kind === 'package' && hasFiles) ?? null;
}

function catalogLocks(files: ReadonlyMap<string, NugetLock>): Catalog {
  const catalogs = [...files].map(([path, lock]) => catalogLock(path, lock));
  return {
    packages: catalogs.flatMap(({ packages }) => packages),
    coverage: catalogs.flatMap(({ coverage }) => coverage),
  };
}

function catalogLock(path: string, { packages, cut }: NugetLock): Catalog {
  // one for each name: which framework needs which version of several does not matter for what is needed
  const purls = new Map(packages.map(({ name, version }) => [name.toLowerCase(), nugetPurl(name, version)]));
  const message = `The file names more than ${packages.length} packages; the rest was left out.`;
  return {
    packages: packages.map(({ name, version, sha512, dependencies }) =>
      toCatalogedPackage({
        type: 'nuget',
        presence: 'declared',
        purl: nugetPurl(name, version),
        name,
        version,
        checksums: toChecksums(sha512),
        dependencies,
        requires: dependencies.flatMap((needed) => purls.get(needed.toLowerCase()) ?? []),
        evidence: [path],
      }),
    ),
    coverage: cut ? [{ code: 'LIMIT_REACHED', message, subject: path }] : [],
  };
}
