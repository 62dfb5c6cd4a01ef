import { createHash } from 'node:crypto';
import type { Coverage } from '../../../model/coverage.ts';
import { readZip, type ZipArchive, type ZipEntry } from '../../../formats/zip.ts';
import {
  type Catalog,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { decodeText, NOTHING, unreadable } from '../../evidence.ts';
import { type CoreMetadata, parseCoreMetadata, parseRequiresText } from './core-metadata.ts';
import { isKeptAside, metadataDirectoryOf } from './layout.ts';
import { pypiPurl } from './names.ts';

/** The distributions in one archive. */
export type ArchiveRecord = readonly {
  /** Name of the entry with the metadata. */
  readonly inside: string;
  readonly metadata: CoreMetadata;
  /** Digest of the archive where that is this distribution: a wheel or an egg. */
  readonly sha256: string | null;
}[];

/** A wheel of a machine-learning framework has half a gigabyte, but it is not kept in an image, which holds it installed. */
const ARCHIVE_BYTES = 256 * 1024 * 1024;
const MAX_ENTRIES = 200_000;
const MAX_DISTRIBUTIONS = 2000;
const MAX_METADATA_BYTES = 4 * 1024 * 1024;
/** All metadata of an archive together: what a bomb could make of it. */
const MAX_TOTAL_BYTES = 64 * 1024 * 1024;

/**
 * Distributions in zip archives: wheels, such as those that Python's `ensurepip` brings along, eggs, which Python imports
 * as they are, and applications in one file (zipapp, shiv, pex). They count as installed: the code itself is in the
 * image, and all of these archives can be put on Python's path. What installers keep in their caches is left out.
 */
export const pythonArchiveCataloger = defineCataloger<ArchiveRecord>({
  name: 'python-archive',
  version: 1,
  interests: [
    {
      suffixes: ['.whl', '.egg', '.pyz', '.pex'],
      accepts: (path) => !isKeptAside(path),
      maxBytes: ARCHIVE_BYTES,
    },
  ],
  unit: (path) => path,
  read: readArchive,
  catalog: catalogArchives,
});

function readArchive({ path, content }: EvidenceFile): ReadFile<ArchiveRecord> {
  const archive = readZip(content, { maxEntries: MAX_ENTRIES, wants: mayBeMetadata });
  if (archive === null) {
    return isOtherFile(path, content)
      ? NOTHING
      : {
          record: null,
          coverage: [
            unreadable(path, 'The archive has no readable directory; its distributions are missing.'),
          ],
        };
  }
  const { distributions, coverage } = distributionsIn(archive, path, content);
  return { record: distributions.length === 0 ? null : distributions, coverage };
}

/** A script under one of these names, and an egg in the form of Chicken Scheme or of a game, are no archives. */
function isOtherFile(path: string, content: Uint8Array): boolean {
  return !path.endsWith('.whl') && !(content[0] === 0x50 && content[1] === 0x4b);
}

const METADATA_ENDS = ['/METADATA', '/PKG-INFO', '/requires.txt'].map((end) => Buffer.from(end));

function mayBeMetadata(bytes: Uint8Array, start: number, end: number): boolean {
  return METADATA_ENDS.some((suffix) => {
    const at = end - suffix.length;
    return at >= start && suffix.equals(bytes.subarray(at, end));
  });
}

function distributionsIn(archive: ZipArchive, path: string, content: Uint8Array) {
  const distributions: ArchiveRecord[number][] = [];
  const coverage: Coverage[] = [];
  const entries = new Map(archive.entries.map((entry) => [entry.name, entry]));
  let bytes = 0;
  let unread = 0;
  const textOf = (entry: ZipEntry | undefined): string | null => {
    if (entry === undefined || bytes + entry.sizeBytes > MAX_TOTAL_BYTES) return null;
    bytes += entry.sizeBytes;
    const text = archive.read(entry, MAX_METADATA_BYTES);
    return typeof text === 'string' ? null : decodeText(text);
  };
  for (const entry of archive.entries) {
    const directory = metadataDirectoryOf(entry.name);
    if (directory === null || entry.name.endsWith('/requires.txt')) continue;
    if (distributions.length >= MAX_DISTRIBUTIONS) {
      unread += 1;
      continue;
    }
    const metadata = parseCoreMetadata(textOf(entry) ?? '');
    if (metadata === null) {
      unread += 1;
      continue;
    }
    const required = textOf(entries.get(`${directory}/requires.txt`));
    const dependencies = required === null ? metadata.dependencies : parseRequiresText(required);
    distributions.push({
      inside: entry.name,
      metadata: { ...metadata, dependencies },
      sha256: isDistribution(path, directory) ? createHash('sha256').update(content).digest('hex') : null,
    });
  }
  if (unread > 0) {
    const message = `${unread} metadata files in the archive could not be read; their distributions are missing.`;
    coverage.push(unreadable(path, message));
  }
  if (archive.cut !== null) {
    coverage.push(unreadable(path, "The archive's directory ends too early; distributions may be missing."));
  }
  return { distributions, coverage };
}

/** A wheel or an egg is one distribution, whose metadata lies in its root; others may lie deeper. */
function isDistribution(path: string, directory: string): boolean {
  return /\.(?:whl|egg)$/.test(path) && !directory.includes('/');
}

function catalogArchives(files: ReadonlyMap<string, ArchiveRecord>): Catalog {
  const packages = [...files].flatMap(([path, distributions]) =>
    distributions.map(({ inside, metadata, sha256 }) =>
      toCatalogedPackage({
        ...metadata,
        type: 'pypi',
        purl: pypiPurl(metadata.name, metadata.version),
        checksums: sha256 === null ? [] : [{ algorithm: 'sha256', hex: sha256 }],
        evidence: [{ path, inside }],
      }),
    ),
  );
  return { packages, coverage: [] };
}
