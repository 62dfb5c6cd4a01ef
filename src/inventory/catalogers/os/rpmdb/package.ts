import { boundedText, isPackageName } from '../../../evidence.ts';
import { formatFileList } from '../file-list.ts';
import { type RpmHeader, TAG } from './header.ts';

/** An installed package as its header says it; null for what the header does not have. */
export type RpmPackage = {
  readonly name: string;
  /** No epoch and epoch 0 compare alike, but a package says one or the other. */
  readonly epoch: number | null;
  readonly version: string;
  readonly release: string;
  readonly architecture: string | null;
  /** File name of the source package: `util-linux-2.32.1-42.el8_8.src.rpm`. */
  readonly sourceRpm: string | null;
  readonly vendor: string | null;
  readonly licence: string | null;
  readonly summary: string | null;
  readonly url: string | null;
  readonly modularityLabel: string | null;
  /** Of `formatFileList`. */
  readonly files: string;
  /** Names of the installed packages that it requires; what nothing installed provides stands as it is written. */
  readonly dependencies: readonly string[];
};

/** What makes an installed package the same: name, epoch, version, release and architecture. */
export function packageIdentity({ name, epoch, version, release, architecture }: RpmPackage): string {
  return [name, epoch ?? 0, version, release, architecture].join('\0');
}

/** A package with what it takes to find out which others it needs. */
export interface RpmPackageReading {
  readonly package: Omit<RpmPackage, 'dependencies'>;
  /** Capabilities: names, `libc.so.6(GLIBC_2.34)(64bit)`, `config(bash)`, paths. */
  readonly provides: readonly string[];
  readonly requires: readonly string[];
  /** What could not be read, null when everything could. */
  readonly damage: string | null;
}

/** The kernel's PATH_MAX; rpm installs nothing longer. */
const MAX_PATH_CHARS = 4096;

/**
 * What a header says about its package, with at most `maxFileChars` of file names; null when it has no name and
 * therefore is no package.
 */
export function readRpmPackage(header: RpmHeader, maxFileChars: number): RpmPackageReading | null {
  const text = (tag: number) => boundedText(header.texts.get(tag)?.[0]);
  const name = text(TAG.name);
  if (name === null || !isPackageName(name)) return null;
  const files = listFiles(header, maxFileChars);
  return {
    package: {
      name,
      epoch: header.integers.get(TAG.epoch)?.[0] ?? null,
      version: text(TAG.version) ?? '',
      release: text(TAG.release) ?? '',
      architecture: text(TAG.architecture),
      sourceRpm: text(TAG.sourceRpm),
      vendor: text(TAG.vendor),
      licence: text(TAG.licence),
      summary: text(TAG.summary),
      url: text(TAG.url),
      modularityLabel: text(TAG.modularityLabel),
      files: formatFileList(files.paths),
    },
    provides: header.texts.get(TAG.provideName) ?? [],
    requires: header.texts.get(TAG.requireName) ?? [],
    damage: header.damage ?? (files.lost > 0 ? `${files.lost} file names of ${name}` : null),
  };
}

/**
 * Whole paths, from base names that each point at their directory, or as rpm 3 wrote them. A long directory and many
 * base names would make more text than the header holds, so it ends at `maxChars`. rpm, docs/manual/tags.md, "Files".
 */
function listFiles(
  { texts, integers }: RpmHeader,
  maxChars: number,
): { readonly paths: readonly string[]; readonly lost: number } {
  const directories = texts.get(TAG.directoryNames) ?? [];
  const indexes = integers.get(TAG.directoryIndexes) ?? [];
  const paths: string[] = [];
  let lost = 0;
  let room = maxChars;

  function add(directory: string | undefined, name: string): void {
    const chars = (directory?.length ?? 0) + name.length;
    if (directory === undefined || chars > MAX_PATH_CHARS || chars > room || name.includes('\n')) {
      lost += 1;
    } else {
      room -= chars;
      paths.push(directory + name);
    }
  }

  for (const path of texts.get(TAG.oldFileNames) ?? []) add('', path);
  for (const [index, name] of (texts.get(TAG.baseNames) ?? []).entries()) {
    add(directories[indexes[index] ?? -1], name);
  }
  return { paths, lost };
}
