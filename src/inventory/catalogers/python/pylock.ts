import { isObject, type JsonObject, objectsIn, textsIn } from '../../../formats/json.ts';
import {
  archiveDigests,
  type LockedNeed,
  type LockedPackage,
  lockedPackage,
  type LockReading,
  toReading,
  versionOf,
} from './locked-package.ts';
import { LINUX_ENVIRONMENT, mayApply, type MarkerEnvironment } from './markers.ts';
import { archiveOrigin, type Origin, repositoryOrigin } from './origin.ts';

/**
 * `pylock.toml` and `pylock.NAME.toml`: what an installer takes on Linux with the default groups and any extras. Null for
 * a table that is no such lock. pylock.toml specification; PEP 751.
 */
export function readPylock(lock: JsonObject): LockReading | null {
  if (typeof lock['lock-version'] !== 'string') return null;
  const environment: MarkerEnvironment = new Map([
    ...LINUX_ENVIRONMENT,
    ['dependency_groups', new Set(textsIn(lock['default-groups']))],
  ]);
  const wanted = objectsIn(lock['packages']).filter(
    ({ marker, directory }) =>
      !isObject(directory) && (typeof marker !== 'string' || mayApply(marker, environment)),
  );
  return toReading(wanted.map(toLocked));
}

function toLocked(entry: JsonObject): LockedPackage | null {
  const { archive, sdist, wheels, vcs, dependencies } = entry;
  return lockedPackage(entry, {
    origin: originOf(vcs, archive),
    sha256: archiveDigests(archive, sdist, wheels),
    needs: objectsIn(dependencies).flatMap(toNeed),
  });
}

function toNeed({ name, version }: JsonObject): readonly LockedNeed[] {
  return typeof name === 'string' ? [{ name, version: versionOf(version) || null }] : [];
}

function originOf(vcs: unknown, archive: unknown): Origin | null {
  if (isObject(vcs) && typeof vcs['url'] === 'string') {
    return repositoryOrigin(vcs['type'], vcs['url'], vcs['commit-id']);
  }
  return isObject(archive) && typeof archive['url'] === 'string' ? archiveOrigin(archive['url']) : null;
}
