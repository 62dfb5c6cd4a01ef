/**
 * Deno's lock file, versions 2 to 5. Specifiers lead to packages of npm and JSR, keyed `name@version`, and `remote` has the
 * modules that were fetched from addresses. Version 3 has specifiers and packages below `packages`, version 2 those of npm
 * below `npm`; version 1 is nothing but addresses. denoland/deno, `deno_lockfile`.
 */
import { isObject, type JsonObject, textsIn } from '../../../formats/json.ts';
import { jsrFacts, npmFacts, packageAt, type RemotePackage, splitVersion } from './deno-specifier.ts';
import { checksumsOf } from './integrity.ts';
import {
  type LockedFacts,
  type LockEntry,
  type LockReading,
  NO_ENTRY,
  reachablePackages,
} from './locked-packages.ts';
import { isForLinux, originOf, requiredRanges, textOf } from './npm-fields.ts';

export type DenoReading = {
  readonly locked: LockReading;
  readonly remote: readonly RemotePackage[];
};

/** A package of the lock, and where it is kept: `npm:chalk@4.1.2`, `jsr:@std/path@1.0.0`. */
interface Listed {
  readonly key: string;
  readonly entry: unknown;
}

/** Null for an object that is no lock file. */
export function readDenoLock(lock: JsonObject): DenoReading | null {
  const version = lock['version'];
  if (version === undefined) return isAddressList(lock) ? readParts({}, {}, lock) : null;
  if (typeof version !== 'string') return null;
  const npm = objectIn(lock, 'npm');
  if (version === '2')
    return readParts(objectIn(npm, 'specifiers'), { npm: objectIn(npm, 'packages') }, lock['remote']);
  const packages = version === '3' ? objectIn(lock, 'packages') : lock;
  return readParts(
    objectIn(packages, 'specifiers'),
    { npm: objectIn(packages, 'npm'), jsr: objectIn(packages, 'jsr') },
    lock['remote'],
  );
}

function objectIn(parent: JsonObject, key: string): JsonObject {
  const value = parent[key];
  return isObject(value) ? value : {};
}

/** Version 1. */
function isAddressList(lock: JsonObject): boolean {
  const addresses = Object.keys(lock);
  return addresses.length > 0 && addresses.every((address) => /^(?:https?|file):\/\//.test(address));
}

function readParts(
  specifiers: JsonObject,
  packages: { readonly npm?: JsonObject; readonly jsr?: JsonObject },
  remote: unknown,
): DenoReading {
  const listed = Object.entries(packages).flatMap(([registry, entries]): Listed[] =>
    Object.entries(entries).map(([id, entry]) => ({ key: `${registry}:${id}`, entry })),
  );
  const find = createFinder(listed, specifiers);
  let damaged = 0;
  const entries = listed.map(({ key, entry }): LockEntry => {
    const id = key.slice('npm:'.length);
    const facts = key.startsWith('npm:') ? npmFacts(id) : jsrFacts(id);
    if (facts === null || !isObject(entry)) {
      damaged += 1;
      return NO_ENTRY;
    }
    if (!isForLinux(entry['os'])) return NO_ENTRY;
    const needs = neededBy(entry, key.slice(0, 'npm:'.length)).flatMap((need) => find(need) ?? []);
    // what is stated for JSR is the digest of a list of files, not of an archive
    const checksums = facts.registry === null ? checksumsOf(entry['integrity']) : [];
    return { pkg: { ...facts, checksums, origin: originOf(textOf(entry['tarball'])) }, needs };
  });
  const addresses = isObject(remote) ? Object.keys(remote) : [];
  return toReading(addresses.map(packageAt), entries, damaged);
}

/** Puts what addresses name beside what is listed; of the many files of a package there is one entry. */
export function toReading(
  addressed: readonly (LockedFacts | RemotePackage | null)[],
  listed: readonly LockEntry[] = [],
  damaged = 0,
): DenoReading {
  const entries = [...listed];
  const remote = new Map<string, RemotePackage>();
  for (const pkg of addressed) {
    if (pkg === null) continue;
    if ('origin' in pkg) entries.push({ pkg, needs: [] });
    else remote.set(`${pkg.name}@${pkg.version}`, pkg);
  }
  return { locked: reachablePackages(entries, entries.keys(), damaged), remote: [...remote.values()] };
}

/** What an entry needs, each with its scheme; until version 3 npm's needs are a map, later lists with short names. */
function neededBy(entry: JsonObject, scheme: string): readonly string[] {
  const { dependencies, optionalDependencies } = entry;
  const mapped = requiredRanges(dependencies).map(([, id]) => `${scheme}${typeof id === 'string' ? id : ''}`);
  const named = [...textsIn(dependencies), ...textsIn(optionalDependencies)].map((need) => {
    const alias = need.indexOf('@npm:');
    if (alias > 0) return need.slice(alias + 1);
    return /^(?:npm|jsr):/.test(need) ? need : `${scheme}${need}`;
  });
  return [...mapped, ...named];
}

/** Answers which entry a need leads to: its key, a specifier, or a name that only one entry has. */
function createFinder(
  listed: readonly Listed[],
  specifiers: JsonObject,
): (need: string) => number | undefined {
  const indices = new Map(listed.map(({ key }, index) => [key, index]));
  const named = new Map(listed.map(({ key }, index) => [nameIn(key), index]));
  return (need) => {
    const chosen = textOf(specifiers[need]) ?? '';
    const scheme = need.slice(0, 'npm:'.length);
    const keys = [need, chosen, `${scheme}${chosen}`, `${nameIn(need)}@${chosen}`];
    return (
      keys.map((key) => indices.get(key)).find((index) => index !== undefined) ?? named.get(nameIn(need))
    );
  };
}

function nameIn(key: string): string {
  const scheme = key.slice(0, 'npm:'.length);
  return `${scheme}${splitVersion(key.slice(scheme.length)).name}`;
}
