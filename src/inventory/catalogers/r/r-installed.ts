import {
  type Catalog,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { boundedText, decodeText, NOTHING } from '../../evidence.ts';
import { parseParagraphs } from '../os/deb822.ts';
import { cranPurl, dependencyNames, isRName, remoteOf } from './r-purl.ts';

/** An installed package as its `DESCRIPTION` says it. */
export type RPackage = {
  readonly name: string;
  readonly version: string;
  readonly repository: string | null;
  readonly remote: string | null;
  readonly licence: string | null;
  readonly maintainer: string | null;
  readonly title: string | null;
  readonly homepage: string | null;
  readonly dependencies: readonly string[];
};

/**
 * Packages in a library of R: those that come with R, those of CRAN, Bioconductor and repositories of code. Installing
 * adds `Built` to `DESCRIPTION`, which sources and templates of packages do not have, and a library keeps each package
 * in a directory of its name. Writing R Extensions, "The DESCRIPTION file"; R Installation and Administration, "Add-on
 * packages".
 */
export const rInstalledCataloger = defineCataloger<RPackage>({
  name: 'r-installed',
  version: 1,
  interests: [{ names: ['DESCRIPTION'], maxBytes: 1024 * 1024 }],
  unit: (path) => path,
  read: readDescription,
  catalog: catalogPackages,
});

const FIELDS: ReadonlySet<string> = new Set([
  'package',
  'version',
  'built',
  'title',
  'license',
  'author',
  'maintainer',
  'url',
  'depends',
  'imports',
  'repository',
  'biocviews',
  'remotetype',
  'remoteurl',
  'remoteusername',
  'remoterepo',
  'remotesha',
  'githubrepo',
  'githubusername',
  'githubsha1',
]);

function readDescription({ path, content }: EvidenceFile): ReadFile<RPackage> {
  const [paragraph] = parseParagraphs(decodeText(content), FIELDS);
  const field = (name: string) =>
    boundedText(paragraph?.get(name.toLowerCase())?.replaceAll(/\s+/g, ' '), 10_000);
  const name = field('Package') ?? '';
  const version = field('Version') ?? '';
  if (!isRName(name) || version === '' || field('Built') === null || !isInDirectoryOf(name, path)) {
    return NOTHING;
  }
  return {
    record: {
      name,
      version: version.slice(0, 256),
      repository: field('Repository') ?? (field('biocViews') === null ? null : 'Bioconductor'),
      remote: remoteOf(field),
      licence: boundedText(field('License')),
      maintainer: boundedText(field('Maintainer') ?? field('Author')),
      title: boundedText(field('Title'), 500),
      homepage: boundedText(field('URL')?.split(/[\s,]/, 1)[0]),
      dependencies: dependencyNames([field('Depends') ?? '', field('Imports') ?? '']),
    },
    coverage: [],
  };
}

function isInDirectoryOf(name: string, path: string): boolean {
  const place = `${name}/DESCRIPTION`;
  return path === place || path.endsWith(`/${place}`);
}

function catalogPackages(files: ReadonlyMap<string, RPackage>): Catalog {
  const packages = [...files].map(([path, pkg]) =>
    toCatalogedPackage({
      type: 'cran',
      purl: cranPurl(pkg),
      name: pkg.name,
      version: pkg.version,
      licences: pkg.licence === null ? [] : [pkg.licence],
      supplier: pkg.maintainer,
      description: pkg.title,
      homepage: pkg.homepage,
      evidence: [path],
      dependencies: pkg.dependencies,
    }),
  );
  return { packages, coverage: [] };
}
