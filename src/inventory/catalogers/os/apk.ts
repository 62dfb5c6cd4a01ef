/**
 * Packages of apk: the installed database of Alpine, Wolfi and their like. A package is a block of lines, each a letter,
 * a colon and a value; capital and small letters differ. `F:` opens a directory, in which each `R:` names a file.
 * apk-tools, "installed database"; Alpine wiki, "Apk spec".
 */
import {
  type Catalog,
  type CatalogContext,
  type CatalogedPackage,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  UNKNOWN_FACTS,
} from '../../cataloger.ts';
import { boundedText, decodeText, isPackageName, unreadable } from '../../evidence.ts';
import { formatFileList, parseFileList } from './file-list.ts';
import { meetClauses, providersOf } from './provided.ts';
import { systemPurl } from './system-purl.ts';

/** An installed package as its block says it. */
export type ApkPackage = {
  readonly name: string;
  /** Empty when the block has none. */
  readonly version: string;
  readonly architecture: string | null;
  /** The aport that it was built from; it shares the version. */
  readonly origin: string;
  readonly licence: string | null;
  readonly description: string | null;
  readonly homepage: string | null;
  readonly maintainer: string | null;
  /** As written: `musl>=1.2`, `so:libz.so.1`, `cmd:sh`, `!conflict`. */
  readonly depends: readonly string[];
  /** As written: `so:libz.so.1=1.3.1`. */
  readonly provides: readonly string[];
  readonly files: string;
};

export type ApkRecord = readonly ApkPackage[];

export const apkCataloger = defineCataloger<ApkRecord>({
  name: 'apk',
  version: 1,
  interests: [
    {
      // the second since apk-tools 3
      paths: ['lib/apk/db/installed', 'usr/lib/apk/db/installed'],
      // it lists every file of every package: the largest installations come near 50 MB
      maxBytes: 256 * 1024 * 1024,
    },
  ],
  read: readInstalled,
  catalog: catalogApk,
});

function readInstalled({ path, content }: EvidenceFile): ReadFile<ApkRecord> {
  const packages: ApkPackage[] = [];
  let blocks = 0;
  let damaged = 0;
  for (const block of parseBlocks(decodeText(content))) {
    blocks += 1;
    const name = block.fields.get('P') ?? '';
    if (!isPackageName(name)) damaged += 1;
    else if (!isVirtual(name, block)) packages.push(toApkPackage(name, block));
  }
  if (damaged === 0) return { record: packages, coverage: [] };
  const message = `${damaged} of ${blocks} blocks of the apk database name no package; what they describe is missing.`;
  return { record: packages, coverage: [unreadable(path, message)] };
}

interface Block {
  readonly fields: Map<string, string>;
  readonly files: string[];
}

/** Fields of a package that are kept; those of its files (checksums, owners) and the rest are not. */
const FIELDS: ReadonlySet<string> = new Set(['P', 'V', 'A', 'T', 'U', 'L', 'o', 'm', 'D', 'p']);

/** A line without the form of a field still makes a block, so that rubbish is seen and not taken for an empty file. */
function* parseBlocks(text: string): Generator<Block> {
  let block: Block | null = null;
  let directory = '';
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, end);
    start = end + 1;
    if (line.trim() === '') {
      if (block !== null) yield block;
      block = null;
      continue;
    }
    if (block === null) {
      block = { fields: new Map(), files: [] };
      directory = '';
    }
    if (line[1] !== ':') continue;
    const field = line.slice(0, 1);
    const value = line.slice(2).trim();
    if (field === 'F') directory = value;
    else if (field === 'R') block.files.push(directory === '' ? value : `${directory}/${value}`);
    else if (FIELDS.has(field)) block.fields.set(field, value);
  }
  if (block !== null) yield block;
}

/**
 * What `apk add --virtual NAME` makes: a name for a group of packages, without files. Most begin with a dot; the others
 * carry the description that apk-tools gives them (`create_virtual_package`).
 */
function isVirtual(name: string, { fields, files }: Block): boolean {
  return name.startsWith('.') || (files.length === 0 && fields.get('T') === 'virtual meta package');
}

function toApkPackage(name: string, { fields, files }: Block): ApkPackage {
  const field = (letter: string) => boundedText(fields.get(letter));
  const words = (letter: string) => (fields.get(letter) ?? '').split(' ').filter(Boolean);
  return {
    name,
    version: boundedText(fields.get('V'), 256) ?? '',
    architecture: field('A'),
    origin: field('o') ?? name,
    licence: field('L'),
    description: field('T'),
    homepage: field('U'),
    maintainer: field('m'),
    depends: words('D'),
    provides: words('p'),
    files: formatFileList(files),
  };
}

function catalogApk(files: ReadonlyMap<string, ApkRecord>, { distribution }: CatalogContext): Catalog {
  const installed = [...files].flatMap(([path, packages]) => packages.map((pkg) => ({ pkg, path })));
  const providers = providersOf(
    installed.map(({ pkg }) => pkg),
    withoutVersion,
  );
  const packages = installed.map(({ pkg, path }): CatalogedPackage => {
    return {
      ...UNKNOWN_FACTS,
      type: 'apk',
      purl: systemPurl({ ...pkg, type: 'apk' }, distribution),
      name: pkg.name,
      version: pkg.version,
      architecture: pkg.architecture,
      source: { name: pkg.origin, version: pkg.version || null },
      licences: pkg.licence === null ? [] : [pkg.licence],
      supplier: pkg.maintainer,
      description: pkg.description,
      homepage: pkg.homepage,
      evidence: [path],
      get files() {
        return parseFileList(pkg.files);
      },
      dependencies: dependenciesOf(pkg, providers),
    };
  });
  return { packages, coverage: [] };
}

/** The packages that meet the dependencies; where none is installed, what is needed as it is written. */
function dependenciesOf(pkg: ApkPackage, providers: ReadonlyMap<string, string>): readonly string[] {
  const clauses = pkg.depends
    .filter((dependency) => !dependency.startsWith('!'))
    .map((dependency) => [withoutVersion(dependency)]);
  return meetClauses(pkg.name, clauses, (name) => providers.get(name));
}

/** `musl>=1.2.3`, `foo~1.2`, `so:libz.so.1=1.3.1` without the constraint; `foo@edge` without the repository's tag. */
function withoutVersion(dependency: string): string {
  return /^[^<>=~@]*/.exec(dependency)?.[0] ?? dependency;
}
