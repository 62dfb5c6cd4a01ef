/**
 * Packages of pacman: Arch Linux and its derivatives, and MSYS2. The local database has a directory for each package, in
 * which `desc` describes it and `files` lists what it owns. A section is `%NAME%` and a value a line, up to an empty line.
 * libalpm, lib/libalpm/be_local.c.
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

const ENTRY = /^var\/lib\/pacman\/local\/[^/]+\/(?:desc|files)$/;

/** An installed package as its `desc` says it. */
export type PacmanPackage = {
  readonly name: string;
  /** `[epoch:]pkgver-pkgrel`; empty when there is none. */
  readonly version: string;
  /** The PKGBUILD that it was built by, under the name of its first package; it shares the version. */
  readonly base: string;
  readonly architecture: string | null;
  readonly licences: readonly string[];
  readonly packager: string | null;
  readonly description: string | null;
  readonly homepage: string | null;
  /** As written: `zlib>=1.3`, `libstdc++.so=6-64`. */
  readonly depends: readonly string[];
  readonly provides: readonly string[];
};

export type PacmanRecord =
  | { readonly kind: 'package'; readonly pkg: PacmanPackage }
  | { readonly kind: 'files'; readonly files: string };

export const pacmanCataloger = defineCataloger<PacmanRecord>({
  name: 'pacman',
  version: 1,
  interests: [
    {
      names: ['desc', 'files'],
      accepts: (path) => ENTRY.test(path),
      // linux-firmware and texlive list tens of thousands of files
      maxBytes: 64 * 1024 * 1024,
    },
  ],
  read: readEntry,
  catalog: catalogPacman,
});

function readEntry({ path, content }: EvidenceFile): ReadFile<PacmanRecord> {
  const sections = parseSections(decodeText(content));
  if (path.endsWith('/files')) {
    return {
      record: { kind: 'files', files: formatFileList((sections.get('FILES') ?? []).map(withoutSlash)) },
      coverage: [],
    };
  }
  const pkg = toPacmanPackage(sections);
  if (pkg !== null) return { record: { kind: 'package', pkg }, coverage: [] };
  const message = 'This entry of the pacman database names no package; what it describes is missing.';
  return { record: null, coverage: [unreadable(path, message)] };
}

/** Directories are listed with a slash at their end. */
function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

function parseSections(text: string): ReadonlyMap<string, readonly string[]> {
  const sections = new Map<string, string[]>();
  let values: string[] | null = null;
  for (const written of text.split('\n')) {
    const line = written.trimEnd();
    const title = values === null ? /^%([A-Z0-9]+)%$/.exec(line)?.[1] : undefined;
    if (line === '') values = null;
    else if (title === undefined) values?.push(line);
    else {
      values = [];
      sections.set(title, values);
    }
  }
  return sections;
}

function toPacmanPackage(sections: ReadonlyMap<string, readonly string[]>): PacmanPackage | null {
  const first = (title: string) => boundedText(sections.get(title)?.[0]);
  const name = first('NAME') ?? '';
  if (!isPackageName(name)) return null;
  return {
    name,
    version: boundedText(first('VERSION'), 256) ?? '',
    base: first('BASE') ?? name,
    architecture: boundedText(first('ARCH'), 64),
    licences: (sections.get('LICENSE') ?? []).flatMap((licence) => boundedText(licence) ?? []),
    packager: first('PACKAGER'),
    description: first('DESC'),
    homepage: first('URL'),
    depends: sections.get('DEPENDS') ?? [],
    provides: sections.get('PROVIDES') ?? [],
  };
}

function catalogPacman(files: ReadonlyMap<string, PacmanRecord>, { distribution }: CatalogContext): Catalog {
  const installed = [...files].flatMap(([path, record]) =>
    record.kind === 'package' ? [{ pkg: record.pkg, path }] : [],
  );
  const providers = providersOf(
    installed.map(({ pkg }) => pkg),
    withoutVersion,
  );
  const packages = installed.map(({ pkg, path }): CatalogedPackage => {
    const list = path.replace(/desc$/, 'files');
    const owned = files.get(list);
    return {
      ...UNKNOWN_FACTS,
      type: 'alpm',
      purl: systemPurl({ ...pkg, type: 'alpm' }, distribution),
      name: pkg.name,
      version: pkg.version,
      architecture: pkg.architecture,
      source: { name: pkg.base, version: pkg.version || null },
      licences: pkg.licences,
      // what makepkg writes when nobody gave a name
      supplier: pkg.packager === 'Unknown Packager' ? null : pkg.packager,
      description: pkg.description,
      homepage: pkg.homepage,
      evidence: owned === undefined ? [path] : [path, list],
      get files() {
        return owned?.kind === 'files' ? parseFileList(owned.files) : [];
      },
      dependencies: meetClauses(
        pkg.name,
        pkg.depends.map((dependency) => [withoutVersion(dependency)]),
        (name) => providers.get(name),
      ),
    };
  });
  return { packages, coverage: [] };
}

/** `zlib>=1.3` and `libz.so=1-64` without what stands behind the name. */
function withoutVersion(dependency: string): string {
  return /^[^<>=]*/.exec(dependency)?.[0] ?? dependency;
}
