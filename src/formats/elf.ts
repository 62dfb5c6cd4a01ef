/**
 * Executable and Linkable Format: programs, libraries, object files and kernel modules of Unix systems.
 *
 * The header leads to two tables that describe the same bytes. Segments (program headers) say what is loaded at which
 * address; sections say what each part is, by name, and may have been stripped. Nothing is read before it is asked for:
 * an image has thousands of libraries, and most are only asked whether they have a certain section.
 * System V ABI, generic part, chapters 4 and 5; elf(5).
 */
import { viewOf, withinBounds } from './bytes.ts';

export interface ElfSection {
  /** One of SECTION_TYPE, or another number. */
  readonly type: number;
  /** Where it is loaded; 0 for what is not. */
  readonly address: number;
  /** Index of a section that belongs to it: of symbols the one with their names. */
  readonly link: number;
  /** What the file holds of it, as far as the file goes: a view. Empty for memory that begins as zeros (`.bss`). */
  readonly content: Uint8Array;
}

export interface ElfSegment {
  /** One of SEGMENT_TYPE, or another number. */
  readonly type: number;
  readonly isExecutable: boolean;
  readonly isWritable: boolean;
  readonly address: number;
  /** Of addresses, and of notes in a segment of such: 1, 4, 8 … */
  readonly alignment: number;
  /** What the file holds of it, as far as the file goes: a view. */
  readonly content: Uint8Array;
}

export const SECTION_TYPE = { symbols: 2, note: 7, noBits: 8, dynamicSymbols: 11 } as const;
export const SEGMENT_TYPE = { load: 1, note: 4 } as const;

/**
 * Addresses are numbers: those above 2^53, which only kernels and what is damaged have, lose their last digits, and no
 * bytes are found there.
 */
export interface ElfFile {
  readonly sizeBytes: number;
  readonly is64Bit: boolean;
  readonly isLittleEndian: boolean;
  /** 1 relocatable (object file, kernel module), 2 executable, 3 shared or position-independent, 4 core dump. */
  readonly fileType: number;
  /** Processor; `elfArchitecture` names it. */
  readonly machine: number;
  /** The first section of that name. */
  section(name: string): ElfSection | null;
  /** In the order of the file. */
  sections(): Iterable<ElfSection>;
  sectionAt(index: number): ElfSection | null;
  segments(): readonly ElfSegment[];
  /** The bytes from a virtual address to the end of what the file holds of its segment; empty where nothing is loaded. */
  at(address: number): Uint8Array;
}

/** Where the fields are: a file has 32 or 64 bits throughout. */
interface Layout {
  readonly header: { readonly phoff: number; readonly shoff: number; readonly phentsize: number };
  readonly section: Readonly<Record<'address' | 'offset' | 'size' | 'link' | 'bytes', number>>;
  readonly segment: Readonly<Record<'flags' | 'offset' | 'address' | 'size' | 'align' | 'bytes', number>>;
}

const LAYOUT_32: Layout = {
  header: { phoff: 28, shoff: 32, phentsize: 42 },
  section: { address: 12, offset: 16, size: 20, link: 24, bytes: 40 },
  segment: { flags: 24, offset: 4, address: 8, size: 16, align: 28, bytes: 32 },
};
const LAYOUT_64: Layout = {
  header: { phoff: 32, shoff: 40, phentsize: 54 },
  section: { address: 16, offset: 24, size: 32, link: 40, bytes: 64 },
  segment: { flags: 4, offset: 8, address: 16, size: 32, align: 48, bytes: 56 },
};

/** In `e_shstrndx`: the index does not fit there and is in section 0. */
const INDEX_ELSEWHERE = 0xffff;
const EXECUTABLE = 1;
const WRITABLE = 2;

/** The header of a 32-bit file. */
const LEAST_BYTES = 52;

/** Null for what is no ELF file or ends within its header. */
export function parseElf(content: Uint8Array): ElfFile | null {
  return content.length < LEAST_BYTES ? null : withinBounds(() => readHeader(content));
}

