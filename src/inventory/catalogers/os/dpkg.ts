/**
 * Packages of dpkg: the status database of Debian and everything derived from it, and the directory `status.d` that
 * distroless images have instead, with one file a package, or Chisel's manifest, where only slices of packages were
 * installed. Beside the databases three kinds of files tell more: the lists of owned files (`info/*.list`, in distroless images `status.d/*.md5sums`) and the copyright files.
 */
import type { SourcePackage } from '../../../model/package.ts';
import {
  type Catalog,
  type CatalogContext,
  type CatalogedPackage,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  UNKNOWN_FACTS,
} from '../../cataloger.ts';
import { CHISEL_MANIFEST, parseChiselManifest } from './chisel-manifest.ts';
import { isInstalled, relationsIn } from './control-fields.ts';
import { parseCopyright } from './debian-copyright.ts';
import { type Paragraph, parseParagraphs } from './deb822.ts';
import { boundedText, decodeText, isPackageName, NOTHING, unreadable } from '../../evidence.ts';
import { formatFileList, parseFileList } from './file-list.ts';
import { meetClauses } from './provided.ts';
import { systemPurl } from './system-purl.ts';

const DATABASE = 'var/lib/dpkg/status';
const DISTROLESS = 'var/lib/dpkg/status.d';
const INFO = 'var/lib/dpkg/info';
const COPYRIGHT = /^usr\/share\/doc\/([^/]+)\/copyright$/;

/** An installed package as its paragraph says it. */
export type DpkgPackage = {
  readonly name: string;
  /** Empty when the paragraph has none. */
  readonly version: string;
  readonly architecture: string | null;
  /** Null where the evidence never names sources. */
  readonly sourceName: string | null;
  readonly sourceVersion: string | null;
  readonly maintainer: string | null;
  readonly homepage: string | null;
  /** The synopsis: the first line. */
  readonly description: string | null;
  /** Clauses of Pre-Depends and Depends; each lists the alternatives. */
  readonly depends: readonly (readonly string[])[];
  readonly provides: readonly string[];
};

/** What is left of one file. `of` names the package, with its architecture where the file's name has it. */
export type DpkgRecord =
  | {
      readonly kind: 'packages';
      readonly packages: readonly DpkgPackage[];
      /** What Chisel put there, by package. */
      readonly slices?: readonly (readonly [of: string, files: string])[];
    }
  | { readonly kind: 'files'; readonly of: string; readonly files: string }
  | { readonly kind: 'licences'; readonly of: string; readonly licences: readonly string[] };

export const dpkgCataloger = defineCataloger<DpkgRecord>({
  name: 'dpkg',
  version: 3,
  interests: [
    // five thousand packages take some 10 MB
    { paths: [DATABASE], in: [{ directory: DISTROLESS }], maxBytes: 128 * 1024 * 1024 },
    { paths: [CHISEL_MANIFEST], maxBytes: 64 * 1024 * 1024 },
    { in: [{ directory: INFO, suffix: '.list' }], maxBytes: 16 * 1024 * 1024 },
    { names: ['copyright'], accepts: (path) => COPYRIGHT.test(path), maxBytes: 8 * 1024 * 1024 },
  ],
  read: readDpkgFile,
  catalog: catalogDpkg,
});

function readDpkgFile(file: EvidenceFile): ReadFile<DpkgRecord> {
  const { path } = file;
  if (path === CHISEL_MANIFEST) return readChiselManifest(file);
  const copyright = COPYRIGHT.exec(path)?.[1];
  if (copyright !== undefined) {
    const licences = parseCopyright(decodeText(file.content));
    return licences.length === 0
      ? NOTHING
      : { record: { kind: 'licences', of: copyright, licences }, coverage: [] };
  }
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name.endsWith('.list')) return readFileList(name.slice(0, -'.list'.length), file);
  if (name.endsWith('.md5sums')) return readFileList(name.slice(0, -'.md5sums'.length), file);
  return readDatabase(file);
}

/** `.list`: absolute paths, directories too. `.md5sums`: a checksum, two blanks and a path without leading slash. */
function readFileList(of: string, { content }: EvidenceFile): ReadFile<DpkgRecord> {
  const paths = decodeText(content)
    .split('\n')
    .map((line) => line.replace(/^[0-9a-f]{32} [ *]/, ''));
  return { record: { kind: 'files', of, files: formatFileList(paths) }, coverage: [] };
}

function readChiselManifest({ path, content }: EvidenceFile): ReadFile<DpkgRecord> {
  const manifest = parseChiselManifest(content);
  if (typeof manifest === 'string') return { record: null, coverage: [unreadable(path, manifest)] };
  const packages = manifest.packages.map((pkg): DpkgPackage => ({ ...UNTOLD, ...pkg }));
  return { record: { kind: 'packages', packages, slices: manifest.files }, coverage: [] };
}

/** What Chisel's manifest says of no package. */
const UNTOLD = {
  sourceName: null,
  sourceVersion: null,
  maintainer: null,
  homepage: null,
  description: null,
  depends: [],
  provides: [],
} as const;

const FIELDS: ReadonlySet<string> = new Set([
  'package',
  'status',
  'version',
  'architecture',
  'source',
  'maintainer',
  'homepage',
  'description',
  'pre-depends',
  'depends',
  'provides',
]);

