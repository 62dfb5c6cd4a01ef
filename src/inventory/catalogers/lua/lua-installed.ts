import {
  type Catalog,
  type CatalogedPackage,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { boundedText, decodeText, unreadable } from '../../evidence.ts';
import { formatFileList, parseFileList } from '../os/file-list.ts';
import { type LuaTable, parseLuaTables, tableOf, textAt } from './lua-table.ts';
import { isRockName, isRockVersion, rockPurl } from './rock.ts';

/** What the rockspec or the manifest of a rock says; the other's fields are empty. */
export type RockFile = {
  readonly licence: string | null;
  readonly maintainer: string | null;
  readonly summary: string | null;
  readonly homepage: string | null;
  /** Names of rocks. */
  readonly needs: readonly string[];
  /** Files as `formatFileList` puts them together, below the tree that the rock is installed in. */
  readonly files: string;
};

/** `TREE/lib/luarocks/rocks-5.3/NAME/VERSION/…`; LuaRocks 2 and before had one `rocks` for all versions of Lua. */
const IN_TREE =
  /^(.*?)lib(?:64)?\/luarocks\/rocks(-\d+\.\d+)?\/([^/]+)\/([^/]+)\/(?:rock_manifest|\3-\4\.rockspec)$/s;

/**
 * Rocks in trees of LuaRocks: what a rock is called is in the path of its rockspec, which with its manifest says the rest.
 * LuaRocks, "Rocks repositories", "Rockspec format".
 */
export const luaInstalledCataloger = defineCataloger<RockFile>({
  name: 'lua-installed',
  version: 1,
  interests: [
    { suffixes: ['.rockspec'], accepts: isInTree, maxBytes: 1024 * 1024 },
    { names: ['rock_manifest'], accepts: isInTree, maxBytes: 4 * 1024 * 1024 },
  ],
  unit: (path) => path.slice(0, path.lastIndexOf('/') + 1),
  read: readRockFile,
  catalog: catalogRocks,
});

function isInTree(path: string): boolean {
  const [, , , name = '', version = ''] = IN_TREE.exec(path) ?? [];
  return isRockName(name) && isRockVersion(version);
}

const UNKNOWN: RockFile = {
  licence: null,
  maintainer: null,
  summary: null,
  homepage: null,
  needs: [],
  files: '',
};

function readRockFile({ path, content }: EvidenceFile): ReadFile<RockFile> {
  const tables = parseLuaTables(decodeText(content));
  if (tables === null) {
    const message = 'The file of a rock could not be read; of the rock only name and version are known.';
    return { record: UNKNOWN, coverage: [unreadable(path, message)] };
  }
  const record = path.endsWith('.rockspec')
    ? rockspecOf(tables)
    : { ...UNKNOWN, files: filesOf(path, tables) };
  return { record, coverage: [] };
}

function rockspecOf(rockspec: LuaTable): RockFile {
  const description = rockspec.get('description');
  const needs = [...(tableOf(rockspec.get('dependencies'))?.values() ?? [])].flatMap((need) =>
    typeof need === 'string' ? (/^\s*([\w.-]+)/.exec(need)?.[1] ?? []) : [],
  );
  return {
    ...UNKNOWN,
    licence: boundedText(textAt(description, 'license')),
    maintainer: boundedText(textAt(description, 'maintainer')),
    summary: boundedText(textAt(description, 'summary')),
    homepage: boundedText(textAt(description, 'homepage')),
    needs: [...new Set(needs.filter((name) => isRockName(name) && name !== 'lua'))].sort(),
  };
}

/** Modules and programs go to the directories of the tree, the rest stays with the rock. LuaRocks, "Rocks repositories". */
function filesOf(path: string, tables: LuaTable): string {
  const [, , suffix = '', name = '', version = ''] = IN_TREE.exec(path) ?? [];
  const lua = suffix.slice(1);
  const own = `lib/luarocks/rocks${suffix}/${name}/${version}`;
  const directories = new Map([
    ['lua', `share/lua/${lua}`],
    ['lib', `lib/lua/${lua}`],
    ['bin', 'bin'],
  ]);
  const paths: string[] = [];
  for (const [key, value] of tableOf(tables.get('rock_manifest')) ?? []) {
    const kept = `${own}/${key}`;
    if (typeof value === 'string') paths.push(kept);
    else if (lua !== '' || key === 'bin') addFiles(directories.get(key) ?? kept, value, paths);
  }
  return formatFileList(paths);
}

/** The checksum of a file, a table of a directory. Paths that climb out are none. */
function addFiles(directory: string, entries: LuaTable, paths: string[]): void {
  for (const [name, value] of entries) {
    if (name === '..' || name.includes('/')) continue;
    if (typeof value === 'string') paths.push(`${directory}/${name}`);
    else addFiles(`${directory}/${name}`, value, paths);
  }
}

function catalogRocks(files: ReadonlyMap<string, RockFile>): Catalog {
  const paths = [...files.keys()];
  const first = paths.find((path) => path.endsWith('.rockspec')) ?? paths[0];
  return { packages: first === undefined ? [] : [toPackage(first, files)], coverage: [] };
}

function toPackage(main: string, files: ReadonlyMap<string, RockFile>): CatalogedPackage {
  const [, tree = '', , name = '', version = ''] = IN_TREE.exec(main) ?? [];
  const { licence, maintainer, summary, homepage, needs } = files.get(main) ?? UNKNOWN;
  return toCatalogedPackage({
    type: 'luarocks',
    purl: rockPurl(name, version),
    name,
    version,
    licences: licence === null ? [] : [licence],
    supplier: maintainer,
    description: summary,
    homepage,
    evidence: [main, ...[...files.keys()].filter((path) => path !== main)],
    files: [...files.values()].flatMap((file) => parseFileList(file.files)).map((path) => `${tree}${path}`),
    dependencies: needs,
  });
}
