import { isObject, type JsonObject } from '../../../formats/json.ts';
import { parseJsoncObject } from '../../../formats/jsonc.ts';
import { formatPurl } from '../../../model/purl.ts';
import {
  type Catalog,
  type CatalogedPackage,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { decodeText, NOTHING, unreadable } from '../../evidence.ts';
import { type DenoReading, readDenoLock, toReading } from './deno-lock-file.ts';
import { type RemotePackage, specifiedPackage } from './deno-specifier.ts';
import { catalogLocked } from './locked-packages.ts';
import { isProjectFile } from './node-modules.ts';

/**
 * Packages that Deno's lock file names, or without one the import map of `deno.json`, whose ranges say no version. Deno
 * knows no development: all that is named counts, but for what is for other systems. Packages of JSR go by their names
 * on npm; a module from an address is a package of type `generic` where the address has a version in it, or one of npm
 * where a site serves those.
 */
export const denoCataloger = defineCataloger<DenoReading>({
  name: 'deno',
  version: 1,
  interests: [
    { names: ['deno.lock'], accepts: isProjectFile, maxBytes: 64 * 1024 * 1024 },
    { names: ['deno.json', 'deno.jsonc'], accepts: isProjectFile, maxBytes: 4 * 1024 * 1024 },
  ],
  unit: (path) => path.slice(0, Math.max(0, path.lastIndexOf('/'))),
  read: (file) => (file.path.endsWith('.lock') ? readLock(file) : readManifest(file)),
  catalog: catalogDeno,
});

function readLock({ path, content }: EvidenceFile): ReadFile<DenoReading> {
  const lock = parseJsoncObject(decodeText(content));
  const record = lock && readDenoLock(lock);
  if (record !== null) return { record, coverage: [] };
  const message = 'The file is not a lock file of Deno; packages that only it names are missing.';
  return { record, coverage: [unreadable(path, message)] };
}

function readManifest({ content }: EvidenceFile): ReadFile<DenoReading> {
  const manifest = parseJsoncObject(decodeText(content));
  if (manifest === null || !isObject(manifest['imports'])) return NOTHING;
  return { record: toReading(importsOf(manifest).map(specifiedPackage)), coverage: [] };
}

function importsOf({ imports, scopes }: JsonObject): readonly string[] {
  const maps = [imports, ...(isObject(scopes) ? Object.values(scopes) : [])].filter(isObject);
  return maps.flatMap((map) => Object.values(map)).filter((target) => typeof target === 'string');
}

/** The files of one directory. */
function catalogDeno(files: ReadonlyMap<string, DenoReading>): Catalog {
  const paths = [...files.keys()];
  const path = paths.find((name) => name.endsWith('.lock')) ?? paths[0] ?? '';
  const reading = files.get(path);
  if (reading === undefined) return { packages: [], coverage: [] };
  const { packages, coverage } = catalogLocked(reading.locked, path);
  return { packages: [...packages, ...reading.remote.map((pkg) => toRemote(pkg, path))], coverage };
}

function toRemote({ name, version }: RemotePackage, path: string): CatalogedPackage {
  const slash = name.lastIndexOf('/');
  return toCatalogedPackage({
    type: 'generic',
    presence: 'declared',
    purl: formatPurl({
      type: 'generic',
      namespace: name.slice(0, slash),
      name: name.slice(slash + 1),
      version,
    }),
    name,
    version,
    evidence: [path],
  });
}
