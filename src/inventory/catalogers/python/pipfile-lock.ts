import { isObject, type JsonObject, textsIn } from '../../../formats/json.ts';
import {
  type LockedPackage,
  lockedPackage,
  type LockReading,
  sha256Digests,
  toReading,
} from './locked-package.ts';
import { LINUX_ENVIRONMENT, mayApply } from './markers.ts';
import { type Origin, originOfUrl, repositoryOrigin } from './origin.ts';
import { pinnedVersion } from './requirement.ts';

/**
 * `Pipfile.lock`: its category `default`, which `pipenv install --deploy` installs; `develop` is for development, and
 * others are installed on request only. It has no edges. Null for an object that is no such lock. Pipfile, "Pipfile.lock".
 */
export function readPipfileLock(lock: JsonObject): LockReading | null {
  const meta = lock['_meta'];
  if (!isObject(meta) || !('pipfile-spec' in meta)) return null;
  const entries = isObject(lock['default']) ? Object.entries(lock['default']) : [];
  return toReading(
    entries.filter(([, entry]) => isWanted(entry)).map(([name, entry]) => toLocked(name, entry)),
  );
}

/** Directories of the project itself, and what is for another system, are not. */
function isWanted(entry: unknown): boolean {
  if (!isObject(entry)) return true;
  const { markers, path, editable, git } = entry;
  if (typeof path === 'string' || (editable === true && typeof git !== 'string')) return false;
  return typeof markers !== 'string' || mayApply(markers, LINUX_ENVIRONMENT);
}

function toLocked(name: string, entry: unknown): LockedPackage | null {
  if (!isObject(entry)) return null;
  const version = typeof entry['version'] === 'string' ? pinnedVersion(entry['version']) : null;
  return lockedPackage(
    { name, version },
    { origin: originOf(entry), sha256: sha256Digests(textsIn(entry['hashes'])), needs: [] },
  );
}

function originOf({ git, ref, file }: JsonObject): Origin | null {
  if (typeof git === 'string') return repositoryOrigin('git', git, ref);
  return typeof file === 'string' ? originOfUrl(file) : null;
}
