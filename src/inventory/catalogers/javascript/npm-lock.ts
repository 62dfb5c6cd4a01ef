import type { Coverage } from '../../../model/coverage.ts';
import {
  type Catalog,
  type CatalogedPackage,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { decodeText, unreadable } from '../../evidence.ts';
import { applicationOf, isInsideModule, isModuleManifest } from './node-modules.ts';
import { parseJsonObject } from '../../../formats/json.ts';
import { npmPurl } from './npm-fields.ts';
import { type LockedPackage, type LockReading, readPackageLock } from './package-lock.ts';

export type NpmLockRecord =
  /** Null: the file is no lock file. */
  | { readonly kind: 'lock'; readonly reading: LockReading | null }
  /** The manifest of a module that is installed beside. */
  | { readonly kind: 'module' };

/** npm's own order: what it last installed, what a package published, what a project keeps. */
const LOCK_FILES = ['node_modules/.package-lock.json', 'npm-shrinkwrap.json', 'package-lock.json'] as const;

/**
 * Packages that only a lock file of npm names. In an image the installed modules are the truth, so a lock file counts
 * only where no module is installed beside it: for an application that was bundled into one file and kept its lock,
 * or a source tree. Of several lock files of an application npm's own order decides. Packages for development are
 * left out, as `npm ci --omit=dev` does; lock files inside of modules describe nothing that is there.
 */
export const npmLockCataloger = defineCataloger<NpmLockRecord>({
  name: 'npm-lock',
  version: 2,
  interests: [
    {
      names: ['package-lock.json', 'npm-shrinkwrap.json', '.package-lock.json'],
      accepts: (path) => lockOf(path) !== null,
      maxBytes: 64 * 1024 * 1024,
    },
    { names: ['package.json'], accepts: isApplicationModule, maxBytes: 4 * 1024 * 1024 },
  ],
  unit: (path) => lockOf(path)?.application ?? applicationOf(path) ?? '',
  read: readLock,
  catalog: catalogLocks,
});

/** The application whose lock file this is; null for lock files inside of modules. */
function lockOf(path: string): { readonly application: string; readonly rank: number } | null {
  const rank = LOCK_FILES.findIndex((name) => path === name || path.endsWith(`/${name}`));
  const name = LOCK_FILES[rank];
  if (name === undefined) return null;
  const application = path.slice(0, Math.max(0, path.length - name.length - 1));
  return isInsideModule(`${application}/`) ? null : { application, rank };
}

/** Enough to know that something is installed for an application. */
function isApplicationModule(path: string): boolean {
  return applicationOf(path) !== null && isModuleManifest(path);
}

function readLock({ path, content }: EvidenceFile): ReadFile<NpmLockRecord> {
  if (lockOf(path) === null) return { record: { kind: 'module' }, coverage: [] };
  const lock = parseJsonObject(decodeText(content));
  return { record: { kind: 'lock', reading: lock && readPackageLock(lock) }, coverage: [] };
}

/** The files of one application. */
function catalogLocks(files: ReadonlyMap<string, NpmLockRecord>): Catalog {
  const records = [...files];
  if (records.some(([, { kind }]) => kind === 'module')) return { packages: [], coverage: [] };
  const [first] = records.sort(([a], [b]) => rankOf(a) - rankOf(b));
  if (first?.[1].kind !== 'lock') return { packages: [], coverage: [] };
  const [path, { reading }] = [first[0], first[1]];
  return {
    packages: reading?.packages.map((pkg) => toPackage(pkg, path)) ?? [],
    coverage: lossesOf(reading, path),
  };
}

/** Coverage of the lock file that counts; what others do not tell is not missed. */
function lossesOf(reading: LockReading | null, path: string): readonly Coverage[] {
  if (reading === null) {
    return [unreadable(path, 'The file is not a lock file of npm; packages that only it names are missing.')];
  }
  const coverage: Coverage[] = [];
  if (reading.damaged > 0) {
    const message = `${reading.damaged} entries of the lock file could not be understood; their packages are missing.`;
    coverage.push(unreadable(path, message));
  }
  if (reading.cut) {
    const message = `The lock file names more than ${reading.packages.length} packages; the rest was left out.`;
    coverage.push({ code: 'LIMIT_REACHED', message, subject: path });
  }
  return coverage;
}

function rankOf(path: string): number {
  return lockOf(path)?.rank ?? LOCK_FILES.length;
}

function toPackage(locked: LockedPackage, path: string): CatalogedPackage {
  return toCatalogedPackage({
    type: 'npm',
    presence: 'declared',
    purl: npmPurl(locked.name, locked.version, originQualifier(locked.origin)),
    name: locked.name,
    version: locked.version,
    licences: locked.licences,
    evidence: [path],
    dependencies: locked.dependencies,
  });
}

/** purl-spec, "Known qualifiers key/value pairs". */
function originQualifier(origin: string | null): Record<string, string | null> {
  if (origin === null) return {};
  return origin.startsWith('git') ? { vcs_url: origin } : { download_url: origin };
}