function readHeader(content: Uint8Array): ElfFile | null {
  const view = viewOf(content);
  const [bits, order] = [view.getUint8(4), view.getUint8(5)];
  if (view.getUint32(0) !== 0x7f454c46 || bits < 1 || bits > 2 || order < 1 || order > 2) return null;
  const is64Bit = bits === 2;
  const isLittleEndian = order === 1;
  const layout = is64Bit ? LAYOUT_64 : LAYOUT_32;

  const half = (at: number) => view.getUint16(at, isLittleEndian);
  const word = (at: number) => view.getUint32(at, isLittleEndian);
  const address = (at: number) => (is64Bit ? Number(view.getBigUint64(at, isLittleEndian)) : word(at));
  const slice = (at: number, sizeBytes: number) => content.subarray(at, at + sizeBytes);

  const table = address(layout.header.shoff);
  const segmentTable = address(layout.header.phoff);
  const [segmentBytes, segmentCount, sectionBytes, statedCount, statedNames] = [0, 2, 4, 6, 8].map((field) =>
    half(layout.header.phentsize + field),
  ) as [number, number, number, number, number];

  /** As many as the file has room for: a lying count costs nothing. */
  function fitting(count: number, start: number, entryBytes: number): number {
    return Math.max(0, Math.min(count, Math.floor((content.length - start) / entryBytes)));
  }

  function countSections(): number {
    if (table === 0 || sectionBytes !== layout.section.bytes) return 0;
    const isInFirst = statedCount === 0 && fitting(1, table, sectionBytes) === 1;
    return fitting(isInFirst ? address(table + layout.section.size) : statedCount, table, sectionBytes);
  }

  function readSection(index: number): ElfSection {
    const at = table + index * sectionBytes;
    const type = word(at + 4);
    const sizeBytes = type === SECTION_TYPE.noBits ? 0 : address(at + layout.section.size);
    return {
      type,
      address: address(at + layout.section.address),
      link: word(at + layout.section.link),
      content: slice(address(at + layout.section.offset), sizeBytes),
    };
  }

  const sectionCount = countSections();
  const sectionAt = (index: number) => (index < sectionCount ? readSection(index) : null);

  function sectionNames(): Uint8Array {
    const stated = statedNames === INDEX_ELSEWHERE ? sectionAt(0)?.link : statedNames;
    return sectionAt(stated ?? 0)?.content ?? new Uint8Array();
  }

  function readSegments(): readonly ElfSegment[] {
    if (segmentBytes !== layout.segment.bytes) return [];
    const fields = layout.segment;
    return Array.from({ length: fitting(segmentCount, segmentTable, segmentBytes) }, (_, index) => {
      const at = segmentTable + index * segmentBytes;
      const flags = word(at + fields.flags);
      return {
        type: word(at),
        isExecutable: (flags & EXECUTABLE) !== 0,
        isWritable: (flags & WRITABLE) !== 0,
        address: address(at + fields.address),
        alignment: address(at + fields.align),
        content: slice(address(at + fields.offset), address(at + fields.size)),
      };
    });
  }

  let segments: readonly ElfSegment[] | null = null;
  const file: ElfFile = {
    sizeBytes: content.length,
    is64Bit,
    isLittleEndian,
    fileType: half(16),
    machine: half(18),
    section(name) {
      const names = sectionNames();
      for (let index = 0; index < sectionCount; index += 1) {
        if (hasTextAt(names, word(table + index * sectionBytes), name)) return readSection(index);
      }
      return null;
    },
    *sections() {
      for (let index = 0; index < sectionCount; index += 1) yield readSection(index);
    },
    sectionAt,
    segments: () => (segments ??= readSegments()),
    at(wanted) {
      for (const { type, address: start, content: bytes } of file.segments()) {
        if (type === SEGMENT_TYPE.load && wanted >= start && wanted < start + bytes.length) {
          return bytes.subarray(wanted - start);
        }
      }
      return new Uint8Array();
    },
  };
  return file;
}

/**
 * True where a table of names has this one, which its NUL ends, at an offset. No more bytes are looked at than the
 * wanted name has: a table may be one endless name that every entry leads into.
 *
 * @param name in ASCII
 */
export function hasTextAt(table: Uint8Array, offset: number, name: string): boolean {
  for (let index = 0; index < name.length; index += 1) {
    if (table[offset + index] !== name.charCodeAt(index)) return false;
  }
  return table[offset + name.length] === 0;
}

/** Processors by `e_machine`, as Linux names them. */
const ARCHITECTURES: ReadonlyMap<number, string> = new Map([
  [3, 'i686'],
  [8, 'mips'],
  [20, 'ppc'],
  [21, 'ppc64'],
  [22, 's390x'],
  [40, 'arm'],
  [62, 'x86_64'],
  [183, 'aarch64'],
  [243, 'riscv64'],
  [258, 'loongarch64'],
]);

/** Null for a processor that has no name here. */
export function elfArchitecture({ machine, isLittleEndian }: ElfFile): string | null {
  const name = ARCHITECTURES.get(machine);
  return machine === 21 && isLittleEndian ? 'ppc64le' : (name ?? null);
}
