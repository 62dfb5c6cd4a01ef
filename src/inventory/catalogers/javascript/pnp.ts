import { parseJsonObject } from '../../../formats/json.ts';
import { readZip } from '../../../formats/zip.ts';
import {
  type Catalog,
  type CatalogedPackage,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { decodeText, NOTHING, unreadable } from '../../evidence.ts';
import { lockedFacts, type LockedFacts, lockedPurl } from './locked-packages.ts';
import { isProjectFile } from './node-modules.ts';
import { isNpmName } from './npm-fields.ts';
import { type NpmModule, toNpmModule } from './npm-manifest.ts';
import { type MappedPackage, readPnpMap } from './pnp-map.ts';
import { berryOrigin, isOwnCode } from './yarn-berry.ts';

type Placed = LockedFacts & {
  /** Base name of its archive in the project's own cache; null when it lies elsewhere. */
  readonly archive: string | null;
  /** Unpacked for programs that cannot read archives: its `package.json` is there for itself. */
  readonly isUnpacked: boolean;
  /** Indices of what it imports. */
  readonly imports: readonly number[];
};

export type PnpRecord =
  | { readonly kind: 'map'; readonly packages: readonly Placed[] }
  /** An archive of the cache with the manifest of its module. */
  | { readonly kind: 'archive'; readonly module: NpmModule | null };

/**
 * Packages that Yarn installed without `node_modules`: the map says what is installed, and the archives in the project's
 * `.yarn/cache` what else there is to know. A package whose archive should be there and is not is only declared. Those
 * that were unpacked have a `package.json` in a `node_modules` of their own, and an archive that no map names is nothing
 * but cache.
 */
export const pnpCataloger = defineCataloger<PnpRecord>({
  name: 'yarn-pnp',
  version: 1,
  interests: [
    {
      names: ['.pnp.cjs', '.pnp.js', '.pnp.data.json'],
      accepts: isProjectFile,
      maxBytes: 64 * 1024 * 1024,
    },
    { parents: [{ name: 'cache', suffix: '.zip' }], accepts: isCached, maxBytes: 256 * 1024 * 1024 },
  ],
  unit: projectOf,
  read: (file) => (isCached(file.path) ? readArchive(file) : readMap(file)),
  catalog: catalogProject,
});

const CACHE = /(?:^|\/)\.yarn\/cache\/[^/]+\.zip$/;

function isCached(path: string): boolean {
  return CACHE.test(path);
}

/** The directory of the map, with a slash at its end unless it is the root. */
function projectOf(path: string): string {
  const cache = CACHE.exec(path);
  if (cache === null) return path.slice(0, path.lastIndexOf('/') + 1);
  return path.slice(0, cache[0].startsWith('/') ? cache.index + 1 : 0);
}

const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

function readArchive({ content }: EvidenceFile): ReadFile<PnpRecord> {
  const archive = readZip(content, {
    maxEntries: 100_000,
    wants: (bytes, start, end) =>
      Buffer.from(bytes.subarray(start, end)).toString('latin1').endsWith('/package.json'),
  });
  const manifest = archive?.entries.find(({ name }) =>
    /^node_modules\/(?:@[^/]+\/)?[^@/][^/]*\/[^/]+$/.test(name),
  );
  const bytes = manifest && archive?.read(manifest, MAX_MANIFEST_BYTES);
  const parsed = bytes instanceof Uint8Array ? parseJsonObject(decodeText(bytes)) : null;
  return { record: { kind: 'archive', module: parsed && toNpmModule(parsed, null) }, coverage: [] };
}

function readMap({ path, content }: EvidenceFile): ReadFile<PnpRecord> {
  const text = decodeText(content);
  const map = readPnpMap(text);
  if (map !== null) return { record: { kind: 'map', packages: toPlaced(map) }, coverage: [] };
  // the map lies in a file of its own
  if (text.includes('pnpDataFilepath')) return NOTHING;
  const message =
    "The file has no Plug'n'Play map that can be read; the packages that it places are missing.";
  return { record: null, coverage: [unreadable(path, message)] };
}

function toPlaced(map: ReadonlyMap<string, MappedPackage>): readonly Placed[] {
  const packages = [...map].filter(([, { name, reference }]) => isNpmName(name) && !isOwnCode(reference));
  const indices = new Map(packages.map(([key], index) => [key, index]));
  return packages.map(([key, { name, reference, location, imports }]) => ({
    ...lockedFacts({ name, version: versionOf(reference), origin: berryOrigin(reference) }),
    archive: /^(?:\.\/)?\.yarn\/cache\/([^/]+\.zip)\//.exec(location)?.[1] ?? null,
    isUnpacked: location.includes('/unplugged/'),
    imports: imports.flatMap((imported) => (imported === key ? [] : (indices.get(imported) ?? []))),
  }));
}

/** `npm:1.2.3`, `patch:…::version=1.2.3&hash=…`; others say none. */
function versionOf(reference: string): string {
  const [address = '', parameters = ''] = reference.split('::');
  if (address.startsWith('npm:')) return address.slice('npm:'.length);
  return new URLSearchParams(parameters).get('version') ?? '';
}

/** The files of one project. */
function catalogProject(files: ReadonlyMap<string, PnpRecord>): Catalog {
  for (const [path, record] of files) {
    if (record.kind === 'map') return { packages: toPackages(path, record.packages, files), coverage: [] };
  }
  return { packages: [], coverage: [] };
}

/** A package, and the archive that it lies in where that is there. */
interface Found {
  readonly placed: Placed;
  readonly archive: string | null;
  readonly module: NpmModule | null;
}

function toPackages(
  map: string,
  packages: readonly Placed[],
  files: ReadonlyMap<string, PnpRecord>,
): readonly CatalogedPackage[] {
  const found = packages.map((placed): Found => {
    const path = `${projectOf(map)}.yarn/cache/${placed.archive ?? ''}`;
    const archive = files.get(path);
    if (archive?.kind !== 'archive') return { placed, archive: null, module: null };
    // what comes from no registry has its version in its manifest only
    const version = placed.version || (archive.module?.version ?? '');
    return { placed: { ...placed, version }, archive: path, module: archive.module };
  });
  const purls = found.map(({ placed }) => lockedPurl(placed));
  const names = packages.map(({ name }) => name);
  return found
    .filter(({ placed }) => !placed.isUnpacked)
    .map(({ placed, archive, module }) =>
      toCatalogedPackage({
        type: 'npm',
        presence: placed.archive === null || archive !== null ? 'installed' : 'declared',
        purl: lockedPurl(placed),
        name: placed.name,
        version: placed.version,
        licences: module?.licences ?? [],
        supplier: module?.author ?? null,
        description: module?.description ?? null,
        homepage: module?.homepage ?? null,
        evidence: archive === null ? [map] : [map, archive],
        dependencies: [...new Set(placed.imports.flatMap((index) => names[index] ?? []))].sort(),
        requires: placed.imports.flatMap((index) => purls[index] ?? []),
      }),
    );
}
