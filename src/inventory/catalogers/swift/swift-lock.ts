import { isObject, type JsonObject, parseJsonObject } from '../../../formats/json.ts';
import { formatPurl } from '../../../model/purl.ts';
import { defineCataloger, type EvidenceFile, type ReadFile } from '../../cataloger.ts';
import { decodeText, textOf } from '../../evidence.ts';
import { catalogLocks, type LockEntry, type LockRecord, lockReading, vcsUrl } from '../../lock-entry.ts';
import { isOwnSource } from '../../own-source.ts';

/** What Swift's package manager and Xcode checked out has lock files of its developers. */
const CHECKED_OUT = /(?:^|\/)(?:\.build|SourcePackages|checkouts)\//;

/**
 * Packages that a `Package.resolved` of Swift's package manager names, in its formats 1 to 3. Packages in directories are
 * the application's own. It does not tell what is for tests or other systems, nor who needs what. The name of a package is
 * its repository's address. Swift Package Manager, `Sources/PackageGraph/ResolvedPackagesStore.swift`.
 */
export const swiftLockCataloger = defineCataloger<LockRecord>({
  name: 'swift-lock',
  version: 1,
  interests: [
    {
      names: ['Package.resolved', '.package.resolved'],
      accepts: (path) => isOwnSource(path) && !CHECKED_OUT.test(path),
      maxBytes: 4 * 1024 * 1024,
    },
  ],
  unit: (path) => path,
  read: readResolved,
  catalog: catalogLocks('swift'),
});

function readResolved({ path, content }: EvidenceFile): ReadFile<LockRecord> {
  const resolved = parseJsonObject(decodeText(content));
  const inner = isObject(resolved?.['object']) ? resolved['object'] : resolved;
  const pins = inner?.['pins'];
  if (!Array.isArray(pins)) return lockReading(path, null, 'a list of resolved packages of Swift');
  const remote = pins.filter((pin) => !isObject(pin) || !isLocal(pin));
  return lockReading(path, remote.map(pinnedEntry), 'a list of resolved packages of Swift');
}

function isLocal({ kind, location, repositoryURL }: JsonObject): boolean {
  const address = textOf(location) ?? textOf(repositoryURL) ?? '';
  return kind === 'localSourceControl' || kind === 'fileSystem' || /^(?:\/|\.|file:)/.test(address);
}

/** Format 1: `{package, repositoryURL, state}`; since Swift 5.6: `{identity, kind, location, state}`. */
function pinnedEntry(pin: unknown): LockEntry | null {
  if (!isObject(pin) || !isObject(pin['state'])) return null;
  const { version, revision } = pin['state'];
  const address = textOf(pin['location']) ?? textOf(pin['repositoryURL']);
  if (pin['kind'] === 'registry')
    return registryEntry(textOf(pin['identity']) ?? '', textOf(version, 256) ?? '');
  const repository = address === null ? null : splitRepository(address);
  if (address === null || repository === null) return null;
  const exact = textOf(version, 256);
  // a branch or a commit is no version
  const vcs_url = exact === null ? vcsUrl(address, textOf(revision, 100)) : null;
  return {
    name: `${repository.namespace}/${repository.name}`,
    version: exact ?? '',
    purl: formatPurl({ type: 'swift', ...repository, version: exact, qualifiers: { vcs_url } }),
    checksums: [],
    needs: [],
  };
}

/** `SCOPE.NAME`, whose registry is not written down. SE-0292. */
function registryEntry(identity: string, version: string): LockEntry | null {
  const [, namespace = '', name = ''] = /^([A-Za-z\d-]{1,39})\.([\w-]{1,100})$/.exec(identity) ?? [];
  if (name === '') return null;
  const purl = formatPurl({ type: 'swift', namespace, name, version });
  return { name: identity, version, purl, checksums: [], needs: [] };
}

/** Host and path of `https://HOST/OWNER/NAME.git`, `ssh://git@HOST/…` and `git@HOST:OWNER/NAME.git`; purl-spec, types/swift-definition. */
function splitRepository(address: string): { readonly namespace: string; readonly name: string } | null {
  const [, host = '', path = ''] =
    /^(?:[a-z+]+:\/\/)?(?:[^@/]*@)?([\w.-]+)(?::\d+)?[/:]([^?#]+)$/i.exec(address.slice(0, 1000)) ?? [];
  const segments = path
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .split('/')
    .filter(Boolean);
  const name = segments.pop() ?? '';
  if (!segments.concat(name).every((segment) => /^[\w.~+-]+$/.test(segment)) || host === '' || name === '')
    return null;
  return { namespace: [host.toLowerCase(), ...segments].join('/'), name };
}
