/**
 * Packages that pnpm's lock file names, formats 5 to 9. `importers` has what each project of a workspace asks for (the
 * document itself, in files of one project before format 9), `packages` what there is, and `snapshots`, split off in
 * format 9, what each needs together with its peers. pnpm/spec, "lockfile".
 */
import { isObject, type JsonObject } from '../../../formats/json.ts';
import { parseYaml } from '../../../formats/yaml.ts';
import { defineCataloger, type EvidenceFile, type ReadFile } from '../../cataloger.ts';
import { decodeText, unreadable } from '../../evidence.ts';
import { checksumsOf } from './integrity.ts';
import {
  catalogLocked,
  lockedFacts,
  type LockedFacts,
  type LockEntry,
  type LockReading,
  NO_ENTRY,
  reachablePackages,
} from './locked-packages.ts';
import { isForLinux, isNpmName, originOf, requiredRanges, textOf } from './npm-fields.ts';
import { isProjectFile } from './node-modules.ts';
import { parsePnpmKey, type PnpmKey } from './pnpm-key.ts';

/**
 * What a project's own dependencies lead to counts; what only its development needs does not, nor do optional packages
 * for other systems. Format 9 no longer marks development, and the marks of older ones say the same.
 */
export const pnpmLockCataloger = defineCataloger<LockReading>({
  name: 'pnpm-lock',
  version: 1,
  interests: [{ names: ['pnpm-lock.yaml'], accepts: isProjectFile, maxBytes: 64 * 1024 * 1024 }],
  unit: (path) => path,
  read: readLock,
  catalog: (files) => {
    const [file] = files;
    return file === undefined ? { packages: [], coverage: [] } : catalogLocked(file[1], file[0]);
  },
});

function readLock({ path, content }: EvidenceFile): ReadFile<LockReading> {
  // pnpm 11 writes its own tools into a document before that of the project
  const documents = decodeText(content).split(/^---[ \r]*$/m);
  const lock = parseYaml(documents.at(-1) ?? '');
  if (isObject(lock) && 'lockfileVersion' in lock) return { record: readPnpmLock(lock), coverage: [] };
  const message = 'The file is not a lock file of pnpm; packages that only it names are missing.';
  return { record: null, coverage: [unreadable(path, message)] };
}

/** Lists the packages of a parsed lock file that an installation for production on Linux may hold. */
export function readPnpmLock(lock: JsonObject): LockReading {
  const format = Number.parseFloat(String(lock['lockfileVersion']));
  const packages = isObject(lock['packages']) ? lock['packages'] : {};
  const snapshots = isObject(lock['snapshots']) ? lock['snapshots'] : packages;
  const keys = Object.keys(snapshots);
  const find = createFinder(keys);
  let damaged = 0;
  const entries = keys.map((key): LockEntry => {
    const snapshot = snapshots[key];
    const parsed = parsePnpmKey(key, format);
    const described = packages[key] ?? packages[parsed.withoutPeers];
    if (!isObject(snapshot) || !isObject(described)) {
      damaged += 1;
      return NO_ENTRY;
    }
    if (!isForLinux(described['os'])) return NO_ENTRY;
    const needs = requiredRanges(snapshot['dependencies'], snapshot['optionalDependencies']);
    const found = needs.flatMap(([name, version]) => find(name, version) ?? []);
    const resolution = isObject(described['resolution']) ? described['resolution'] : {};
    // a directory of the project
    if (resolution['type'] === 'directory') return { pkg: null, needs: found };
    const pkg = toFacts(described, resolution, parsed);
    if (!isNpmName(pkg.name)) {
      damaged += 1;
      return NO_ENTRY;
    }
    return { pkg, needs: found };
  });
  const roots = importersOf(lock).flatMap(({ dependencies, optionalDependencies }) =>
    requiredRanges(dependencies, optionalDependencies).flatMap(
      ([name, version]) => find(name, version) ?? [],
    ),
  );
  return reachablePackages(entries, roots, damaged);
}

function importersOf(lock: JsonObject): readonly JsonObject[] {
  return isObject(lock['importers']) ? Object.values(lock['importers']).filter(isObject) : [lock];
}

/** Answers which entry a dependency leads to: by what is written, or by its name together with that. */
function createFinder(keys: readonly string[]): (name: string, version: unknown) => number | undefined {
  const indices = new Map(keys.map((key, index) => [key, index]));
  return (name, version) => {
    const written = isObject(version) ? version['version'] : version;
    if (typeof written !== 'string') return undefined;
    const spellings = [`${name}@${written}`, `/${name}@${written}`, `/${name}/${written}`, written];
    return spellings.map((key) => indices.get(key)).find((index) => index !== undefined);
  };
}

function toFacts(described: JsonObject, resolution: JsonObject, key: PnpmKey): LockedFacts {
  const commit = textOf(resolution['commit']);
  const repository = textOf(resolution['repo']);
  const isGit = repository !== null && commit !== null;
  return lockedFacts({
    name: textOf(described['name'], 256) ?? key.name,
    version: textOf(described['version'], 256) ?? key.version,
    origin: originOf(isGit ? `git+${repository}#${commit}` : (textOf(resolution['tarball']) ?? key.origin)),
    checksums: checksumsOf(resolution['integrity']),
  });
}
