import { isObject, type JsonObject, objectsIn, textsIn } from '../../../formats/json.ts';
import {
  archiveDigests,
  type LockedPackage,
  lockedPackage,
  type LockReading,
  toReading,
} from './locked-package.ts';
import { LINUX_ENVIRONMENT, mayApply, WITHOUT_EXTRAS } from './markers.ts';
import { archiveOrigin, type Origin, repositoryOrigin } from './origin.ts';
import { parseRequirement } from './requirement.ts';

/**
 * `pdm.lock`. Its groups are `default`, extras and those for development, and it does not tell the latter two apart, so
 * that only `default` counts. Null for a table that is no such lock. PDM, "Lock file"; pdm/formats, "pdm.lock".
 */
export function readPdmLock(lock: JsonObject): LockReading | null {
  const metadata = lock['metadata'];
  if (!isObject(metadata) || typeof metadata['lock_version'] !== 'string') return null;
  const files = isObject(metadata['files']) ? metadata['files'] : {};
  const entries = objectsIn(lock['package']).filter(
    (entry) => isWanted(entry) && typeof entry['path'] !== 'string',
  );
  // a distribution with extras stands beside the one without, with the same name and version
  return merged(toReading(entries.map((entry) => toLocked(entry, files))));
}

function isWanted({ groups, marker }: JsonObject): boolean {
  if (Array.isArray(groups) && !groups.includes('default')) return false;
  return typeof marker !== 'string' || mayApply(marker, LINUX_ENVIRONMENT);
}

function toLocked(entry: JsonObject, files: JsonObject): LockedPackage | null {
  const { name, version, dependencies } = entry;
  // locks before version 4.4 have the archives apart
  const apart = files[`${String(name)} ${String(version)}`];
  return lockedPackage(entry, {
    origin: originOf(entry),
    sha256: archiveDigests(entry['files'] ?? apart),
    needs: textsIn(dependencies)
      .map(parseRequirement)
      .filter((need) => need !== null)
      .filter(({ marker }) => mayApply(marker, WITHOUT_EXTRAS))
      .map((need) => ({ name: need.name, version: null })),
  });
}

function originOf({ git, revision, url }: JsonObject): Origin | null {
  if (typeof git === 'string') return repositoryOrigin('git', git, revision);
  return typeof url === 'string' ? archiveOrigin(url) : null;
}

function merged({ packages, damaged }: LockReading): LockReading {
  const byPackage = Map.groupBy(packages, ({ name, version }) => `${name}\0${version}`);
  return {
    packages: [...byPackage.values()].flatMap((variants) => {
      const [first] = variants;
      if (first === undefined) return [];
      const needs = new Map(variants.flatMap(({ needs }) => needs).map((need) => [need.name, need]));
      // with an extra it needs itself without
      needs.delete(first.name);
      return [{ ...first, needs: [...needs.values()] }];
    }),
    damaged,
  };
}
