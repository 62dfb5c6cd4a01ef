import { formatPurl } from '../../../model/purl.ts';
import {
  type Catalog,
  type CatalogedPackage,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { boundedText, isPackageName, NOTHING } from '../../evidence.ts';
import { readFileHeader } from './file-header.ts';

export type WordpressHeader = {
  /** `readme`: what the directory of wordpress.org shows, which only helps where the main file has no version. */
  readonly kind: 'plugin' | 'theme' | 'readme';
  readonly version: string;
  readonly licence: string | null;
  readonly author: string | null;
  readonly description: string | null;
  readonly homepage: string | null;
  /** Slugs of the plugins, or of the parent theme, that it needs. */
  readonly dependencies: readonly string[];
};

/** `wp-content/plugins/SLUG/FILE.php`, `wp-content/plugins/SLUG.php`, `wp-content/themes/SLUG/style.css`. */
const PLACE = /(?:^|\/)wp-content\/(plugins|mu-plugins|themes)\/(?:([^/]+)\/)?([^/]+)$/;

/**
 * Plugins and themes of WordPress, each shown by the header in its main file: the one file of a plugin that has a header,
 * and a theme's `style.css`. The directory is the name under which wordpress.org knows it; a plugin of a single file goes
 * by that file's name. Themes have no type of purl and are `generic`.
 */
export const wordpressExtensionCataloger = defineCataloger<WordpressHeader>({
  name: 'wordpress-extension',
  version: 1,
  interests: [
    { suffixes: ['.php'], accepts: (path) => placeOf(path)?.kind === 'plugin', maxBytes: 16 * 1024 * 1024 },
    {
      names: ['style.css', 'readme.txt'],
      accepts: (path) => placeOf(path) !== null,
      maxBytes: 16 * 1024 * 1024,
    },
  ],
  unit: (path) => placeOf(path)?.directory ?? path,
  read: readHeader,
  catalog: catalogExtension,
});

interface Place {
  readonly kind: 'plugin' | 'theme';
  readonly slug: string;
  /** The extension's own directory, or its single file. */
  readonly directory: string;
  readonly file: string;
}

function placeOf(path: string): Place | null {
  const [, parent, directory, file = ''] = PLACE.exec(path) ?? [];
  if (parent === undefined || (directory === undefined && !file.endsWith('.php'))) return null;
  if (parent === 'themes' && file !== 'style.css') return null;
  return {
    kind: parent === 'themes' ? 'theme' : 'plugin',
    slug: directory ?? file.slice(0, -'.php'.length),
    directory: directory === undefined ? path : path.slice(0, path.lastIndexOf('/')),
    file,
  };
}

function readHeader({ path, content }: EvidenceFile): ReadFile<WordpressHeader> {
  const place = placeOf(path);
  const fields = readFileHeader(content);
  const field = (name: string) => fields.get(name) ?? null;
  if (place?.file === 'readme.txt') {
    const version = field('stable tag') ?? '';
    if (!/^\d/.test(version)) return NOTHING;
    const record = { kind: 'readme', version: version.slice(0, 256), licence: field('license') } as const;
    return { record: { ...record, ...NO_MORE }, coverage: [] };
  }
  // any other file of the plugin, or a style sheet of something else
  if (place === null || field(`${place.kind} name`) === null || !isPackageName(place.slug)) return NOTHING;
  return {
    record: {
      kind: place.kind,
      version: (field('version') ?? '').slice(0, 256),
      licence: field('license'),
      author: field('author'),
      description: boundedText(field('description'), 500),
      homepage: field(`${place.kind} uri`),
      dependencies: slugsIn(field(place.kind === 'plugin' ? 'requires plugins' : 'template')),
    },
    coverage: [],
  };
}

const NO_MORE = { author: null, description: null, homepage: null, dependencies: [] };

function slugsIn(list: string | null): readonly string[] {
  const slugs = (list ?? '').split(',').map((slug) => slug.trim());
  return [...new Set(slugs.filter(isPackageName))].sort();
}

/** The files of one extension: WordPress takes the first that has a header, of those that are named like it if there is one. */
function catalogExtension(files: ReadonlyMap<string, WordpressHeader>): Catalog {
  const records = [...files];
  const mains = records.filter(([, { kind }]) => kind !== 'readme');
  const main = mains.find(([path]) => placeOf(path)?.file === `${placeOf(path)?.slug}.php`) ?? mains[0];
  const readme = records.find(([, { kind }]) => kind === 'readme');
  return { packages: main === undefined ? [] : [toPackage(main, readme)], coverage: [] };
}

type Read = readonly [path: string, header: WordpressHeader];

function toPackage([path, header]: Read, readme: Read | undefined): CatalogedPackage {
  const slug = placeOf(path)?.slug ?? '';
  const version = header.version || (readme?.[1].version ?? '');
  const licence = header.licence ?? readme?.[1].licence ?? null;
  const isPlugin = header.kind === 'plugin';
  return toCatalogedPackage({
    type: isPlugin ? 'wordpress-plugin' : 'generic',
    purl: isPlugin
      ? formatPurl({ type: 'wordpress-plugin', name: slug, version })
      : formatPurl({ type: 'generic', namespace: 'wordpress-theme', name: slug, version }),
    name: slug,
    version,
    licences: licence === null ? [] : [licence],
    supplier: header.author,
    description: header.description,
    homepage: header.homepage,
    evidence: readme === undefined ? [path] : [path, readme[0]],
    dependencies: header.dependencies,
  });
}
