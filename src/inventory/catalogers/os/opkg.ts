/**
 * Packages of opkg: OpenWrt before it took to apk, and systems that Yocto builds. Its status database has dpkg's form but
 * few fields; the rest is in each package's own control file, and its files are in lists.
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
import { boundedText, decodeText, isPackageName, NOTHING, unreadable } from '../../evidence.ts';
import { isInstalled, relationsIn } from './control-fields.ts';
import { type Paragraph, parseParagraphs } from './deb822.ts';
import { formatFileList, parseFileList } from './file-list.ts';
import { meetClauses, providersOf } from './provided.ts';
import { systemPurl } from './system-purl.ts';

/** Of OpenWrt, and of Yocto. */
const DIRECTORIES = ['usr/lib/opkg', 'var/lib/opkg'] as const;

/** What a paragraph says of a package. */
export type OpkgPackage = {
  readonly name: string;
  readonly version: string;
  readonly architecture: string | null;
  /** OpenWrt's `SourceName`; Yocto's `Source`, where it is no path or address. */
  readonly source: string | null;
  readonly licence: string | null;
  readonly maintainer: string | null;
  readonly homepage: string | null;
  readonly description: string | null;
  readonly depends: readonly (readonly string[])[];
  readonly provides: readonly string[];
};

export type OpkgRecord =
  | { readonly kind: 'status'; readonly packages: readonly OpkgPackage[] }
  | { readonly kind: 'control'; readonly pkg: OpkgPackage }
  | { readonly kind: 'files'; readonly files: string };

export const opkgCataloger = defineCataloger<OpkgRecord>({
  name: 'opkg',
  version: 1,
  interests: DIRECTORIES.flatMap((directory) => [
    { paths: [`${directory}/status`], maxBytes: 32 * 1024 * 1024 },
    {
      in: [
        { directory: `${directory}/info`, suffix: '.list' },
        { directory: `${directory}/info`, suffix: '.control' },
      ],
      maxBytes: 8 * 1024 * 1024,
    },
  ]),
  read: readOpkgFile,
  catalog: catalogOpkg,
});

const FIELDS: ReadonlySet<string> = new Set([
  'package',
  'version',
  'status',
  'architecture',
  'source',
  'sourcename',
  'license',
  'maintainer',
  'homepage',
  'url',
  'description',
  'depends',
  'provides',
]);

function readOpkgFile({ path, content }: EvidenceFile): ReadFile<OpkgRecord> {
  const text = decodeText(content);
  if (path.endsWith('.list')) {
    // since opkg 0.4 a path is followed by its mode and the target of a link
    const paths = text.split('\n').map((line) => line.split('\t', 1)[0] ?? '');
    return { record: { kind: 'files', files: formatFileList(paths) }, coverage: [] };
  }
  const paragraphs = [...parseParagraphs(text, FIELDS)];
  const named = paragraphs.filter((paragraph) => isPackageName(paragraph.get('package') ?? ''));
  if (path.endsWith('.control')) {
    const [first] = named;
    return first === undefined
      ? NOTHING
      : { record: { kind: 'control', pkg: toOpkgPackage(first) }, coverage: [] };
  }
  const record = { kind: 'status', packages: named.filter(isInstalled).map(toOpkgPackage) } as const;
  const damaged = paragraphs.length - named.length;
  if (damaged === 0 && (named.length > 0 || text.trim() === '')) return { record, coverage: [] };
  const message = `${damaged} of ${paragraphs.length} paragraphs of the opkg database name no package; what they describe is missing.`;
  return { record, coverage: [unreadable(path, message)] };
}

function toOpkgPackage(paragraph: Paragraph): OpkgPackage {
  const field = (name: string, most?: number) => boundedText(paragraph.get(name), most);
  const source = field('sourcename') ?? field('source');
  return {
    name: paragraph.get('package') ?? '',
    version: field('version', 256) ?? '',
    architecture: field('architecture', 64),
    // OpenWrt's `Source` is a directory of its tree, Yocto's a list of addresses, or a recipe's file
    source: source !== null && isPackageName(source) && !source.includes(':') ? withoutRecipe(source) : null,
    licence: field('license'),
    maintainer: field('maintainer'),
    homepage: field('homepage') ?? field('url'),
    description: boundedText(paragraph.get('description')?.trim().split('\n', 1)[0]),
    depends: relationsIn(paragraph.get('depends')),
    provides: relationsIn(paragraph.get('provides')).flat(),
  };
}

/** Yocto names the recipe's file: `busybox_1.36.1.bb`. */
function withoutRecipe(source: string): string {
  return source.replace(/_[^_]*\.bb$|\.bb$/, '');
}

function catalogOpkg(files: ReadonlyMap<string, OpkgRecord>, { distribution }: CatalogContext): Catalog {
  const installed = [...files].flatMap(([path, record]) =>
    record.kind === 'status' ? record.packages.map((pkg) => ({ pkg, path })) : [],
  );
  const providers = providersOf(
    installed.map(({ pkg }) => pkg),
    (provided) => provided,
  );
  const packages = installed.map(({ pkg, path }): CatalogedPackage => {
    const [listPath, controlPath] = ['list', 'control'].map((ending) =>
      path.replace(/status$/, `info/${pkg.name}.${ending}`),
    ) as [string, string];
    const [list, control] = [files.get(listPath), files.get(controlPath)];
    const more = control?.kind === 'control' ? control.pkg : pkg;
    const source = pkg.source ?? more.source;
    const licence = pkg.licence ?? more.licence;
    return {
      ...UNKNOWN_FACTS,
      type: 'opkg',
      purl: systemPurl({ ...pkg, type: 'opkg' }, distribution),
      name: pkg.name,
      version: pkg.version,
      architecture: pkg.architecture,
      source: source === null ? null : { name: source, version: pkg.version || null },
      licences: licence === null ? [] : [licence],
      supplier: pkg.maintainer ?? more.maintainer,
      description: pkg.description ?? more.description,
      homepage: pkg.homepage ?? more.homepage,
      evidence: [path, controlPath, listPath].filter((place) => files.has(place)),
      get files() {
        return list?.kind === 'files' ? parseFileList(list.files) : [];
      },
      dependencies: meetClauses(pkg.name, pkg.depends, (name) => providers.get(name)),
    };
  });
  return { packages, coverage: [] };
}
