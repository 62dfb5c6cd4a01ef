/**
 * The packages that a lock file of npm names, in all three formats: version 1 (npm 5 and 6) nests `dependencies` as the
 * modules were to lie; version 3 (npm 7 and later) has them flat in `packages`, keyed by path; version 2 has both.
 * npm documentation, "package-lock.json".
 */
import { isObject, type JsonObject } from '../../../formats/json.ts';
import { checksumsOf } from './integrity.ts';
import { type PlacedEntry, resolvePlaces } from './lock-tree.ts';
import { lockedFacts, type LockReading, reachablePackages } from './locked-packages.ts';
import {
  aliasTarget,
  isForLinux,
  isNpmName,
  licencesOf,
  originOf,
  requiredRanges,
  requirementsOf,
  textOf,
} from './npm-fields.ts';

interface Places {
  readonly entries: readonly PlacedEntry[];
  readonly damaged: number;
}

/**
 * Lists the packages of a parsed lock file that an installation for production on Linux may hold: those that only
 * development needs, and optional ones for other operating systems, are left out. So are the project itself, its
 * workspaces and links.
 *
 * @returns null when the object is not a lock file
 */
export function readPackageLock(lock: JsonObject): LockReading | null {
  const places = isObject(lock['packages'])
    ? flatPlaces(lock['packages'])
    : isObject(lock['dependencies'])
      ? nestedPlaces(lock['dependencies'])
      : null;
  // npm writes no list at all for a project without dependencies
  if (places === null) return 'lockfileVersion' in lock ? { packages: [], damaged: 0, cut: false } : null;
  return reachablePackages(resolvePlaces(places.entries), places.entries.keys(), places.damaged);
}

const MODULES = 'node_modules/';

function flatPlaces(packages: JsonObject): Places {
  const keys = Object.keys(packages);
  const indices = new Map(keys.map((key, index) => [key, index]));
  let damaged = 0;
  const entries = keys.map((key): PlacedEntry => {
    const start = key.lastIndexOf(MODULES);
    // "" is the project, other keys outside of node_modules are its workspaces
    if (start < 0) return { parent: -1, name: '', pkg: null, imports: [] };
    const parent = indices.get(key.slice(0, Math.max(0, start - 1))) ?? -1;
    const place = { parent: start === 0 ? -1 : parent, name: key.slice(start + MODULES.length) };
    const entry = packages[key];
    const name = isObject(entry) ? (textOf(entry['name'], 256) ?? place.name) : '';
    const isLink = isObject(entry) && entry['link'] === true;
    if (!isObject(entry) || isLink || !isWanted(entry) || !isNpmName(name)) {
      if (!isObject(entry) || (!isLink && isWanted(entry))) damaged += 1;
      return { ...place, pkg: null, imports: [] };
    }
    const { dependencies, optionalDependencies, peerDependencies } = entry;
    return {
      ...place,
      pkg: lockedFacts({
        name,
        version: textOf(entry['version'], 256) ?? '',
        origin: originOf(textOf(entry['resolved'])),
        licences: licencesOf(entry),
        checksums: checksumsOf(entry['integrity']),
        dependencies: requirementsOf(dependencies, optionalDependencies),
      }),
      imports: requiredRanges(dependencies, optionalDependencies, peerDependencies).map(
        ([imported]) => imported,
      ),
    };
  });
  return { entries, damaged };
}

/** Without recursion: a hostile file may nest as deep as it is long. */
function nestedPlaces(dependencies: JsonObject): Places {
  const entries: PlacedEntry[] = [];
  let damaged = 0;
  const pending = [{ dependencies, parent: -1 }];
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    for (const [key, entry] of Object.entries(current.dependencies)) {
      const place = { parent: current.parent, name: key };
      if (!isObject(entry)) {
        damaged += 1;
        continue;
      }
      if (isObject(entry['dependencies'])) {
        pending.push({ dependencies: entry['dependencies'], parent: entries.length });
      }
      // a version, an alias, or what package.json asked for: a Git address, an archive, a directory
      const written = textOf(entry['version']) ?? '';
      const alias = aliasTarget(written);
      const name = alias?.name ?? key;
      const isOwn = !isWanted(entry) || isDirectory(written);
      if (isOwn || !isNpmName(name)) {
        if (!isOwn) damaged += 1;
        entries.push({ ...place, pkg: null, imports: [] });
        continue;
      }
      const isVersion = /^[v=]?\d/.test(alias?.version ?? written);
      entries.push({
        ...place,
        pkg: lockedFacts({
          name,
          version: isVersion ? (textOf(alias?.version ?? written, 256) ?? '') : '',
          origin: isVersion ? null : originOf(written),
          checksums: checksumsOf(entry['integrity']),
          dependencies: requirementsOf(entry['requires']),
        }),
        imports: requiredRanges(entry['requires']).map(([imported]) => imported),
      });
    }
  }
  return { entries, damaged };
}

function isWanted(entry: JsonObject): boolean {
  return entry['dev'] !== true && isForLinux(entry['os']);
}

/** A workspace or another directory of the project: its own code, as a link is in later formats. */
function isDirectory(specifier: string): boolean {
  return specifier.startsWith('file:') && !/\.(?:tgz|tar|tar\.gz)$/.test(specifier);
}
