import { isObject, type JsonObject, parseJsonObject, textsIn } from '../../../formats/json.ts';
import {
  type Catalog,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { boundedText, decodeText, NOTHING, textOf, unreadable } from '../../evidence.ts';
import { parseParagraphs } from '../os/deb822.ts';
import { cranPurl, dependencyNames, isRName, remoteOf } from './r-purl.ts';

/** A package that a lock file names. */
export type LockedRPackage = {
  readonly name: string;
  readonly version: string;
  readonly repository: string | null;
  readonly remote: string | null;
  readonly licence: string | null;
  readonly dependencies: readonly string[];
};

export type RLockRecord = readonly LockedRPackage[];

type Field = (name: string) => string | null;

/**
 * Packages of R that only a lock file names: `renv.lock` (renv, "Lockfiles") or its forerunner `packrat.lock`. Neither
 * knows packages for development.
 */
export const rLockCataloger = defineCataloger<RLockRecord>({
  name: 'r-lock',
  version: 1,
  interests: [
    {
      names: ['renv.lock', 'packrat.lock'],
      accepts: (path) => !/(?:^|\/)(?:tests?|fixtures|examples?|docs?)\//.test(path),
      maxBytes: 32 * 1024 * 1024,
    },
  ],
  unit: (path) => path,
  read: ({ path, content }: EvidenceFile) => {
    const text = decodeText(content);
    return path.endsWith('renv.lock') ? readRenv(text, path) : readPackrat(text, path);
  },
  catalog: catalogLocks,
});

function readRenv(text: string, path: string): ReadFile<RLockRecord> {
  const lock = parseJsonObject(text);
  if (lock === null || !isObject(lock['R'])) {
    return {
      record: null,
      coverage: [unreadable(path, 'The file is not a lock file of renv; its packages are missing.')],
    };
  }
  const entries = isObject(lock['Packages']) ? Object.values(lock['Packages']) : [];
  return toReadFile(
    entries.map((entry) => (isObject(entry) ? fromRenv(entry) : null)),
    path,
  );
}

/** Since renv 1.1 an entry holds the fields of `DESCRIPTION`; before it had `Requirements`. */
function fromRenv(entry: JsonObject): LockedRPackage | null {
  const field: Field = (name) => textOf(entry[name]);
  const lists = ['Depends', 'Imports', 'Requirements'].flatMap((name) => [entry[name]].flat());
  return toLocked(
    field,
    field('Source') === 'Bioconductor' ? 'Bioconductor' : field('Repository'),
    textsIn(lists),
  );
}

const PACKRAT_FIELDS: ReadonlySet<string> = new Set([
  'packratformat',
  'package',
  'version',
  'source',
  'requires',
  'remotetype',
  'remoteurl',
  'remoteusername',
  'remoterepo',
  'remotesha',
  'githubrepo',
  'githubusername',
  'githubsha1',
]);

/** A paragraph about the lock, then one a package. */
function readPackrat(text: string, path: string): ReadFile<RLockRecord> {
  const [head, ...paragraphs] = parseParagraphs(text, PACKRAT_FIELDS);
  if (head?.has('packratformat') !== true) {
    return {
      record: null,
      coverage: [unreadable(path, 'The file is not a lock file of packrat; its packages are missing.')],
    };
  }
  return toReadFile(
    paragraphs.map((paragraph) => {
      const field: Field = (name) => boundedText(paragraph.get(name.toLowerCase())?.replaceAll(/\s+/g, ' '));
      return toLocked(field, field('Source'), [field('Requires') ?? '']);
    }),
    path,
  );
}

function toLocked(field: Field, repository: string | null, lists: readonly string[]): LockedRPackage | null {
  const name = field('Package') ?? '';
  if (!isRName(name)) return null;
  return {
    name,
    version: boundedText(field('Version'), 256) ?? '',
    repository,
    remote: remoteOf(field),
    licence: field('License'),
    dependencies: dependencyNames(lists),
  };
}

function toReadFile(entries: readonly (LockedRPackage | null)[], path: string): ReadFile<RLockRecord> {
  const packages = entries.filter((entry) => entry !== null);
  const damaged = entries.length - packages.length;
  if (damaged === 0) return packages.length === 0 ? NOTHING : { record: packages, coverage: [] };
  const message = `${damaged} entries of the lock file name no package; what they describe is missing.`;
  return { record: packages, coverage: [unreadable(path, message)] };
}

function catalogLocks(files: ReadonlyMap<string, RLockRecord>): Catalog {
  const packages = [...files].flatMap(([path, locked]) =>
    locked.map((pkg) =>
      toCatalogedPackage({
        type: 'cran',
        presence: 'declared',
        purl: cranPurl(pkg),
        name: pkg.name,
        version: pkg.version,
        licences: pkg.licence === null ? [] : [pkg.licence],
        evidence: [path],
        dependencies: pkg.dependencies,
      }),
    ),
  );
  return { packages, coverage: [] };
}
