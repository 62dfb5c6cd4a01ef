import { isObject, type JsonObject, objectsIn, parseJsonObject } from '../../../formats/json.ts';
import { parseYaml } from '../../../formats/yaml.ts';
import { type Catalog, defineCataloger, type EvidenceFile, type ReadFile } from '../../cataloger.ts';
import { decodeText, textOf } from '../../evidence.ts';
import {
  catalogLocks,
  type LockEntry,
  type LockRecord,
  lockReading,
  sha256Of,
  vcsUrl,
} from '../../lock-entry.ts';
import { isOwnSource } from '../../own-source.ts';
import { isDartName, pubPurl, repositoryOf } from './dart-package.ts';

const MAX_VERSION_LENGTH = 256;

/** `.dart_tool/package_config.json` lies one directory deeper than `pubspec.lock`. */
const IN_PROJECT = /(?:\.dart_tool\/)?[^/]+$/;

/**
 * Packages that an application's `pubspec.lock` names, or without that, Pub's map of them, `.dart_tool/
 * package_config.json`. Left out are direct dependencies for development, packages of the application's own directories
 * and those of the Dart and Flutter kits, which have no version. What only tests need is not told from the rest, and the
 * map tells nothing of development. dart.dev, "Glossary: lockfile"; Dart, "Package configuration file".
 */
export const pubLockCataloger = defineCataloger<LockRecord>({
  name: 'pub-lock',
  version: 1,
  interests: [
    { names: ['pubspec.lock'], accepts: isApplications, maxBytes: 4 * 1024 * 1024 },
    {
      names: ['package_config.json'],
      accepts: (path) => /(?:^|\/)\.dart_tool\/[^/]+$/.test(path) && isApplications(path),
      maxBytes: 4 * 1024 * 1024,
    },
  ],
  unit: (path) => path.replace(IN_PROJECT, ''),
  read: readLock,
  catalog: catalogProject,
});

/** Not in Pub's cache. */
function isApplications(path: string): boolean {
  return isOwnSource(path) && !/(?:^|\/)(?:\.?pub-cache|\.pub|Pub\/Cache)\//.test(path);
}

function readLock({ path, content }: EvidenceFile): ReadFile<LockRecord> {
  const text = decodeText(content);
  if (path.endsWith('.json')) {
    const packages = parseJsonObject(text)?.['packages'];
    const found = Array.isArray(packages) ? objectsIn(packages).flatMap(configuredEntry) : null;
    return lockReading(path, found, 'a package configuration of Dart');
  }
  const lock = parseYaml(text);
  const packages = isObject(lock) ? (lock['packages'] ?? {}) : null;
  if (!isObject(packages)) return lockReading(path, null, 'a lock file of Pub');
  const found = Object.entries(packages).filter(([, entry]) => !isLeftOut(entry));
  return lockReading(
    path,
    found.map(([name, entry]) => lockedEntry(name, entry)),
    'a lock file of Pub',
  );
}

function isLeftOut(entry: unknown): boolean {
  if (!isObject(entry)) return false;
  const { source, dependency } = entry;
  return source === 'sdk' || source === 'path' || dependency === 'direct dev';
}

function lockedEntry(name: string, entry: unknown): LockEntry | null {
  if (!isDartName(name) || !isObject(entry)) return null;
  const description: JsonObject = isObject(entry['description']) ? entry['description'] : {};
  const version = textOf(entry['version'], MAX_VERSION_LENGTH);
  const url = textOf(description['url']);
  if (version === null) return null;
  if (entry['source'] === 'git') {
    if (url === null) return null;
    const vcs_url = vcsUrl(url, textOf(description['resolved-ref'], 100));
    return { name, version, purl: pubPurl(name, version, { vcs_url }), checksums: [], needs: [] };
  }
  const purl = pubPurl(name, version, repositoryOf(url));
  return { name, version, purl, checksums: sha256Of(description['sha256']), needs: [] };
}

/** The version of a package from a repository is in the name of its directory: `…/hosted/pub.dev/async-2.11.0`. */
function configuredEntry({ name, rootUri }: JsonObject): readonly LockEntry[] {
  if (typeof name !== 'string' || !isDartName(name) || typeof rootUri !== 'string') return [];
  const [, host = '', directory = ''] = /\/hosted\/([^/]+)\/([^/]+)\/?$/.exec(rootUri.slice(0, 2000)) ?? [];
  const version = directory.startsWith(`${name}-`) ? directory.slice(name.length + 1) : '';
  if (!/^\d[\w.+-]*$/.test(version) || version.length > MAX_VERSION_LENGTH) return [];
  const purl = pubPurl(name, version, repositoryOf(`https://${host}`));
  return [{ name, version, purl, checksums: [], needs: [] }];
}

function catalogProject(files: ReadonlyMap<string, LockRecord>): Catalog {
  const locks = [...files].filter(([path]) => path.endsWith('pubspec.lock'));
  return catalogLocks('pub')(locks.length > 0 ? new Map(locks) : files);
}
