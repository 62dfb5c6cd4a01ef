/**
 * Packages of rpm: its database in all three formats and all three places, and the list that distroless images of
 * CBL-Mariner have instead. The formats themselves are read in `../rpmdb`.
 */
import type { Coverage } from '../../../model/coverage.ts';
import type { Distribution } from '../../../model/package.ts';
import { parseSourceRpm } from '../../../model/source-rpm.ts';
import {
  type Catalog,
  type CatalogContext,
  type CatalogedPackage,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  UNKNOWN_FACTS,
} from '../../cataloger.ts';
import { NOTHING, unreadable } from '../../evidence.ts';
import { parseFileList } from './file-list.ts';
import { parseContainerManifest } from './rpmdb/container-manifest.ts';
import { DATABASE_FORMATS, type DatabaseFormat, readRpmDatabase } from './rpmdb/database.ts';
import { packageIdentity, type RpmPackage } from './rpmdb/package.ts';
import { countCommittedFrames } from './rpmdb/write-ahead-log.ts';
import { systemPurl } from './system-purl.ts';

/** A list of packages, or what the write-ahead log beside a database says about it. */
export type RpmRecord = PackageList | { readonly format: 'write-ahead-log'; readonly pages: number };

type PackageList = {
  readonly format: DatabaseFormat | 'manifest';
  readonly packages: readonly RpmPackage[];
};

/** Newest first: where Fedora and SUSE have the database today, where rpm-ostree has it, and where it always was. */
const DIRECTORIES = ['usr/lib/sysimage/rpm', 'usr/share/rpm', 'var/lib/rpm'] as const;
const NAMES = ['rpmdb.sqlite', 'Packages.db', 'Packages'] as const;
const LOG_SUFFIX = '-wal';
const MANIFEST = 'var/lib/rpmmanifest/container-manifest-2';

export const rpmCataloger = defineCataloger<RpmRecord>({
  name: 'rpm',
  version: 1,
  interests: [
    {
      paths: DIRECTORIES.flatMap((directory) => [
        ...NAMES.map((name) => `${directory}/${name}`),
        `${directory}/rpmdb.sqlite${LOG_SUFFIX}`,
      ]),
      // every header with its file list and changelog: large installations have hundreds of megabytes
      maxBytes: 512 * 1024 * 1024,
    },
    { paths: [MANIFEST], maxBytes: 16 * 1024 * 1024 },
  ],
  read: readFile,
  catalog: catalogRpm,
});

function readFile(file: EvidenceFile): ReadFile<RpmRecord> {
  if (file.path.endsWith(LOG_SUFFIX)) return readLog(file);
  return file.path === MANIFEST ? readManifest(file) : readDatabase(file);
}

function readDatabase({ path, content }: EvidenceFile): ReadFile<RpmRecord> {
  const database = readRpmDatabase(content);
  if (database === null) {
    const what =
      content.length === 0 ? 'The file is empty' : 'The file is no Berkeley DB hash, ndb or SQLite database';
    return {
      record: null,
      coverage: [unreadable(path, `${what}; the rpm packages that it should list are missing.`)],
    };
  }
  const { format, packages, losses } = database;
  if (losses === null) return { record: { format, packages }, coverage: [] };
  const message =
    `Of this rpm database ${packages.length} packages were read; ${losses.places} of its parts could not be, ` +
    `and packages or their files may be missing. The first: ${losses.first}.`;
  return { record: { format, packages }, coverage: [unreadable(path, message)] };
}

function readManifest({ path, content }: EvidenceFile): ReadFile<RpmRecord> {
  const { packages, lostLines } = parseContainerManifest(content);
  const record = { format: 'manifest', packages } as const;
  if (lostLines === 0) return { record, coverage: [] };
  const message = `${lostLines} lines of this list of rpm packages describe none; what they stand for is missing.`;
  return { record, coverage: [unreadable(path, message)] };
}

