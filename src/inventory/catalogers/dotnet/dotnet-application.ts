import type { Coverage } from '../../../model/coverage.ts';
import {
  type Catalog,
  type CatalogedPackage,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
} from '../../cataloger.ts';
import { decodeText, NOTHING, unreadable } from '../../evidence.ts';
import { PROGRAM_FILES } from '../../program-files.ts';
import { type Assembly, parseAssembly } from './assembly.ts';
import { catalogAssemblies } from './assembly-package.ts';
import { type Dependencies, parseDepsJson } from './deps-json.ts';
import { catalogDependencies } from './deps-package.ts';
import { findBundledDeps } from './single-file.ts';

export type DotnetRecord =
  | Assembly
  /** `bundled`: of an application that is a single file, which carries its assemblies itself. */
  | (Dependencies & { readonly kind: 'dependencies'; readonly bundled: boolean });

const MAX_ASSEMBLY_BYTES = 256 * 1024 * 1024;

/**
 * What applications and frameworks of .NET consist of. A `deps.json` says which packages have which files; an assembly
 * beside it that it lists is part of that package, and any other stands for itself. Where there is no such file an
 * assembly is all that is known, and taken for the package of its name.
 */
export const dotnetApplicationCataloger = defineCataloger<DotnetRecord>({
  name: 'dotnet-application',
  version: 1,
  interests: [
    { suffixes: ['.deps.json'], accepts: isRun, maxBytes: 64 * 1024 * 1024 },
    { suffixes: ['.dll', '.exe'], magic: ['pe'], accepts: isRun, maxBytes: MAX_ASSEMBLY_BYTES },
    { ...PROGRAM_FILES, accepts: mayBeSingleFile },
  ],
  unit: applicationOf,
  read: readFile,
  catalog: catalogApplication,
});

/** What compilers read, what NuGet keeps, and translations: nothing that an application runs. */
const NOT_RUN = /(?:^|\/)(?:refs?\/[^/]+|\.nuget\/packages\/.*|[^/]+\.Ref\/.*|.*\.resources\.dll)$/;

function isRun(path: string): boolean {
  return !NOT_RUN.test(path);
}

/** A program, not a library, an object file or a class of Java. */
function mayBeSingleFile(path: string): boolean {
  return !/\.(?:so(?:\.[^/]*)?|dll|dylib|o|ko|node|debug|pyd|class)$/.test(path);
}

/** The directory, without what lies below it for one system: `runtimes/linux-x64/lib/net8.0`. */
function applicationOf(path: string): string {
  const directory = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
  return directory.replace(/(?:^|\/)runtimes\/[^/]+\/(?:lib\/[^/]+|native)$/, '');
}

function readFile({ path, content }: EvidenceFile): ReadFile<DotnetRecord> {
  if (path.endsWith('.deps.json')) return readDeps(path, content, false);
  if (path.endsWith('.dll')) return { record: parseAssembly(content), coverage: [] };
  const bundled = findBundledDeps(content);
  if (bundled !== undefined) return readDeps(path, bundled, true);
  return path.endsWith('.exe') ? { record: parseAssembly(content), coverage: [] } : NOTHING;
}

function readDeps(path: string, content: Uint8Array | null, bundled: boolean): ReadFile<DotnetRecord> {
  const dependencies = content && parseDepsJson(decodeText(content));
  if (dependencies !== null) {
    return { record: { ...dependencies, kind: 'dependencies', bundled }, coverage: [] };
  }
  const message =
    'The list of what an application of .NET consists of cannot be read; its packages are missing.';
  return { record: null, coverage: [unreadable(path, message)] };
}

/** The files of one directory. */
function catalogApplication(files: ReadonlyMap<string, DotnetRecord>): Catalog {
  const assemblies = new Map<string, Assembly>();
  const claimed = new Set<string>();
  const packages = new Map<string, CatalogedPackage>();
  const coverage: Coverage[] = [];
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [path, record] of sorted) if (record.kind === 'assembly') assemblies.set(path, record);
  for (const [path, record] of sorted) {
    if (record.kind !== 'dependencies') continue;
    const found = catalogDependencies(path, record, record.bundled ? null : assemblies);
    // several applications in one directory share what they need
    for (const pkg of found.packages) if (!packages.has(pkg.purl)) packages.set(pkg.purl, pkg);
    for (const assembly of found.claimed) claimed.add(assembly);
    if (record.cut) {
      const message = `The list names more than ${record.libraries.length} libraries; the rest was left out.`;
      coverage.push({ code: 'LIMIT_REACHED', message, subject: path });
    }
  }
  const unclaimed = new Map([...assemblies].filter(([path]) => !claimed.has(path)));
  for (const pkg of catalogAssemblies(unclaimed)) if (!packages.has(pkg.purl)) packages.set(pkg.purl, pkg);
  return { packages: [...packages.values()], coverage };
}
