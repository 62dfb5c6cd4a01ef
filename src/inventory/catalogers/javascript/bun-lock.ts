/**
 * Packages that Bun's lock file names. `workspaces` has what each project asks for; `packages` is a plan of directories,
 * keyed by the names on the way (`site/is-odd`), whose values are lists: `name@version` first, then in an order that
 * differs by kind a registry, an object with what it needs, and an integrity. Bun documentation, "Lockfile".
 */
import { isObject, type JsonObject } from '../../../formats/json.ts';
import { parseJsoncObject } from '../../../formats/jsonc.ts';
import { defineCataloger, type EvidenceFile, type ReadFile } from '../../cataloger.ts';
import { decodeText, NOTHING, unreadable } from '../../evidence.ts';
import { checksumsOf } from './integrity.ts';
import { createFinder, type PlacedEntry, resolvePlaces } from './lock-tree.ts';
import { catalogLocked, lockedFacts, type LockReading, reachablePackages } from './locked-packages.ts';
import { isForLinux, isNpmName, originOf, requiredRanges, textOf } from './npm-fields.ts';
import { isProjectFile } from './node-modules.ts';

/**
 * What a project's own dependencies lead to counts; what only its development needs does not, nor do packages for other
 * systems. The binary `bun.lockb` of Bun before 1.2, whose layout is not documented, is only reported.
 */
export const bunLockCataloger = defineCataloger<LockReading>({
  name: 'bun-lock',
  version: 1,
  interests: [
    {
      names: ['bun.lock', 'bun.lockb'],
      accepts: isProjectFile,
      maxBytes: 64 * 1024 * 1024,
    },
  ],
  unit: (path) => path,
  read: readLock,
  catalog: (files) => {
    const [file] = files;
    return file === undefined ? { packages: [], coverage: [] } : catalogLocked(file[1], file[0]);
  },
});

const BINARY_HEADER = '#!/usr/bin/env bun\nbun-lockfile-format';

function readLock({ path, content }: EvidenceFile): ReadFile<LockReading> {
  const fail = (message: string) => ({ record: null, coverage: [unreadable(path, message)] });
  if (path.endsWith('b')) {
    const isLock = decodeText(content.subarray(0, BINARY_HEADER.length)) === BINARY_HEADER;
    if (!isLock) return NOTHING;
    return fail(
      'The binary lock file of Bun has no documented layout; packages that only it names are missing. `bun install --save-text-lockfile` writes one that can be read.',
    );
  }
  const lock = parseJsoncObject(decodeText(content));
  if (lock !== null && 'lockfileVersion' in lock) return { record: readBunLock(lock), coverage: [] };
  return fail('The file is not a lock file of Bun; packages that only it names are missing.');
}

/** Lists the packages of a parsed lock file that an installation for production on Linux may hold. */
export function readBunLock(lock: JsonObject): LockReading {
  const packages = isObject(lock['packages']) ? lock['packages'] : {};
  const keys = Object.keys(packages);
  const indices = new Map(keys.map((key, index) => [key, index]));
  let damaged = 0;
  const places = keys.map((key): PlacedEntry => {
    const start = nameStart(key);
    const place = {
      parent: indices.get(key.slice(0, Math.max(0, start - 1))) ?? -1,
      name: key.slice(start),
    };
    const entry = toPlaced(packages[key]);
    if (entry === null) damaged += 1;
    return { ...place, pkg: entry?.pkg ?? null, imports: entry?.imports ?? [] };
  });
  return reachablePackages(resolvePlaces(places), rootsOf(lock, places, indices), damaged);
}

/** Where the last name of a key begins: behind the last slash, or the one before a scope. */
function nameStart(key: string): number {
  const slash = key.lastIndexOf('/');
  const before = key.lastIndexOf('/', slash - 1) + 1;
  return slash > 0 && key[before] === '@' ? before : slash + 1;
}

/** What an entry of `packages` says; null where it is damaged. */
function toPlaced(entry: unknown): Pick<PlacedEntry, 'pkg' | 'imports'> | null {
  const [resolved, ...rest] = Array.isArray(entry) ? (entry as unknown[]) : [];
  if (typeof resolved !== 'string') return null;
  const at = resolved.indexOf('@', 1);
  const name = resolved.slice(0, Math.max(0, at));
  const reference = resolved.slice(at + 1);
  const facts = rest.find(isObject) ?? {};
  if (!isNpmName(name)) return null;
  if (!isForLinux(facts['os'])) return { pkg: null, imports: [] };
  const imports = requiredRanges(
    facts['dependencies'],
    facts['optionalDependencies'],
    facts['peerDependencies'],
  ).map(([imported]) => imported);
  // the project's own directories
  if (/^(?:workspace|root|link|file):/.test(reference)) return { pkg: null, imports };
  const isVersion = /^\d/.test(reference);
  const integrity = rest.findLast((part) => typeof part === 'string');
  const pkg = lockedFacts({
    name,
    version: isVersion ? (textOf(reference, 256) ?? '') : '',
    origin: isVersion ? null : originOf(reference.replace(/^(?=github:)/, 'git+')),
    checksums: checksumsOf(integrity),
  });
  return { pkg, imports };
}

/** What the projects of the workspace ask for; the dependencies of one are looked for below its own name first. */
function rootsOf(
  lock: JsonObject,
  places: readonly PlacedEntry[],
  indices: ReadonlyMap<string, number>,
): readonly number[] {
  const find = createFinder(places);
  const projects = isObject(lock['workspaces']) ? Object.values(lock['workspaces']).filter(isObject) : [];
  return projects.flatMap(({ name, dependencies, optionalDependencies, peerDependencies }) => {
    const project = indices.get(textOf(name, 256) ?? '') ?? -1;
    return requiredRanges(dependencies, optionalDependencies, peerDependencies).flatMap(
      ([imported]) => find(project, imported) ?? [],
    );
  });
}
