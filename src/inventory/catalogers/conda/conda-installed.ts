import { parseJsonObject, textsIn, type JsonObject } from '../../../formats/json.ts';
import type { Checksum } from '../../../model/package.ts';
import {
  type Catalog,
  type CatalogedPackage,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  UNKNOWN_FACTS,
} from '../../cataloger.ts';
import { decodeText, isPackageName, textOf, unreadable } from '../../evidence.ts';
import { formatFileList, parseFileList } from '../os/file-list.ts';
import { channelName, condaPurl } from './conda-purl.ts';

/** A package linked into an environment. */
export type CondaPackage = {
  readonly name: string;
  readonly version: string;
  readonly build: string | null;
  readonly channel: string | null;
  /** `linux-64`, `noarch`. */
  readonly subdir: string | null;
  /** `conda` or `tar.bz2`: the archive that it came in. */
  readonly archive: string | null;
  readonly licence: string | null;
  readonly dependencies: readonly string[];
  readonly md5: string | null;
  readonly sha256: string | null;
  /** Paths in the image, as `formatFileList` joins them. */
  readonly files: string;
};

/**
 * Packages of conda, mamba, micromamba and pixi: one file in an environment's `conda-meta` for each that is linked into
 * it. conda, "PrefixRecord"; conda/schemas, repodata-record-1.
 */
export const condaInstalledCataloger = defineCataloger<CondaPackage>({
  name: 'conda-installed',
  version: 1,
  interests: [{ parents: [{ name: 'conda-meta', suffix: '.json' }], maxBytes: 64 * 1024 * 1024 }],
  unit: (path) => path,
  read: readCondaMeta,
  catalog: catalogConda,
});

function readCondaMeta({ path, content }: EvidenceFile): ReadFile<CondaPackage> {
  const meta = parseJsonObject(decodeText(content));
  const name = textOf(meta?.['name'], 256) ?? '';
  if (meta === null || !isPackageName(name)) {
    const message =
      'The file does not describe a conda package as all others of its directory do; it is missing.';
    return { record: null, coverage: [unreadable(path, message)] };
  }
  return { record: toCondaPackage(meta, name, path), coverage: [] };
}

function toCondaPackage(meta: JsonObject, name: string, path: string): CondaPackage {
  const subdir = textOf(meta['subdir'], 256);
  return {
    name,
    version: textOf(meta['version'], 256) ?? '',
    build: textOf(meta['build'], 256) ?? textOf(meta['build_string'], 256),
    channel: channelName(textOf(meta['channel']) ?? textOf(meta['url']), subdir),
    subdir,
    archive: /\.(conda|tar\.bz2)$/.exec(textOf(meta['fn'], 256) ?? '')?.[1] ?? null,
    licence: textOf(meta['license']),
    dependencies: dependenciesOf(meta['depends']),
    md5: hexOf(meta['md5'], 32),
    sha256: hexOf(meta['sha256'], 64),
    files: formatFileList(inEnvironment(textsIn(meta['files']), path)),
  };
}

/** Names in a list of match specifications (`python >=3.8,<4`); `__glibc` and the like are facts of the machine. */
function dependenciesOf(depends: unknown): readonly string[] {
  const names = textsIn(depends).map((specification) => /^[^\s=<>!~[]*/.exec(specification)?.[0] ?? '');
  return [...new Set(names)].filter((name) => isPackageName(name) && !name.startsWith('__')).sort();
}

/** The environment is the directory that holds `conda-meta`; a path that climbs out of it is none of its files. */
function inEnvironment(files: readonly string[], path: string): readonly string[] {
  const environment = path.slice(0, path.lastIndexOf('conda-meta/'));
  return files
    .filter((file) => !file.startsWith('/') && !file.split('/').includes('..'))
    .map((file) => `${environment}${file}`);
}

function hexOf(value: unknown, length: number): string | null {
  return typeof value === 'string' && value.length === length && /^[0-9a-f]+$/.test(value) ? value : null;
}

function catalogConda(files: ReadonlyMap<string, CondaPackage>): Catalog {
  const packages = [...files].map(([path, pkg]): CatalogedPackage => ({
    ...UNKNOWN_FACTS,
    type: 'conda',
    purl: condaPurl(pkg),
    name: pkg.name,
    version: pkg.version,
    architecture: pkg.subdir,
    licences: pkg.licence === null ? [] : [pkg.licence],
    checksums: checksumsOf(pkg),
    evidence: [path],
    get files() {
      return parseFileList(pkg.files);
    },
    dependencies: pkg.dependencies,
  }));
  return { packages, coverage: [] };
}

function checksumsOf({ md5, sha256 }: CondaPackage): readonly Checksum[] {
  return [
    ...(md5 === null ? [] : [{ algorithm: 'md5', hex: md5 } as const]),
    ...(sha256 === null ? [] : [{ algorithm: 'sha256', hex: sha256 } as const]),
  ];
}