function readLog({ content }: EvidenceFile): ReadFile<RpmRecord> {
  const pages = countCommittedFrames(content);
  return pages === 0 ? NOTHING : { record: { format: 'write-ahead-log', pages }, coverage: [] };
}

interface Listing extends PackageList {
  readonly path: string;
}

/**
 * Reports the packages of one list. After an upgrade an image can have several databases, and rpm reads one of them:
 * the newest format that is there, in the directory it is configured for. Here: what has packages before what has
 * none, then the newest format, then the newest directory. That another list differs is coverage.
 */
function catalogRpm(files: ReadonlyMap<string, RpmRecord>, { distribution }: CatalogContext): Catalog {
  const listings: Listing[] = [];
  for (const [path, record] of files) {
    if (record.format !== 'write-ahead-log') listings.push({ path, ...record });
  }
  const [chosen, ...others] = listings.sort(byPreference);
  if (chosen === undefined) return { packages: [], coverage: [] };
  return {
    packages: chosen.packages.map((pkg) => toCataloged(pkg, chosen.path, distribution)),
    coverage: [
      ...logCoverage(chosen, files.get(chosen.path + LOG_SUFFIX)),
      ...others.flatMap((other) => differenceCoverage(chosen, other)),
    ],
  };
}

function byPreference(a: Listing, b: Listing): number {
  return (
    Number(a.packages.length === 0) - Number(b.packages.length === 0) ||
    formatRank(a) - formatRank(b) ||
    directoryRank(a) - directoryRank(b) ||
    (a.path < b.path ? -1 : 1)
  );
}

function formatRank({ format }: Listing): number {
  return format === 'manifest' ? DATABASE_FORMATS.length : DATABASE_FORMATS.indexOf(format);
}

function directoryRank({ path }: Listing): number {
  return DIRECTORIES.findIndex((directory) => path.startsWith(`${directory}/`));
}

function differenceCoverage(chosen: Listing, other: Listing): readonly Coverage[] {
  const known = new Set(chosen.packages.map(packageIdentity));
  const missing = other.packages.filter((pkg) => !known.has(packageIdentity(pkg))).length;
  if (missing === 0) return [];
  const message =
    `${missing} of the ${other.packages.length} packages listed here are not in ${chosen.path}, which is taken for ` +
    'the rpm database in use; they were taken for what an upgrade left behind and are not reported.';
  return [unreadable(other.path, message)];
}

function logCoverage({ path, format }: Listing, log: RpmRecord | undefined): readonly Coverage[] {
  if (format !== 'sqlite' || log?.format !== 'write-ahead-log') return [];
  const message =
    `The rpm database has a write-ahead log of ${log.pages} pages, which Hallmark does not read; ` +
    'the last changes to the installed packages may be missing.';
  return [unreadable(path + LOG_SUFFIX, message)];
}

function toCataloged(pkg: RpmPackage, path: string, distribution: Distribution | null): CatalogedPackage {
  const versionRelease = [pkg.version, pkg.release].filter(Boolean).join('-');
  const epoch = pkg.epoch === null ? null : String(pkg.epoch);
  return {
    ...UNKNOWN_FACTS,
    type: 'rpm',
    purl: systemPurl({ ...pkg, type: 'rpm', version: versionRelease, epoch }, distribution),
    name: pkg.name,
    // as rpm prints %{EVR}: an epoch of 0 compares like none, but is there
    version: epoch === null ? versionRelease : `${epoch}:${versionRelease}`,
    architecture: pkg.architecture,
    source: pkg.sourceRpm === null ? null : parseSourceRpm(pkg.sourceRpm),
    licences: pkg.licence === null ? [] : [pkg.licence],
    supplier: pkg.vendor,
    description: pkg.summary,
    homepage: pkg.url,
    modularityLabel: pkg.modularityLabel,
    evidence: [path],
    get files() {
      return parseFileList(pkg.files);
    },
    dependencies: pkg.dependencies,
  };
}
