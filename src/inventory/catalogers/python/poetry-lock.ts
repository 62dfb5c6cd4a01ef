import { isObject, type JsonObject, objectsIn, textsIn } from '../../../formats/json.ts';
import {
  archiveDigests,
  type LockedNeed,
  type LockedPackage,
  lockedPackage,
  type LockReading,
  toReading,
} from './locked-package.ts';
import { LINUX_ENVIRONMENT, mayApply, WITHOUT_EXTRAS } from './markers.ts';
import { archiveOrigin, type Origin, repositoryOrigin } from './origin.ts';

/**
 * `poetry.lock` of Poetry 1 and 2. What other groups than `main` need is for development (Poetry, "Dependency groups");
 * Poetry 1 before 1.5 wrote it as `category`, and 1.5 to 1.8 did not write it at all, so that their locks count whole.
 * Null for a table that is no such lock.
 */
export function readPoetryLock(lock: JsonObject): LockReading | null {
  // Poetry writes an empty list for a project without dependencies
  if (!Array.isArray(lock['package'])) return null;
  const metadata = isObject(lock['metadata']) ? lock['metadata'] : {};
  const files = isObject(metadata['files']) ? metadata['files'] : {};
  const wanted = objectsIn(lock['package']).filter((entry) => isWanted(entry));
  return toReading(wanted.map((entry) => toLocked(entry, files)).filter((entry) => entry !== 'directory'));
}

function isWanted({ category, groups, markers }: JsonObject): boolean {
  if (typeof category === 'string' && category !== 'main') return false;
  if (Array.isArray(groups) && !groups.includes('main')) return false;
  const marker = isObject(markers) ? markers['main'] : markers;
  return typeof marker !== 'string' || mayApply(marker, LINUX_ENVIRONMENT);
}

/** @param files archives by name, as locks before version 2 have them apart */
function toLocked(entry: JsonObject, files: JsonObject): LockedPackage | null | 'directory' {
  const source = isObject(entry['source']) ? entry['source'] : {};
  if (source['type'] === 'directory') return 'directory';
  const apart = typeof entry['name'] === 'string' ? files[entry['name']] : undefined;
  return lockedPackage(entry, {
    origin: originOf(source),
    sha256: archiveDigests(entry['files'] ?? apart),
    needs: needsOf(entry['dependencies']),
  });
}

/** A `legacy` source is an index. */
function originOf({ type, url, resolved_reference: commit }: JsonObject): Origin | null {
  if (typeof url !== 'string') return null;
  if (type === 'git') return repositoryOrigin('git', url, commit);
  return type === 'url' ? archiveOrigin(url) : null;
}

/** A name has a range, or a table with one, or a list of these with a marker each. */
function needsOf(dependencies: unknown): readonly LockedNeed[] {
  if (!isObject(dependencies)) return [];
  return Object.entries(dependencies)
    .filter(([, value]) => typeof value === 'string' || [value].flat().some(isNeeded))
    .map(([name]) => ({ name, version: null }));
}

/** What only an extra needs is marked as optional. */
function isNeeded(constraint: unknown): boolean {
  if (typeof constraint === 'string') return true;
  if (!isObject(constraint) || constraint['optional'] === true) return false;
  return textsIn([constraint['markers']]).every((marker) => mayApply(marker, WITHOUT_EXTRAS));
}
