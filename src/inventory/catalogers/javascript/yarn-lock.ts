import { parseJsonObject } from '../../../formats/json.ts';
import { type Catalog, defineCataloger, type EvidenceFile, type ReadFile } from '../../cataloger.ts';
import { decodeText, NOTHING, unreadable } from '../../evidence.ts';
import { catalogLocked, reachablePackages } from './locked-packages.ts';
import { isProjectFile } from './node-modules.ts';
import { requiredRanges } from './npm-fields.ts';
import { readBerryLock } from './yarn-berry.ts';
import { readClassicLock } from './yarn-classic.ts';
import { createFinder, type YarnLock } from './yarn-descriptors.ts';

export type YarnLockRecord =
  | { readonly kind: 'lock'; readonly lock: YarnLock }
  /** What the project asks for at run time: its `package.json`. */
  | {
      readonly kind: 'manifest';
      readonly needs: readonly (readonly [name: string, range: string])[];
      readonly hasWorkspaces: boolean;
    };

/**
 * Packages that a lock file of Yarn names, classic and berry. The lock does not say what is for development: the
 * `package.json` beside it does, and what its other dependencies lead to counts. Workspaces count whole, because their
 * manifests lie elsewhere; a classic lock does not tell what is theirs, and then counts whole itself, as it does without
 * a manifest. For which systems a package is, only berry tells.
 */
export const yarnLockCataloger = defineCataloger<YarnLockRecord>({
  name: 'yarn-lock',
  version: 1,
  interests: [
    { names: ['yarn.lock'], accepts: isProjectFile, maxBytes: 64 * 1024 * 1024 },
    { names: ['package.json'], accepts: isProjectFile, maxBytes: 4 * 1024 * 1024 },
  ],
  unit: (path) => path.slice(0, Math.max(0, path.lastIndexOf('/'))),
  read: (file) => (file.path.endsWith('package.json') ? readManifest(file) : readLock(file)),
  catalog: catalogYarn,
});

function readManifest({ content }: EvidenceFile): ReadFile<YarnLockRecord> {
  const manifest = parseJsonObject(decodeText(content));
  if (manifest === null) return NOTHING;
  const needs = requiredRanges(manifest['dependencies'], manifest['optionalDependencies']).flatMap(
    ([name, range]): [string, string][] => (typeof range === 'string' ? [[name, range]] : []),
  );
  return { record: { kind: 'manifest', needs, hasWorkspaces: 'workspaces' in manifest }, coverage: [] };
}

function readLock({ path, content }: EvidenceFile): ReadFile<YarnLockRecord> {
  const text = decodeText(content);
  const lock = /^__metadata:/m.test(text) ? readBerryLock(text) : readClassicLock(text);
  const isEmpty = lock?.entries.length === 0;
  if (lock === null || (isEmpty && lock.damaged > 0)) {
    const message = 'The file is not a lock file of Yarn; packages that only it names are missing.';
    return { record: null, coverage: [unreadable(path, message)] };
  }
  return isEmpty ? NOTHING : { record: { kind: 'lock', lock }, coverage: [] };
}

function catalogYarn(files: ReadonlyMap<string, YarnLockRecord>): Catalog {
  const records = [...files];
  const manifest = records.map(([, record]) => record).find((record) => record.kind === 'manifest');
  for (const [path, record] of records) {
    if (record.kind !== 'lock') continue;
    const { entries, damaged } = record.lock;
    return catalogLocked(reachablePackages(entries, rootsOf(record.lock, manifest), damaged), path);
  }
  return { packages: [], coverage: [] };
}

function rootsOf(
  { entries, descriptors, projects, main }: YarnLock,
  manifest: Extract<YarnLockRecord, { kind: 'manifest' }> | undefined,
): Iterable<number> {
  const others = projects.filter((project) => project !== main);
  const isUntold = manifest?.hasWorkspaces === true && others.length === 0;
  if (manifest === undefined || isUntold) return projects.length > 0 ? projects : entries.keys();
  const find = createFinder(descriptors);
  return [...manifest.needs.flatMap(([name, range]) => find(name, range)), ...others];
}
