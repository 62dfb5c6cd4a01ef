/**
 * Packages of Portage: Gentoo and its derivatives. The database has a directory for each package, with one file for each
 * thing that is known of it. vdb, as portage(5) and PMS, chapter 3, describe its parts.
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
import { boundedText, decodeText, NOTHING } from '../../evidence.ts';
import { ebuildDependencies, ebuildLicences, splitEbuildName } from './ebuild.ts';
import { formatFileList, parseFileList } from './file-list.ts';
import { meetClauses } from './provided.ts';
import { systemPurl } from './system-purl.ts';

const CONTENTS = 'CONTENTS';

/** The small files of a package that are read. */
const FIELDS = ['DESCRIPTION', 'HOMEPAGE', 'LICENSE', 'PF', 'RDEPEND'] as const;

/** A package that is being merged has a dash before its name. */
const ENTRY = /^var\/db\/pkg\/([A-Za-z0-9_][\w+.-]*)\/([A-Za-z0-9_][\w+.-]*)\/([A-Z]+)$/;

/** The text of one file; of CONTENTS, a list of files. */
export type PortageRecord = string;

export const portageCataloger = defineCataloger<PortageRecord>({
  name: 'portage',
  version: 1,
  interests: [
    { names: FIELDS, accepts: (path) => ENTRY.test(path), maxBytes: 1024 * 1024 },
    // the sources of a kernel have eighty thousand files
    { names: [CONTENTS], accepts: (path) => ENTRY.test(path), maxBytes: 64 * 1024 * 1024 },
  ],
  read: readEntry,
  catalog: catalogPortage,
});

function readEntry({ path, content }: EvidenceFile): ReadFile<PortageRecord> {
  const text = decodeText(content);
  if (path.endsWith(`/${CONTENTS}`)) return { record: formatFileList(pathsIn(text)), coverage: [] };
  const field = boundedText(text, MAX_FIELD_LENGTH);
  return field === null ? NOTHING : { record: field, coverage: [] };
}

/** Dependencies of the largest packages have some thousand characters. */
const MAX_FIELD_LENGTH = 100_000;

/** `dir PATH`, `obj PATH MD5 TIME`, `sym PATH -> TARGET TIME`; paths may hold blanks. */
function pathsIn(contents: string): string[] {
  return contents.split('\n').flatMap((line) => {
    const path = line.slice(4);
    if (line.startsWith('obj ')) return path.replace(/ [0-9a-f]{32} \d+\s*$/, '');
    if (line.startsWith('sym ')) return path.split(' -> ', 1);
    return [];
  });
}

function catalogPortage(
  files: ReadonlyMap<string, PortageRecord>,
  { distribution }: CatalogContext,
): Catalog {
  const directories = [...files.keys()].flatMap((path) => {
    const [, category, pf, file] = ENTRY.exec(path) ?? [];
    // a directory without both is what an interrupted removal left
    const isMain = file === CONTENTS || (file === 'PF' && !files.has(path.replace(/PF$/, CONTENTS)));
    const split = pf === undefined || !isMain ? null : splitEbuildName(pf);
    if (category === undefined || split === null) return [];
    const directory = path.slice(0, path.lastIndexOf('/'));
    return [{ ...split, category, directory, path, fullName: `${category}/${split.name}` }];
  });
  const installed = new Set(directories.map(({ fullName }) => fullName));
  const packages = directories.map(
    ({ category, name, version, directory, path, fullName }): CatalogedPackage => {
      const field = (title: (typeof FIELDS)[number]) => files.get(`${directory}/${title}`) ?? '';
      const contents = files.get(`${directory}/${CONTENTS}`) ?? '';
      return {
        ...UNKNOWN_FACTS,
        type: 'ebuild',
        purl: systemPurl({ type: 'ebuild', category, name, version, architecture: null }, distribution),
        name: fullName,
        version,
        licences: ebuildLicences(field('LICENSE')),
        description: boundedText(field('DESCRIPTION')),
        homepage: boundedText(field('HOMEPAGE').split(/\s/, 1)[0]),
        evidence: [path],
        get files() {
          return parseFileList(contents);
        },
        dependencies: meetClauses(fullName, ebuildDependencies(field('RDEPEND')), (needed) =>
          installed.has(needed) ? needed : undefined,
        ),
      };
    },
  );
  return { packages, coverage: [] };
}
