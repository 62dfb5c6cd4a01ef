import { isObject, type JsonObject, objectsIn, parseJsonObject } from '../../../formats/json.ts';
import { defineCataloger, type EvidenceFile, type ReadFile } from '../../cataloger.ts';
import { decodeText, NOTHING, textOf } from '../../evidence.ts';
import { catalogLocks, type LockEntry, type LockRecord, lockReading } from '../../lock-entry.ts';
import { isOwnSource } from '../../own-source.ts';
import { isPortName, parsePortVersion, vcpkgPurl } from './port.ts';

/** The collection of ports that vcpkg itself is, and where it builds: their manifests describe what could be installed. */
const OF_PORTS = /(?:^|\/)(?:ports|buildtrees|packages|vcpkg_installed|versions)\//;

/**
 * Ports that an application's `vcpkg.json` asks for. Their versions are those of a baseline in another repository, so that
 * only overrides say one. Left out are tools for building (`host`) and what only other systems need. vcpkg, "vcpkg.json
 * reference".
 */
export const vcpkgManifestCataloger = defineCataloger<LockRecord>({
  name: 'vcpkg-manifest',
  version: 1,
  interests: [
    {
      names: ['vcpkg.json'],
      accepts: (path) => isOwnSource(path) && !OF_PORTS.test(path),
      maxBytes: 1024 * 1024,
    },
  ],
  unit: (path) => path,
  read: readManifest,
  catalog: catalogLocks('vcpkg'),
});

function readManifest({ path, content }: EvidenceFile): ReadFile<LockRecord> {
  const manifest = parseJsonObject(decodeText(content));
  if (manifest === null) return lockReading(path, null, 'a manifest of vcpkg');
  const dependencies = manifest['dependencies'];
  if (!Array.isArray(dependencies)) return NOTHING;
  const overrides = new Map(
    objectsIn(manifest['overrides']).map((entry) => [entry['name'], overrideOf(entry)]),
  );
  const wanted = dependencies.filter((entry) => !isObject(entry) || isWanted(entry));
  return lockReading(
    path,
    wanted.map((entry: unknown) => toEntry(isObject(entry) ? entry['name'] : entry, overrides)),
    'a manifest of vcpkg',
  );
}

function isWanted({ host, platform }: JsonObject): boolean {
  return host !== true && !(typeof platform === 'string' && OTHER_SYSTEM.test(platform.trim()));
}

const OTHER_SYSTEM = /^(?:windows|osx|uwp|mingw|ios|android|emscripten|wasm32|!linux)$/;

/** The version in an override, in one of the four schemes that manifests know, and its revision. */
function overrideOf(entry: JsonObject): string {
  const schemes = ['version', 'version-semver', 'version-date', 'version-string'];
  const version = schemes.map((scheme) => textOf(entry[scheme], 200)).find((found) => found !== null) ?? '';
  const revision = entry['port-version'];
  return Number.isSafeInteger(revision) && !version.includes('#')
    ? `${version}#${String(revision)}`
    : version;
}

function toEntry(name: unknown, overrides: ReadonlyMap<unknown, string>): LockEntry | null {
  if (typeof name !== 'string' || !isPortName(name)) return null;
  const version = parsePortVersion(overrides.get(name) ?? '');
  return { name, version: version.version, purl: vcpkgPurl(name, version), checksums: [], needs: [] };
}
