/**
 * Package notes: what a distribution's build writes into its programs and libraries about the package they belong to, so
 * that a core dump tells. JSON in an ELF note of owner `FDO`. The package's name is that of the source package.
 * systemd, "Package Metadata for Executable Files".
 */
import { parseElf } from '../../../formats/elf.ts';
import { findElfNote } from '../../../formats/elf-notes.ts';
import { utf8Text } from '../../../formats/bytes.ts';
import { parseJsonObject } from '../../../formats/json.ts';
import { type PackageType, SYSTEM_TYPES } from '../../../model/package.ts';
import { formatPurl } from '../../../model/purl.ts';
import {
  type Catalog,
  type CatalogedPackage,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { boundedText, isPackageName, NOTHING, unreadable } from '../../evidence.ts';
import { PROGRAM_FILES } from '../../program-files.ts';

export type PackageNote = {
  /** Package manager: `deb`, `rpm`, `apk`. */
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly architecture: string | null;
  /** `ID` of os-release, where it is stated. */
  readonly os: string | null;
  readonly osVersion: string | null;
  /** CPE 2.3 name of the software. */
  readonly cpe: string | null;
};

const OWNER = 'FDO';
const NOTE_TYPE = 0xcafe1a7e;

/**
 * Packages that programs say they are from. In an image with its package database this repeats what is known; it tells
 * of what was copied out of another image, and of images whose database was removed.
 */
export const elfNoteCataloger = defineCataloger<PackageNote>({
  name: 'elf-note',
  version: 1,
  // that a larger file was not read says the cataloger of Go's programs, which asks for the same ones
  interests: [{ ...PROGRAM_FILES, magic: ['elf'], larger: 'ignore' }],
  restatesDatabase: true,
  read: readNote,
  catalog: catalogNotes,
});

function readNote({ path, content }: EvidenceFile): ReadFile<PackageNote> {
  const elf = parseElf(content);
  const text = elf && findElfNote(elf, OWNER, NOTE_TYPE);
  if (text === null) {
    return isPacked(content) ? { record: null, coverage: [unreadable(path, PACKED)] } : NOTHING;
  }
  const note = parseNote(utf8Text(text));
  if (note !== null) return { record: note, coverage: [] };
  const message = 'The note of the program about its package cannot be read.';
  return { record: null, coverage: [unreadable(path, message)] };
}

const PACKED = 'The program is packed with UPX; the modules, crates and versions that it names are missing.';

/** UPX leaves its own header behind the program headers. UPX, src/stub/src/include/linux.h, `l_info`. */
function isPacked(content: Uint8Array): boolean {
  return Buffer.from(content.buffer, content.byteOffset, Math.min(content.length, 1024)).includes('UPX!');
}

function parseNote(json: string): PackageNote | null {
  const note = parseJsonObject(json);
  const field = (key: string) => {
    const value = note?.[key];
    return typeof value === 'string' ? boundedText(value, 256) : null;
  };
  const [type, name] = [field('type'), field('name')];
  if (type === null || name === null || !isPackageName(name)) return null;
  const [, cpeOs = null, cpeVersion = null] =
    /^cpe:(?:\/|2\.3:)o:[^:]*:([^:*]+)(?::([^:*]+))?/.exec(field('osCpe') ?? '') ?? [];
  const cpe = field('appCpe');
  return {
    type: type.toLowerCase(),
    name,
    version: field('version') ?? '',
    architecture: field('architecture'),
    os: (field('os') ?? cpeOs)?.toLowerCase() ?? null,
    osVersion: field('osVersion') ?? cpeVersion,
    cpe: cpe?.startsWith('cpe:2.3:a:') === true ? cpe : null,
  };
}

/** One package for all of its files. */
function catalogNotes(files: ReadonlyMap<string, PackageNote>): Catalog {
  const byPackage = Map.groupBy(files, ([, note]) => JSON.stringify(note));
  const packages = [...byPackage.values()].flatMap((same) =>
    same.slice(0, 1).map(([, note]) =>
      toPackage(
        note,
        same.map(([path]) => path),
      ),
    ),
  );
  return { packages, coverage: [] };
}

function toPackage(note: PackageNote, evidence: readonly string[]): CatalogedPackage {
  const { name, version, architecture, os, osVersion, cpe } = note;
  const type = SYSTEM_TYPES_BY_NAME.get(note.type) ?? 'generic';
  const isSystem = type !== 'generic';
  const qualifiers = { arch: architecture, distro: [os, osVersion].filter(Boolean).join('-') };
  return toCatalogedPackage({
    type,
    purl: formatPurl({ type, namespace: isSystem ? os : null, name, version, qualifiers }),
    name,
    version,
    architecture,
    source: isSystem ? { name, version: version || null } : null,
    cpes: cpe === null ? [] : [cpe],
    evidence,
  });
}

const SYSTEM_TYPES_BY_NAME: ReadonlyMap<string, PackageType> = new Map(
  [...SYSTEM_TYPES].map((type) => [type, type]),
);
