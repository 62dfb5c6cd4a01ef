import { parseJsonObject } from '../../../formats/json.ts';
import { type Catalog, defineCataloger, type EvidenceFile, type ReadFile } from '../../cataloger.ts';
import { decodeText, unreadable } from '../../evidence.ts';
import { catalogLocked, type LockReading } from './locked-packages.ts';
import { isProjectFile } from './node-modules.ts';
import { readPackageLock } from './package-lock.ts';

/** `reading` is null for a file that is no lock file. */
export type NpmLockRecord = { readonly reading: LockReading | null };

/** npm's own order: what it last installed, what a package published, what a project keeps. */
const LOCK_FILES = ['node_modules/.package-lock.json', 'npm-shrinkwrap.json', 'package-lock.json'] as const;

/**
 * Packages that a lock file of npm names; where modules are installed for the same application these are the truth (see
 * `presence.ts`), so the lock file counts for one that was bundled into one file and kept its lock, or for a source tree.
 * Of several lock files of an application npm's own order decides. Packages for development are left out, as
 * `npm ci --omit=dev` does; lock files inside of modules describe nothing that is there.
 */
export const npmLockCataloger = defineCataloger<NpmLockRecord>({
  name: 'npm-lock',
  version: 3,
  interests: [
    {
      names: ['package-lock.json', 'npm-shrinkwrap.json', '.package-lock.json'],
      accepts: (path) => lockOf(path) !== null,
      maxBytes: 64 * 1024 * 1024,
    },
  ],
  unit: (path) => lockOf(path)?.application ?? '',
  read: readLock,
  catalog: catalogLocks,
});

/** The application whose lock file this is; null for lock files inside of modules and test data. */
function lockOf(path: string): { readonly application: string; readonly rank: number } | null {
  const rank = LOCK_FILES.findIndex((name) => path === name || path.endsWith(`/${name}`));
  const name = LOCK_FILES[rank];
  if (name === undefined) return null;
  const application = path.slice(0, Math.max(0, path.length - name.length - 1));
  return isProjectFile(`${application}/`) ? { application, rank } : null;
}

function readLock({ content }: EvidenceFile): ReadFile<NpmLockRecord> {
  const lock = parseJsonObject(decodeText(content));
  return { record: { reading: lock && readPackageLock(lock) }, coverage: [] };
}

/** The lock file of one application that counts; what others do not tell is not missed. */
function catalogLocks(files: ReadonlyMap<string, NpmLockRecord>): Catalog {
  const [first] = [...files].sort(([a], [b]) => rankOf(a) - rankOf(b));
  if (first === undefined) return { packages: [], coverage: [] };
  const [path, { reading }] = first;
  if (reading !== null) return catalogLocked(reading, path);
  const message = 'The file is not a lock file of npm; packages that only it names are missing.';
  return { packages: [], coverage: [unreadable(path, message)] };
}

function rankOf(path: string): number {
  return lockOf(path)?.rank ?? LOCK_FILES.length;
}
