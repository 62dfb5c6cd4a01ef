import {
  type Catalog,
  type CatalogedPackage,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  UNKNOWN_FACTS,
} from '../../cataloger.ts';
import { decodeText, NOTHING, unreadable } from '../../evidence.ts';
import { parseJsonObject } from '../../../formats/json.ts';
import { formatFileList, parseFileList } from '../os/file-list.ts';
import { type CoreMetadata, parseCoreMetadata, parseRequiresText } from './core-metadata.ts';
import { parseInstalledFiles, parseRecord } from './installed-files.ts';
import { installationOf, isKeptAside, METADATA_FILES, metadataDirectoryOf } from './layout.ts';
import { pypiPurl } from './names.ts';
import { type Origin, originOfDirectUrl } from './origin.ts';

/** What one file says of the distribution that it belongs to. */
export type InstalledRecord =
  | { readonly kind: 'metadata'; readonly metadata: CoreMetadata }
  /** Paths in the image, as `formatFileList` joins them. */
  | { readonly kind: 'files'; readonly files: string }
  | { readonly kind: 'requires'; readonly dependencies: readonly string[] }
  | { readonly kind: 'origin'; readonly origin: Origin };

const METADATA_BYTES = 16 * 1024 * 1024;

/**
 * Installed Python distributions, each shown by the metadata that pip, uv, setuptools, conda or a Linux distribution put
 * beside its modules, in whichever directory: `site-packages`, Debian's `dist-packages`, the target of `pip --target`,
 * the source tree of an editable installation, and `_vendor` directories, whose distributions are real and can be
 * imported under another name.
 */
export const pythonInstalledCataloger = defineCataloger<InstalledRecord>({
  name: 'python-installed',
  version: 1,
  interests: [
    { names: METADATA_FILES, accepts: isEvidence, maxBytes: METADATA_BYTES },
    // a file of distutils; a directory of that name is none
    { suffixes: ['.egg-info'], accepts: isEvidence, maxBytes: METADATA_BYTES },
  ],
  unit: (path) => metadataDirectoryOf(path) ?? path,
  read: readInstalled,
  catalog: catalogInstalled,
});

function isEvidence(path: string): boolean {
  return metadataDirectoryOf(path) !== null && !isKeptAside(path);
}

function readInstalled({ path, content }: EvidenceFile): ReadFile<InstalledRecord> {
  const text = decodeText(content);
  const installation = installationOf(metadataDirectoryOf(path) ?? path);
  switch (path.slice(path.lastIndexOf('/') + 1)) {
    case 'RECORD':
      return found({ kind: 'files', files: formatFileList(parseRecord(text, installation)) });
    case 'installed-files.txt':
      return found({ kind: 'files', files: formatFileList(parseInstalledFiles(text, path)) });
    case 'requires.txt':
      return found({ kind: 'requires', dependencies: parseRequiresText(text) });
    case 'direct_url.json': {
      const origin = originOfDirectUrl(parseJsonObject(text) ?? {});
      return origin === null ? NOTHING : found({ kind: 'origin', origin });
    }
    default: {
      const metadata = parseCoreMetadata(text);
      if (metadata !== null) return found({ kind: 'metadata', metadata });
      const message = 'The metadata of a Python distribution has no usable name; it is missing.';
      return { record: null, coverage: [unreadable(path, message)] };
    }
  }
}

function found(record: InstalledRecord): ReadFile<InstalledRecord> {
  return { record, coverage: [] };
}

/** The files of one distribution. */
function catalogInstalled(files: ReadonlyMap<string, InstalledRecord>): Catalog {
  const records = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [path, record] of records) {
    if (record.kind !== 'metadata') continue;
    return {
      packages: [
        toPackage(
          path,
          record.metadata,
          records.map(([, other]) => other),
        ),
      ],
      coverage: [],
    };
  }
  return { packages: [], coverage: [] };
}

function toPackage(
  path: string,
  metadata: CoreMetadata,
  records: readonly InstalledRecord[],
): CatalogedPackage {
  const origin = records.find((record) => record.kind === 'origin')?.origin ?? null;
  const owned = records.find((record) => record.kind === 'files')?.files ?? '';
  const required = records.flatMap((record) => (record.kind === 'requires' ? record.dependencies : []));
  return {
    ...UNKNOWN_FACTS,
    ...metadata,
    type: 'pypi',
    purl: pypiPurl(metadata.name, metadata.version, origin),
    evidence: [path],
    dependencies: [...new Set([...metadata.dependencies, ...required])].sort(),
    get files() {
      return parseFileList(owned);
    },
  };
}
