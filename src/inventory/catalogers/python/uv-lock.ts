import { isObject, type JsonObject, objectsIn } from '../../../formats/json.ts';
import {
  archiveDigests,
  locate,
  type LockedNeed,
  type LockedPackage,
  lockedPackage,
  type LockReading,
  toReading,
  versionOf,
} from './locked-package.ts';
import { LINUX_ENVIRONMENT, mayApply } from './markers.ts';
import { archiveOrigin, type Origin, repositoryOrigin } from './origin.ts';

/**
 * `uv.lock`: what the projects of the workspace lead to, through dependencies and extras but not through
 * `dev-dependencies`, nor where a marker excludes Linux. The projects themselves, and other directories, are the
 * application's own code and no packages. Null for a table that is no such lock. uv, "Locking and syncing".
 */
export function readUvLock(lock: JsonObject): LockReading | null {
  if (typeof lock['version'] !== 'number') return null;
  const entries = objectsIn(lock['package']);
  const wanted = reachable(entries, lock['manifest']);
  return toReading(entries.filter((entry) => wanted.has(entry) && !isDirectory(entry)).map(toLocked));
}

function reachable(entries: readonly JsonObject[], manifest: unknown): ReadonlySet<JsonObject> {
  const named = locate(entries, ({ name, version }) => ({
    name: String(name),
    version: versionOf(version),
  }));
  // a script's lock has no project but lists what the script asks for
  const asked = isObject(manifest) ? needsIn(manifest['requirements']) : [];
  const roots = [...entries.filter(isProject), ...asked.flatMap(named)];
  const found = new Set(roots.length === 0 ? entries : roots);
  // a set grows while it is walked
  for (const entry of found) for (const next of needsOf(entry).flatMap(named)) found.add(next);
  return found;
}

function isProject({ source }: JsonObject): boolean {
  return isObject(source) && ('virtual' in source || 'editable' in source);
}

function isDirectory(entry: JsonObject): boolean {
  const { source } = entry;
  return isProject(entry) || (isObject(source) && 'directory' in source);
}

function toLocked(entry: JsonObject): LockedPackage | null {
  return lockedPackage(entry, {
    origin: originOf(entry['source']),
    sha256: archiveDigests(entry['sdist'], entry['wheels']),
    needs: needsOf(entry),
  });
}

/** The lock holds those extras only that something in it asks for. */
function needsOf(entry: JsonObject): readonly LockedNeed[] {
  const extras = entry['optional-dependencies'];
  return [entry['dependencies'], ...(isObject(extras) ? Object.values(extras) : [])].flatMap(needsIn);
}

function needsIn(list: unknown): readonly LockedNeed[] {
  return objectsIn(list).flatMap(({ name, version, marker }) => {
    if (typeof name !== 'string') return [];
    if (typeof marker === 'string' && !mayApply(marker, LINUX_ENVIRONMENT)) return [];
    return [{ name, version: versionOf(version) || null }];
  });
}

/** `{ git = "https://host/a.git?rev=main#0123abc" }`, `{ url = "https://host/a.tar.gz" }`; others are indexes and paths. */
function originOf(source: unknown): Origin | null {
  if (!isObject(source)) return null;
  const { git, url } = source;
  if (typeof git === 'string') return repositoryOrigin('git', git, /#([0-9a-f]{7,64})$/.exec(git)?.[1]);
  return typeof url === 'string' ? archiveOrigin(url) : null;
}
