import type { Purl } from '../../../model/purl.ts';
import {
  type Catalog,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { boundedText, decodeText, NOTHING, unreadable } from '../../evidence.ts';
import { parseParagraphs } from '../os/deb822.ts';
import { hackagePurl, isHaskellName, isHaskellVersion, splitPackageId } from './haskell-package.ts';

/** A library that is registered with GHC. */
export type GhcLibrary = {
  readonly name: string;
  readonly version: string;
  /** By which others name it. */
  readonly id: string;
  readonly licence: string | null;
  readonly maintainer: string | null;
  readonly synopsis: string | null;
  readonly homepage: string | null;
  /** Identifiers of libraries. */
  readonly needs: readonly string[];
};

/**
 * Libraries in databases of GHC: its own (`package.conf.d`), Debian's, cabal's store (`package.db`) and Stack's snapshots
 * (`pkgdb`). GHC's runtime system, registered as `rts`, is no package of Hackage and left out. The internal libraries of
 * a package are that package. GHC User's Guide, "InstalledPackageInfo: a package specification".
 */
export const ghcInstalledCataloger = defineCataloger<GhcLibrary>({
  name: 'ghc-installed',
  version: 1,
  interests: [
    {
      parents: ['package.conf.d', 'package.db', 'pkgdb'].map((name) => ({ name, suffix: '.conf' })),
      maxBytes: 1024 * 1024,
    },
  ],
  read: readRegistration,
  catalog: catalogLibraries,
});

const FIELDS: ReadonlySet<string> = new Set([
  'name',
  'version',
  'id',
  'package-name',
  'license',
  'maintainer',
  'author',
  'homepage',
  'package-url',
  'synopsis',
  'depends',
]);

function readRegistration({ path, content }: EvidenceFile): ReadFile<GhcLibrary> {
  // blank lines part the paragraphs of a description, not registrations: a file holds one
  const fields = new Map(
    [...parseParagraphs(decodeText(content), FIELDS)].reverse().flatMap((part) => [...part]),
  );
  const field = (name: string, maxLength?: number) =>
    boundedText(fields.get(name)?.replaceAll(/\s+/g, ' '), maxLength);
  const name = field('package-name') ?? field('name') ?? '';
  const version = field('version') ?? '';
  const id = field('id', 500);
  if (name === 'rts') return NOTHING;
  if (id === null || !isHaskellName(name) || !isHaskellVersion(version)) {
    const message =
      'A library that GHC registered has no usable name, version and identifier; it is missing.';
    return { record: null, coverage: [unreadable(path, message)] };
  }
  return {
    record: {
      name,
      version,
      id,
      licence: field('license'),
      maintainer: field('maintainer') ?? field('author'),
      synopsis: field('synopsis'),
      homepage: field('homepage') ?? field('package-url'),
      needs: (field('depends', 100_000) ?? '').split(' ').filter((needed) => splitPackageId(needed) !== null),
    },
    coverage: [],
  };
}

function catalogLibraries(files: ReadonlyMap<string, GhcLibrary>): Catalog {
  const byId = new Map([...files.values()].map((library) => [library.id, library]));
  // a package and its internal libraries, which come from one directory
  const registered = Map.groupBy(files, ([path, library]) => `${directoryOf(path)}\0${purlOf(library)}`);
  const packages = [...registered.values()].flatMap((libraries) => {
    const main = libraries.reduce((a, b) => (b[1].id.length < a[1].id.length ? b : a));
    const [path, library] = main;
    const { name, version, licence, maintainer, synopsis, homepage } = library;
    const needed = libraries.flatMap((one) => one[1].needs).map((id) => byId.get(id) ?? splitPackageId(id));
    const others = needed.filter((one) => one !== null && one.name !== name);
    return toCatalogedPackage({
      type: 'hackage',
      purl: purlOf(library),
      name,
      version,
      licences: licence === null ? [] : [licence],
      supplier: maintainer,
      description: synopsis,
      homepage,
      evidence: [path, ...libraries.map((one) => one[0]).filter((other) => other !== path)],
      dependencies: [...new Set(others.flatMap((one) => one?.name ?? []))].sort(),
      requires: [...new Set(others.flatMap((one) => (one === null ? [] : purlOf(one))))].sort(),
    });
  });
  return { packages, coverage: [] };
}

function purlOf({ name, version }: Pick<GhcLibrary, 'name' | 'version'>): Purl {
  return hackagePurl(name, version);
}

function directoryOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}
