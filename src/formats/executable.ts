/** What programs of all systems have in common: parts with names, and the addresses that they are loaded at. */
import { parseElf, SEGMENT_TYPE, type ElfFile } from './elf.ts';
import { parseMacho, type MachoFile } from './macho.ts';
import { parsePe, type PeFile } from './pe.ts';

export interface LoadedBytes {
  readonly address: number;
  /** A view. */
  readonly content: Uint8Array;
}

export interface Executable {
  readonly isLittleEndian: boolean;
  /** The first section of that name. */
  section(name: string): LoadedBytes | null;
  /** What is loaded for writing: variables that begin with a value. Null where there is no such part. */
  data(): LoadedBytes | null;
  /** The bytes from an address to the end of what the file holds there; empty where nothing is loaded. */
  at(address: number): Uint8Array;
}

/** Null for what is no ELF, Mach-O or portable executable file. */
export function parseExecutable(content: Uint8Array): Executable | null {
  const elf = parseElf(content);
  if (elf !== null) return ofElf(elf);
  const pe = parsePe(content);
  if (pe !== null) return ofPe(pe);
  const macho = parseMacho(content);
  return macho && ofMacho(macho);
}

function ofElf(file: ElfFile): Executable {
  return {
    isLittleEndian: file.isLittleEndian,
    section: (name) => file.section(name),
    data: () =>
      file
        .segments()
        .find(
          ({ type, isWritable, isExecutable }) => type === SEGMENT_TYPE.load && isWritable && !isExecutable,
        ) ?? null,
    at: (address) => file.at(address),
  };
}

function ofPe(file: PeFile): Executable {
  const base = Number(file.imageBase);
  const section = (name: string) => {
    const found = file.sections.find((one) => one.name === name);
    return found === undefined ? null : { address: base + found.virtualAddress, content: found.content };
  };
  return {
    isLittleEndian: true,
    section,
    data: () => section('.data'),
    at: (address) => file.at(address - base),
  };
}

function ofMacho(file: MachoFile): Executable {
  return {
    isLittleEndian: file.isLittleEndian,
    section: (name) => file.sections.find((one) => one.name === name) ?? null,
    data: () => file.segments.find(({ isData, content }) => isData && content.length > 0) ?? null,
    at(address) {
      const found = file.segments.find(
        ({ address: start, content }) => address >= start && address < start + content.length,
      );
      return found?.content.subarray(address - found.address) ?? new Uint8Array();
    },
  };
}
