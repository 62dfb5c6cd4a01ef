/**
 * The packages that a lock file of npm names, in all three formats: version 1 (npm 5 and 6) nests `dependencies` as the
 * modules were to lie; version 3 (npm 7 and later) has them flat in `packages`, keyed by path; version 2 has both.
 * npm documentation, "package-lock.json".
 */
import { boundedText } from '../../evidence.ts';
import { isObject, type JsonObject } from '../../../formats/json.ts';
import { aliasTarget, isNpmName, licencesOf, requirementsOf, textOf } from './npm-fields.ts';

export type LockedPackage = {
  readonly name: string;
  /** Empty where the lock names no version but a repository, an archive or a directory: see `origin`. */
  readonly version: string;
  /** Where it comes from when that is not a registry: a Git address or an archive's. */
  readonly origin: string | null;
  readonly licences: readonly string[];
  readonly dependencies: readonly string[];
};

export type LockReading = {
  readonly packages: readonly LockedPackage[];
  /** Entries that could not be understood. */
  readonly damaged: number;
  /** True when the list was cut at `MAX_PACKAGES`. */
  readonly cut: boolean;
};

/** The largest known lock files have some ten thousand. */
const MAX_PACKAGES = 100_000;

/**
 * Lists the packages of a parsed lock file that an installation for production on Linux may hold: those that only
 * development needs, and optional ones for other operating systems, are left out. So are the project itself, its
 * workspaces and links.
 *
 * @returns null when the object is not a lock file
 */
export function readPackageLock(lock: JsonObject): LockReading | null {
  const entries = isObject(lock['packages'])
    ? flatEntries(lock['packages'])
    : isObject(lock['dependencies'])
      ? nestedEntries(lock['dependencies'])
      : null;
  // npm writes no list at all for a project without dependencies
  if (entries === null) return 'lockfileVersion' in lock ? { packages: [], damaged: 0, cut: false } : null;

  const packages = new Map<string, LockedPackage>();
  let damaged = 0;
  for (const entry of entries) {
    if (packages.size >= MAX_PACKAGES) return { packages: [...packages.values()], damaged, cut: true };
    if (entry === null || !isNpmName(entry.name)) damaged += 1;
    else packages.set(`${entry.name}@${entry.version}#${entry.origin ?? ''}`, entry);
  }
  return { packages: [...packages.values()], damaged, cut: false };
}

function* flatEntries(packages: JsonObject): Generator<LockedPackage | null> {
  for (const [key, entry] of Object.entries(packages)) {
    const start = key.lastIndexOf('node_modules/');
    // "" is the project, other keys outside of node_modules are its workspaces
    if (start < 0) continue;
    if (!isObject(entry)) yield null;
    else if (entry['link'] !== true && isWanted(entry)) {
      const version = textOf(entry['version'], 256) ?? '';
      yield {
        name: textOf(entry['name'], 256) ?? key.slice(start + 'node_modules/'.length),
        version,
        origin: originOf(textOf(entry['resolved'])),
        licences: licencesOf(entry),
        dependencies: requirementsOf(entry['dependencies']),
      };
    }
  }
}

/** Without recursion: a hostile file may nest as deep as it is long. */
function* nestedEntries(dependencies: JsonObject): Generator<LockedPackage | null> {
  const pending: JsonObject[] = [dependencies];
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    for (const [key, entry] of Object.entries(current)) {
      if (!isObject(entry)) {
        yield null;
        continue;
      }
      if (isObject(entry['dependencies'])) pending.push(entry['dependencies']);
      // a version, an alias, or what package.json asked for: a Git address, an archive, a directory
      const written = textOf(entry['version']) ?? '';
      if (!isWanted(entry) || isDirectory(written)) continue;
      const alias = aliasTarget(written);
      const isVersion = /^[v=]?\d/.test(alias?.version ?? written);
      yield {
        name: alias?.name ?? key,
        version: isVersion ? (boundedText(alias?.version ?? written, 256) ?? '') : '',
        origin: isVersion ? null : originOf(written),
        licences: [],
        dependencies: requirementsOf(entry['requires']),
      };
    }
  }
}

function isWanted(entry: JsonObject): boolean {
  if (entry['dev'] === true) return false;
  const systems = Array.isArray(entry['os']) ? entry['os'] : [];
  return systems.every((system) => typeof system === 'string' && system.startsWith('!'))
    ? !systems.includes('!linux')
    : systems.includes('linux') || systems.includes('any');
}

/** A workspace or another directory of the project: its own code, as a link is in later formats. */
function isDirectory(specifier: string): boolean {
  return specifier.startsWith('file:') && !/\.(?:tgz|tar|tar\.gz)$/.test(specifier);
}

/** Null for a registry's archive, which name and version already say. What could be a password is taken out. */
function originOf(resolved: string | null): string | null {
  if (resolved === null) return null;
  const isRegistryArchive = /^https?:\/\/[^/]+\/(?:[^?#]*\/)?-\/[^/]+\.tgz(?:[?#]|$)/.test(resolved);
  return isRegistryArchive ? null : resolved.replace(/^([a-z+]+:\/\/)[^/?#]*:[^/?#]*@/, '$1');
}
