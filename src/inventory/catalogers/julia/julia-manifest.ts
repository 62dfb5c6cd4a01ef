import { isObject, type JsonObject, objectsIn, textsIn } from '../../../formats/json.ts';
import { parseToml } from '../../../formats/toml.ts';
import {
  type Catalog,
  type CatalogedPackage,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { withoutCredentials } from '../../credentials.ts';
import { decodeText, NOTHING, textOf, unreadable } from '../../evidence.ts';
import { isJuliaName, juliaPurl, uuidOf } from './julia-fields.ts';

/** A package that a manifest names. */
export type ManifestPackage = {
  readonly name: string;
  readonly uuid: string;
  /** Empty for a part of Julia's standard library, which has the version of Julia itself. */
  readonly version: string;
  /** Address and revision of one that was added by its repository. */
  readonly repository: string | null;
  /** Names and, where several packages have the name, UUIDs. */
  readonly needs: readonly { readonly name: string; readonly uuid: string | null }[];
};

export type ManifestRecord = readonly ManifestPackage[];

/** `Manifest.toml`, `JuliaManifest.toml`, and since Julia 1.10.8 `Manifest-v1.11.toml`. */
const MANIFEST = /(?:^|\/)(?:Julia)?Manifest(?:-v\d+\.\d+)?\.toml$/;

/** In a depot lie the manifests of packages' developers; theirs too are those for tests and documentation. */
const ELSEWHERE =
  /(?:^|\/)(?:packages\/[^/]+\/[A-Za-z0-9]{4,5}|tests?|fixtures|docs?|benchmarks?|examples?)\//;

/**
 * Packages that only a manifest of Julia names, in both formats: version 1 has the packages at its top, version 2 under
 * `deps`. Packages that were added by a path are the application's own code. Pkg.jl, "Project.toml and Manifest.toml".
 */
export const juliaManifestCataloger = defineCataloger<ManifestRecord>({
  name: 'julia-manifest',
  version: 1,
  interests: [
    {
      suffixes: ['.toml'],
      accepts: (path) => MANIFEST.test(path) && !ELSEWHERE.test(path),
      maxBytes: 16 * 1024 * 1024,
    },
  ],
  unit: (path) => path,
  read: readManifest,
  catalog: catalogManifests,
});

function readManifest({ path, content }: EvidenceFile): ReadFile<ManifestRecord> {
  const text = decodeText(content);
  const manifest = parseToml(text);
  if (manifest === null) {
    // other tools have files of this name
    if (!/^uuid = "/m.test(text)) return NOTHING;
    return {
      record: null,
      coverage: [unreadable(path, 'The manifest is no TOML; packages that only it names are missing.')],
    };
  }
  const entries = isObject(manifest['deps'])
    ? entriesIn(manifest['deps'])
    : 'manifest_format' in manifest
      ? []
      : entriesIn(manifest).filter(([, entry]) => 'uuid' in entry);
  const read = entries
    .filter(([, entry]) => typeof entry['path'] !== 'string')
    .map(([name, entry]) => toManifestPackage(name, entry));
  const packages = read.filter((pkg) => pkg !== null);
  const damaged = read.length - packages.length;
  if (damaged === 0) return packages.length === 0 ? NOTHING : { record: packages, coverage: [] };
  const message = `${damaged} entries of the manifest have no usable name and UUID; their packages are missing.`;
  return { record: packages, coverage: [unreadable(path, message)] };
}

/** Each name has a list, as two packages may share it. */
function entriesIn(table: JsonObject): readonly (readonly [string, JsonObject])[] {
  return Object.entries(table).flatMap(([name, entries]) =>
    objectsIn(entries).map((entry) => [name, entry] as const),
  );
}

function toManifestPackage(name: string, entry: JsonObject): ManifestPackage | null {
  const uuid = uuidOf(entry['uuid']);
  if (!isJuliaName(name) || uuid === null) return null;
  return {
    name,
    uuid,
    version: textOf(entry['version'], 256) ?? '',
    repository: repositoryOf(entry),
    needs: needsOf(entry['deps']),
  };
}

function repositoryOf(entry: JsonObject): string | null {
  const url = textOf(entry['repo-url']);
  if (url === null) return null;
  const revision = textOf(entry['repo-rev'], 256);
  return `git+${withoutCredentials(url)}${revision === null ? '' : `@${revision}`}`;
}

function needsOf(deps: unknown): ManifestPackage['needs'] {
  if (!isObject(deps)) {
    return textsIn(deps)
      .filter(isJuliaName)
      .map((name) => ({ name, uuid: null }));
  }
  return Object.entries(deps)
    .filter(([name]) => isJuliaName(name))
    .map(([name, uuid]) => ({ name, uuid: uuidOf(uuid) }));
}

function catalogManifests(files: ReadonlyMap<string, ManifestRecord>): Catalog {
  const packages = [...files].flatMap(([path, record]) => {
    const byName = Map.groupBy(record, ({ name }) => name);
    return record.map((pkg) => toPackage(pkg, byName, path));
  });
  return { packages, coverage: [] };
}

function toPackage(
  pkg: ManifestPackage,
  byName: ReadonlyMap<string, readonly ManifestPackage[]>,
  path: string,
): CatalogedPackage {
  const { name, version, needs } = pkg;
  // a name without a UUID is that of one package only
  const required = needs.flatMap((need) => {
    const named = byName.get(need.name) ?? [];
    return named.find(({ uuid }) => need.uuid === null || uuid === need.uuid) ?? [];
  });
  return toCatalogedPackage({
    type: 'julia',
    presence: 'declared',
    purl: purlOf(pkg),
    name,
    version,
    evidence: [path],
    dependencies: [...new Set(needs.map((need) => need.name))].sort(),
    requires: [...new Set(required.map(purlOf))].sort(),
  });
}

function purlOf({ name, version, uuid, repository }: ManifestPackage) {
  return juliaPurl(name, version, uuid, repository === null ? null : { vcs_url: repository });
}
