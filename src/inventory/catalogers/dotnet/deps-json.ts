/**
 * What an application of .NET was built from: `NAME.deps.json`, which its host reads to find assemblies. `targets` says
 * for each library which files it has at run time and what it needs, `libraries` what kind of library it is.
 * dotnet/sdk, documentation/specs/runtime-configuration-file.md.
 */
import { isObject, type JsonObject, parseJsonObject } from '../../../formats/json.ts';
import { boundedText } from '../../evidence.ts';
import { isNugetName, sha512Of } from './nuget-package.ts';

export type Library = {
  readonly name: string;
  readonly version: string;
  /** A `reference` is an assembly that the project took as a file. */
  readonly kind: 'package' | 'project' | 'reference' | 'runtimepack' | 'other';
  /** Lower case hexadecimal, of the package's archive. */
  readonly sha512: string | null;
  /** Base names of the assemblies that it brings, in lower case. */
  readonly assemblies: readonly string[];
  /** False for a library that has no files at run time: for compiling, or because the framework has newer ones. */
  readonly hasFiles: boolean;
  readonly dependencies: readonly string[];
};

export type Dependencies = {
  /** `linux-x64`; null for an application that runs anywhere. */
  readonly runtimeIdentifier: string | null;
  readonly libraries: readonly Library[];
  /** True when the list was cut. */
  readonly cut: boolean;
};

/** The largest known applications have some thousand. */
const MAX_LIBRARIES = 50_000;
const MAX_ENTRIES = 5000;

/** Null for a text that is no such file. */
export function parseDepsJson(text: string): Dependencies | null {
  const file = parseJsonObject(text);
  const targets = objectIn(file, 'targets');
  const kinds = objectIn(file, 'libraries');
  if (targets === null || kinds === null) return null;
  const target = targetName(file);
  const entries = Object.entries(objectIn(targets, target) ?? Object.values(targets).find(isObject) ?? {});
  return {
    runtimeIdentifier: boundedText(/\/(.*)$/s.exec(target)?.[1], 100),
    libraries: readLibraries(entries.slice(0, MAX_LIBRARIES), kinds),
    cut: entries.length > MAX_LIBRARIES,
  };
}

/**
 * `project.assets.json`, which NuGet writes when it has restored a project, is in the same terms. It has a target for
 * each framework, and one below it for each system that the project is published for: all are read.
 *
 * @returns null for a text that is no such file
 */
export function parseProjectAssets(text: string): readonly Library[] | null {
  const file = parseJsonObject(text);
  const targets = objectIn(file, 'targets');
  const kinds = objectIn(file, 'libraries');
  if (targets === null || kinds === null) return null;
  const entries = Object.values(targets).flatMap((target) =>
    isObject(target) ? Object.entries(target) : [],
  );
  return readLibraries(entries, kinds);
}

function readLibraries(entries: readonly [string, unknown][], kinds: JsonObject): readonly Library[] {
  return entries.flatMap(([key, files]) => readLibrary(key, files, objectIn(kinds, key)) ?? []);
}

/** The one that the host uses. In the first versions of the format it stood without an object around it. */
function targetName(file: JsonObject | null): string {
  const stated = file?.['runtimeTarget'];
  const name = isObject(stated) ? stated['name'] : stated;
  return typeof name === 'string' ? name : '';
}

function readLibrary(key: string, files: unknown, described: JsonObject | null): Library | null {
  const slash = key.indexOf('/');
  const name = key.slice(0, slash);
  const isRuntimePack = described?.['type'] === 'runtimepack';
  const plainName = isRuntimePack ? name.replace(/^runtimepack\./, '') : name;
  if (slash < 0 || !isNugetName(plainName) || !isObject(files)) return null;
  const assets = ['runtime', 'runtimeTargets', 'native', 'resources'].flatMap((group) =>
    keysIn(files, group),
  );
  const assemblies = assets
    .map((path) => path.slice(path.lastIndexOf('/') + 1).toLowerCase())
    .filter((base) => /\.(?:dll|exe)$/.test(base) && !base.endsWith('.resources.dll'));
  return {
    name: plainName,
    version: boundedText(key.slice(slash + 1), 256) ?? '',
    kind: kindOf(described?.['type']),
    sha512: sha512Of(described?.['sha512']),
    assemblies: [...new Set(assemblies)],
    // `_._` stands for a package that has nothing for this framework on purpose
    hasFiles: assets.some((path) => !path.endsWith('_._')),
    dependencies: keysIn(files, 'dependencies').filter(isNugetName).sort(),
  };
}

function kindOf(type: unknown): Library['kind'] {
  return type === 'package' || type === 'project' || type === 'reference' || type === 'runtimepack'
    ? type
    : 'other';
}

function objectIn(value: JsonObject | null, key: string): JsonObject | null {
  const found = value !== null && Object.hasOwn(value, key) ? value[key] : null;
  return isObject(found) ? found : null;
}

function keysIn(value: JsonObject, key: string): readonly string[] {
  return Object.keys(objectIn(value, key) ?? {}).slice(0, MAX_ENTRIES);
}
