/**
 * Portable executables: the programs and libraries of Windows, and of .NET on every system.
 *
 * The file begins with a program for MS-DOS, whose word at 0x3c leads to the headers: COFF header, optional header with
 * a table of directories, section table. Directories name their parts by relative virtual addresses (RVA), places in
 * memory, which the section table leads back to bytes of the file. Microsoft, "PE Format".
 */
import { latin1Text, viewOf, withinBounds } from './bytes.ts';

export interface PeSection {
  /** Up to eight bytes: `.text`, `.rsrc`; `/4` leads to a name in a table that executables need not have. */
  readonly name: string;
  readonly virtualAddress: number;
  readonly virtualSize: number;
  /** What the file holds of the section, as far as the file goes: a view. */
  readonly content: Uint8Array;
}

/** Places in the table of directories. */
export const PE_DIRECTORY = { resources: 2, certificates: 4, cliHeader: 14 } as const;

export interface PeFile {
  /** Processor: 0x14c i386, 0x8664 AMD64, 0xaa64 ARM64; .NET assemblies for any processor say i386. */
  readonly machine: number;
  readonly is64Bit: boolean;
  readonly isLibrary: boolean;
  /** Address that virtual addresses are relative to. */
  readonly imageBase: bigint;
  readonly sections: readonly PeSection[];
  /** The bytes from a relative virtual address to the end of its section; empty when no section has them. */
  at(rva: number): Uint8Array;
  /** The bytes of a directory; empty when there is none. */
  directory(index: number): Uint8Array;
  /** What follows the last section: signatures, and whatever was appended to the program. */
  readonly overlay: Uint8Array;
}

/** What the Windows loader accepts. PE Format, "COFF File Header". */
const MAX_SECTIONS = 96;
const MAX_DIRECTORIES = 16;
const SECTION_HEADER_BYTES = 40;
const LIBRARY = 0x2000;

/** Reads the headers; null for what is no portable executable, or was cut before its section table ends. */
export function parsePe(content: Uint8Array): PeFile | null {
  return withinBounds(() => readHeaders(content));
}

function readHeaders(content: Uint8Array): PeFile | null {
  const view = viewOf(content);
  if (view.getUint16(0, true) !== 0x5a4d) return null;
  const coff = view.getUint32(0x3c, true) + 4;
  if (view.getUint32(coff - 4, true) !== 0x4550) return null;
  const optional = coff + 20;
  const magic = view.getUint16(optional, true);
  if (magic !== 0x10b && magic !== 0x20b) return null;
  const is64Bit = magic === 0x20b;
  const sectionTable = optional + view.getUint16(coff + 16, true);
  const sectionCount = view.getUint16(coff + 2, true);
  if (sectionCount > MAX_SECTIONS) return null;

  const sections: PeSection[] = [];
  let end = 0;
  for (let index = 0; index < sectionCount; index += 1) {
    const header = sectionTable + index * SECTION_HEADER_BYTES;
    const sizeBytes = view.getUint32(header + 16, true);
    const start = view.getUint32(header + 20, true);
    if (sizeBytes > 0) end = Math.max(end, start + sizeBytes);
    sections.push({
      name: latin1Text(content.subarray(header, header + 8)),
      virtualSize: view.getUint32(header + 8, true),
      virtualAddress: view.getUint32(header + 12, true),
      content: content.subarray(start, start + sizeBytes),
    });
  }

  const at = (rva: number): Uint8Array => {
    const section = sections.find(
      ({ virtualAddress, content: { length } }) => rva >= virtualAddress && rva < virtualAddress + length,
    );
    return section?.content.subarray(rva - section.virtualAddress) ?? new Uint8Array();
  };
  const directories = optional + (is64Bit ? 112 : 96);
  const directoryCount = Math.min(view.getUint32(directories - 4, true), MAX_DIRECTORIES);
  return {
    machine: view.getUint16(coff, true),
    is64Bit,
    isLibrary: (view.getUint16(coff + 18, true) & LIBRARY) !== 0,
    imageBase: is64Bit ? view.getBigUint64(optional + 24, true) : BigInt(view.getUint32(optional + 28, true)),
    sections,
    at,
    directory: (index) => {
      const entry = directories + index * 8;
      if (index >= directoryCount || entry + 8 > sectionTable) return new Uint8Array();
      const start = view.getUint32(entry, true);
      const sizeBytes = view.getUint32(entry + 4, true);
      // the signatures lie outside of all sections: theirs alone is a place in the file
      const bytes = index === PE_DIRECTORY.certificates ? content.subarray(start) : at(start);
      return start === 0 ? new Uint8Array() : bytes.subarray(0, sizeBytes);
    },
    overlay: end === 0 ? new Uint8Array() : content.subarray(end),
  };
}
