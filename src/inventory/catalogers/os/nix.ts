/**
 * Packages of Nix. Its store has a directory for each output of each package, whose name tells all; images that Nixpkgs'
 * dockerTools make have nothing else. Where Nix itself is in the image there is a database too, with references.
 */
import { formatPurl, type Purl } from '../../../model/purl.ts';
import {
  type Catalog,
  type CatalogedPackage,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  UNKNOWN_FACTS,
} from '../../cataloger.ts';
import { unreadable } from '../../evidence.ts';
import { type NixPath, readNixDatabase } from './nix-database.ts';
import { parseStorePath, type StorePath } from './nix-name.ts';

const STORE = 'nix/store/';
const DATABASE = 'nix/var/nix/db/db.sqlite';

/** What the database says; or that the file stands for the store path it is below. */
export type NixRecord = readonly NixPath[] | 'store path';

export const nixCataloger = defineCataloger<NixRecord>({
  name: 'nix',
  version: 1,
  interests: [
    // the references of a machine with many generations of a system
    { paths: [DATABASE], maxBytes: 512 * 1024 * 1024 },
  ],
  directories: { of: storeDirectory, record: 'store path' },
  read: readDatabase,
  catalog: catalogNix,
});

/** Files that lie in the store itself are sources, patches, scripts and derivations, and no packages. */
function storeDirectory(path: string): string | null {
  if (!path.startsWith(STORE)) return null;
  const slash = path.indexOf('/', STORE.length);
  // `.links` holds the contents of all
  return slash < 0 || path[STORE.length] === '.' ? null : path.slice(0, slash);
}

function readDatabase({ path, content }: EvidenceFile): ReadFile<NixRecord> {
  const database = readNixDatabase(content);
  if (database === null) {
    const message = 'The file is no SQLite database; what packages of Nix depend on is missing.';
    return { record: null, coverage: [unreadable(path, message)] };
  }
  const { paths, loss } = database;
  if (loss === null) return { record: paths, coverage: [] };
  const message = `Not all of Nix's database could be read (${loss}); what some packages depend on is missing.`;
  return { record: paths, coverage: [unreadable(path, message)] };
}

/**
 * A package is what has a directory in the store with a file in it and a version in its name. Configuration, wrappers made
 * of links alone and environments have none, and sources no directory. The database alone proves nothing: it may have
 * been copied without the store.
 */
function catalogNix(files: ReadonlyMap<string, NixRecord>): Catalog {
  const stated = new Map<string, NixPath>();
  for (const record of files.values()) {
    if (typeof record !== 'string') for (const path of record) stated.set(path.baseName, path);
  }
  const found = new Map<string, { readonly store: StorePath; readonly path: string }>();
  for (const [path, record] of files) {
    const baseName = typeof record === 'string' ? storeDirectory(path)?.slice(STORE.length) : undefined;
    if (baseName === undefined || found.has(baseName)) continue;
    const store = parseStorePath(baseName, stated.get(baseName)?.output ?? undefined);
    if (store !== null && store.name !== '' && store.version !== '') found.set(baseName, { store, path });
  }
  const packages = [...found].map(([baseName, { store, path }]): CatalogedPackage => {
    const needed = (stated.get(baseName)?.references ?? []).flatMap((other) => found.get(other)?.store ?? []);
    return {
      ...UNKNOWN_FACTS,
      type: 'nix',
      purl: nixPurl(store),
      name: store.name,
      version: store.version,
      evidence: stated.has(baseName) ? [path, DATABASE] : [path],
      dependencies: [...new Set(needed.map(({ name }) => name))].filter((name) => name !== store.name).sort(),
      requires: needed.map(nixPurl).sort(),
    };
  });
  return { packages, coverage: [] };
}

/**
 * `pkg:nix/openssl@3.0.13?output=bin&outputhash=ffip9a1j…`, as Syft writes it; purl-spec has no definition of the type yet.
 * The hash tells builds of one version apart.
 */
function nixPurl({ name, version, output, hash }: StorePath): Purl {
  return formatPurl({ type: 'nix', name, version, qualifiers: { output, outputhash: hash } });
}