function readDatabase({ path, content }: EvidenceFile): ReadFile<DpkgRecord> {
  const text = decodeText(content);
  const packages: DpkgPackage[] = [];
  let paragraphs = 0;
  let damaged = 0;
  for (const paragraph of parseParagraphs(text, FIELDS)) {
    paragraphs += 1;
    const name = paragraph.get('package') ?? '';
    if (!isPackageName(name)) damaged += 1;
    else if (isInstalled(paragraph)) packages.push(toDpkgPackage(name, paragraph));
  }
  const record: DpkgRecord = { kind: 'packages', packages };
  if (paragraphs === 0 && text.trim() !== '') {
    return { record, coverage: [unreadable(path, 'The file holds no paragraph of a dpkg database.')] };
  }
  if (damaged === 0) return { record, coverage: [] };
  const message = `${damaged} of ${paragraphs} paragraphs of the dpkg database name no package; what they describe is missing.`;
  return { record, coverage: [unreadable(path, message)] };
}

function toDpkgPackage(name: string, paragraph: Paragraph): DpkgPackage {
  const version = boundedText(paragraph.get('version'), 256) ?? '';
  const source = /^(\S+)(?:\s+\(([^()\s]+)\))?$/.exec(paragraph.get('source') ?? '');
  return {
    name,
    version,
    architecture: boundedText(paragraph.get('architecture'), 64),
    sourceName: source?.[1] ?? name,
    sourceVersion: source?.[2] ?? (version || null),
    maintainer: boundedText(paragraph.get('maintainer')),
    homepage: boundedText(paragraph.get('homepage')),
    description: boundedText(paragraph.get('description')?.split('\n', 1)[0]),
    depends: [...relationsIn(paragraph.get('pre-depends')), ...relationsIn(paragraph.get('depends'))],
    provides: relationsIn(paragraph.get('provides')).flat(),
  };
}

function catalogDpkg(files: ReadonlyMap<string, DpkgRecord>, { distribution }: CatalogContext): Catalog {
  const database = collect(files);
  const packages = [...database.packages.values()].map(({ pkg, path }): CatalogedPackage => {
    const owned = database.files.get(`${pkg.name}:${pkg.architecture}`) ?? database.files.get(pkg.name);
    return {
      ...UNKNOWN_FACTS,
      type: 'deb',
      purl: systemPurl({ ...pkg, type: 'deb' }, distribution),
      name: pkg.name,
      version: pkg.version,
      architecture: pkg.architecture,
      source: sourceOf(pkg),
      licences: licencesOf(pkg, database),
      supplier: pkg.maintainer,
      description: pkg.description,
      homepage: pkg.homepage,
      evidence: owned === undefined || owned.path === path ? [path] : [path, owned.path],
      get files() {
        return owned === undefined ? [] : parseFileList(owned.files);
      },
      dependencies: dependenciesOf(pkg, database),
    };
  });
  return { packages, coverage: [] };
}

/** The database of one file system, put together from all files that are part of it. */
interface Database {
  readonly packages: Map<string, { readonly pkg: DpkgPackage; readonly path: string }>;
  /** By `name:architecture` or name. */
  readonly files: Map<string, { readonly files: string; readonly path: string }>;
  readonly licences: Map<string, readonly string[]>;
  /** Installed packages by each name that they have or provide. */
  readonly byName: Map<string, DpkgPackage>;
}

function collect(files: ReadonlyMap<string, DpkgRecord>): Database {
  const database: Database = {
    packages: new Map(),
    files: new Map(),
    licences: new Map(),
    byName: new Map(),
  };
  for (const [path, record] of files) {
    if (record.kind === 'files') database.files.set(record.of, { files: record.files, path });
    else if (record.kind === 'licences') database.licences.set(record.of, record.licences);
    else {
      for (const pkg of record.packages) {
        // a status file beside Chisel's manifest, which comes before it, tells more of the same packages
        database.packages.set(`${pkg.name}:${pkg.architecture}`, { pkg, path });
      }
      for (const [of, owned] of record.slices ?? []) database.files.set(of, { files: owned, path });
    }
  }
  for (const { pkg } of database.packages.values()) {
    for (const name of pkg.provides) if (!database.byName.has(name)) database.byName.set(name, pkg);
  }
  for (const { pkg } of database.packages.values()) database.byName.set(pkg.name, pkg);
  return database;
}

function sourceOf(pkg: DpkgPackage): SourcePackage | null {
  return pkg.sourceName === null ? null : { name: pkg.sourceName, version: pkg.sourceVersion };
}

function dependenciesOf(pkg: DpkgPackage, { byName }: Database): readonly string[] {
  return meetClauses(pkg.name, pkg.depends, (name) => byName.get(name)?.name);
}

/**
 * A package without a copyright file of its own may link its documentation to that of a package it depends on, if both
 * come from one source. Debian Policy, 12.5.
 */
function licencesOf(pkg: DpkgPackage, { licences, byName }: Database): readonly string[] {
  const own = licences.get(pkg.name);
  if (own !== undefined) return own;
  const linked = pkg.depends
    .flat()
    .map((name) => byName.get(name))
    .find((other) => other?.sourceName === pkg.sourceName && licences.has(other.name));
  return (linked && licences.get(linked.name)) ?? [];
}
