import type { Purl } from '../../../model/purl.ts';
import type { Coverage } from '../../../model/coverage.ts';
import { parseJsonObject } from '../../../formats/json.ts';
import { parseToml } from '../../../formats/toml.ts';
import {
  type Catalog,
  type CatalogedPackage,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { decodeText, NOTHING, unreadable } from '../../evidence.ts';
import { type LockedPackage, lockedPurl, type LockReading, requiredPurls } from './locked-package.ts';
import { readPdmLock } from './pdm-lock.ts';
import { readPipfileLock } from './pipfile-lock.ts';
import { readPoetryLock } from './poetry-lock.ts';
import { readPylock } from './pylock.ts';
import { readRequirementsFile } from './requirements-file.ts';
import { readUvLock } from './uv-lock.ts';

interface LockFormat {
  /** Base name. */
  readonly matches: RegExp;
  /** Null for text that is not of the format. */
  readonly read: (text: string) => LockReading | null;
}

/** Of several that name one distribution in a directory, the first is the main evidence: it tells most. */
const FORMATS: readonly LockFormat[] = [
  { matches: /^uv\.lock$/, read: (text) => readTable(text, readUvLock) },
  { matches: /^poetry\.lock$/, read: (text) => readTable(text, readPoetryLock) },
  { matches: /^pdm\.lock$/, read: (text) => readTable(text, readPdmLock) },
  { matches: /^pylock(?:\.[^.]+)?\.toml$/, read: (text) => readTable(text, readPylock) },
  {
    matches: /^Pipfile\.lock$/,
    read: (text) => {
      const lock = parseJsonObject(text);
      return lock && readPipfileLock(lock);
    },
  },
  { matches: /^[\w.-]*requirements?[\w.-]*\.txt$/, read: readRequirementsFile },
];

function readTable(
  text: string,
  read: (lock: NonNullable<ReturnType<typeof parseToml>>) => LockReading | null,
) {
  const lock = parseToml(text);
  return lock && read(lock);
}

/** The largest known lock files have some thousand. */
const MAX_PACKAGES = 100_000;

/**
 * Distributions that only a lock or requirements file names. Those of one directory describe one application and are
 * taken together. Those for development by their name, those of an installed distribution, of tests, examples and
 * documentation describe nothing that is there.
 */
export const pythonLockCataloger = defineCataloger<LockReading>({
  name: 'python-lock',
  version: 1,
  interests: [
    {
      names: ['uv.lock', 'poetry.lock', 'pdm.lock', 'Pipfile.lock'],
      suffixes: ['.toml', '.txt'],
      accepts: isLock,
      maxBytes: 64 * 1024 * 1024,
    },
    { parents: [{ name: 'requirements', suffix: '.txt' }], accepts: isInApplication, maxBytes: 1024 * 1024 },
  ],
  unit: directoryOf,
  read: readLock,
  catalog: catalogLocks,
});

const ELSEWHERE =
  /(?:^|\/)(?:site-packages|dist-packages|node_modules|\.cache|tests?|testing|testdata|fixtures|__tests__|examples?|docs?)\//;
const FOR_DEVELOPMENT =
  /(?:^|[-_./])(?:dev|develop|development|tests?|testing|docs?|lint|linting|typing|ci)(?=[-_.])/;

function isLock(path: string): boolean {
  return formatOf(path) !== undefined && isInApplication(path);
}

function isInApplication(path: string): boolean {
  return !ELSEWHERE.test(path) && !FOR_DEVELOPMENT.test(baseName(path));
}

function directoryOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

function formatOf(path: string): LockFormat | undefined {
  return FORMATS.find(({ matches }) => matches.test(baseName(path)));
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function readLock({ path, content }: EvidenceFile): ReadFile<LockReading> {
  // a file in the directory `requirements` may have any name
  const read = formatOf(path)?.read ?? readRequirementsFile;
  const reading = read(decodeText(content));
  if (reading === null) {
    const message =
      'The file is not a lock file of the kind that its name says; packages that only it names are missing.';
    return { record: null, coverage: [unreadable(path, message)] };
  }
  const { packages, damaged } = reading;
  if (packages.length === 0 && damaged === 0) return NOTHING;
  return {
    record: { packages: packages.slice(0, MAX_PACKAGES), damaged },
    coverage: lossesOf(reading, path),
  };
}

function lossesOf({ packages, damaged }: LockReading, path: string): readonly Coverage[] {
  const coverage: Coverage[] = [];
  if (damaged > 0) {
    const message = `${damaged} entries of the lock file could not be understood; their packages are missing.`;
    coverage.push(unreadable(path, message));
  }
  if (packages.length > MAX_PACKAGES) {
    const message = `The lock file names more than ${MAX_PACKAGES} packages; the rest was left out.`;
    coverage.push({ code: 'LIMIT_REACHED', message, subject: path });
  }
  return coverage;
}

/** The files of one directory; a distribution that several of them name is one package. */
function catalogLocks(files: ReadonlyMap<string, LockReading>): Catalog {
  const packages = new Map<Purl, CatalogedPackage>();
  for (const [path, reading] of [...files].sort(([a], [b]) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1))) {
    const requires = requiredPurls(reading.packages);
    for (const locked of reading.packages) {
      const purl = lockedPurl(locked);
      const known = packages.get(purl);
      const pkg = known ?? toPackage(purl, locked, requires(locked));
      packages.set(purl, { ...pkg, evidence: [...new Set([...pkg.evidence, path])] });
    }
  }
  return { packages: [...packages.values()], coverage: [] };
}

function rankOf(path: string): number {
  const rank = FORMATS.findIndex((format) => format === formatOf(path));
  return rank < 0 ? FORMATS.length : rank;
}

function toPackage(purl: Purl, locked: LockedPackage, requires: readonly Purl[]): CatalogedPackage {
  return toCatalogedPackage({
    type: 'pypi',
    presence: 'declared',
    purl,
    name: locked.name,
    version: locked.version,
    checksums: locked.sha256.map((hex) => ({ algorithm: 'sha256', hex })),
    evidence: [],
    dependencies: [...new Set(locked.needs.map(({ name }) => name))].sort(),
    requires,
  });
}
