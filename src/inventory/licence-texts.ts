/** Licence texts in an image: which licences they are, and which packages' they are. */
import { createTextClassifier } from '../licences/classify-text.ts';
import { type LicenceText, type Package, SYSTEM_TYPES } from '../model/package.ts';
import { defineCataloger } from './cataloger.ts';
import { NOTHING } from './evidence.ts';
import type { LayerRecords } from './layer-scan.ts';
import { findFileOwners } from './ownership.ts';
import type { FileSystemStep } from './timeline.ts';
import { visibleRecords } from './visible-records.ts';

type LicenceTextRecord = Pick<LicenceText, 'expression' | 'confidence'>;

const MAX_BYTES = 256 * 1024;

const TITLES = ['LICENSE', 'LICENCE', 'License', 'Licence', 'license', 'licence', 'COPYING', 'Copying'];
const VARIANTS = [
  '-MIT',
  '-APACHE',
  '-Apache',
  '.MIT',
  '.APACHE',
  '.APACHE2',
  '.BSD',
  '-BSD',
  '.LESSER',
  '.LIB',
];
const ENDINGS = ['', '.md', '.txt', '.rst', '.markdown'];

const NAMES = [
  ...TITLES.flatMap((title) => ENDINGS.map((ending) => title + ending)),
  ...VARIANTS.flatMap((variant) => [`LICENSE${variant}`, `COPYING${variant}`, `LICENSE${variant}.txt`]),
  'COPYING3',
  'COPYING3.LIB',
  'COPYING.LGPL',
  'COPYING.GPL',
  'MIT-LICENSE',
  'MIT-LICENSE.txt',
  'MIT-LICENSE.md',
  'UNLICENSE',
  'UNLICENSE.txt',
  'BSDL',
];

/** Wheels since core metadata 2.4, and what follows the REUSE specification. */
const DIRECTORIES = /\.dist-info\/licenses\/[^/]+$|(?:^|\/)LICENSES\/[^/]+$/;

/** What Debian's machine-readable files declare is read as such. */
const MACHINE_READABLE = /^\s*Format(?:-Specification)?:/i;
const DEBIAN_COPYRIGHT = /^usr\/share\/doc\/[^/]+\/copyright$/;

const classifyText = createTextClassifier();

/** Finds no packages: `licenceTextsOf` gives its records to those that others found. */
export const licenceTextsCataloger = defineCataloger<LicenceTextRecord>({
  name: 'licence-texts',
  version: 1,
  interests: [
    { names: NAMES, maxBytes: MAX_BYTES, larger: 'ignore' },
    {
      parents: [{ name: 'licenses' }, { name: 'LICENSES' }],
      accepts: (path) => DIRECTORIES.test(path),
      maxBytes: MAX_BYTES,
      larger: 'ignore',
    },
    {
      names: ['copyright'],
      accepts: (path) => DEBIAN_COPYRIGHT.test(path),
      maxBytes: MAX_BYTES,
      larger: 'ignore',
    },
  ],
  unit: (path) => path,
  read({ path, content }) {
    const beginning = () => Buffer.from(content.subarray(0, 100)).toString('latin1');
    if (DEBIAN_COPYRIGHT.test(path) && MACHINE_READABLE.test(beginning())) return NOTHING;
    const found = classifyText(content);
    return found === null ? NOTHING : { record: { ...found }, coverage: [] };
  },
  catalog: () => ({ packages: [], coverage: [] }),
});

/** A package with more is a collection of licences. */
const MAX_TEXTS = 50;

type Packages = readonly Pick<Package, 'id' | 'type' | 'presence' | 'evidence' | 'files'>[];

/**
 * The licence texts of packages, by the packages' ids: those that a package says it owns, one of a language before the
 * distribution's; else those in the directory where the package is, or in one below it.
 */
export function licenceTextsOf(
  packages: Packages,
  layers: readonly { readonly records: LayerRecords }[],
  step: FileSystemStep | undefined,
  resolve: (path: string) => string,
): ReadonlyMap<string, readonly LicenceText[]> {
  const texts = visibleRecords(layers, step, licenceTextsCataloger.name);
  const paths = [...texts.keys()].sort();
  const found = new Map<string, LicenceText[]>();
  if (paths.length === 0) return found;
  const [system, others] = [true, false].map((isSystem) =>
    packages.filter(({ type, files }) => files.length > 0 && SYSTEM_TYPES.has(type) === isSystem),
  );
  const owners = findFileOwners(paths, [...(others ?? []), ...(system ?? [])], resolve);
  const nearest = nearestPackages(packages);
  for (const path of paths) {
    const id = owners.get(path)?.id ?? nearest(path);
    if (id === null) continue;
    const record = texts.get(path)?.record as LicenceTextRecord;
    const list = found.get(id);
    if (list === undefined) found.set(id, [{ path, ...record }]);
    else if (list.length < MAX_TEXTS) list.push({ path, ...record });
  }
  return found;
}

/** A licence lies with what it is about: deeper there are others' that were copied in. */
const MAX_LEVELS = 2;

/** Finds the one package that is in a file's directory or in one above; null for none and for several. */
function nearestPackages(packages: Packages): (path: string) => string | null {
  const byDirectory = new Map<string, string | null>();
  for (const pkg of packages) {
    const directory = pkg.presence === 'installed' ? directoryOf(pkg) : null;
    if (directory !== null) byDirectory.set(directory, byDirectory.has(directory) ? null : pkg.id);
  }
  return (path) => {
    let directory = parentOf(path);
    for (let level = 0; level <= MAX_LEVELS && directory !== ''; level++) {
      const id = byDirectory.get(directory);
      if (id !== undefined) return id;
      directory = parentOf(directory);
    }
    return null;
  };
}

/** Where a package's own files are, as far as its evidence tells; null for those of databases, archives and programs. */
function directoryOf({ type, evidence: [main] }: Packages[number]): string | null {
  if (main === undefined || main.inside !== undefined || SYSTEM_TYPES.has(type)) return null;
  const { path } = main;
  if (type === 'gem') return path.replace(/specifications\/(?:default\/)?([^/]+)\.gemspec$/, 'gems/$1');
  return OWN_DIRECTORY.test(path) ? parentOf(path) : null;
}

/** Manifests that lie in a directory that is the package's alone. */
const OWN_DIRECTORY =
  /(?:^|\/)(?:package\.json|METADATA|PKG-INFO|DESCRIPTION|composer\.json|Project\.toml|go\.mod|Cargo\.toml|[^/]+\.(?:app|nuspec|conf|rockspec|php|css))$/;

function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}
