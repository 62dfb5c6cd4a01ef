/** Symbols: the names that an ELF file gives to addresses. System V ABI, "Symbol Table". */
import { viewOf } from './bytes.ts';
import { type ElfFile, type ElfSection, hasTextAt, SECTION_TYPE } from './elf.ts';

export interface ElfSymbol {
  /** Virtual address; in a relocatable file the offset in its section. */
  readonly address: number;
  readonly sizeBytes: number;
  /** Index of the section that it lies in; 0 for a symbol that another file defines. */
  readonly section: number;
}

/** A symbol that the file defines or uses: of those for dynamic linking first, which stripping leaves. */
export function findElfSymbol(file: ElfFile, name: string): ElfSymbol | null {
  const tables = new Map<number, ElfSection>();
  for (const section of file.sections()) if (!tables.has(section.type)) tables.set(section.type, section);
  for (const type of [SECTION_TYPE.dynamicSymbols, SECTION_TYPE.symbols]) {
    const table = tables.get(type);
    const names = table && file.sectionAt(table.link);
    const symbol = table && names ? findIn(file, table.content, names.content, name) : null;
    if (symbol !== null) return symbol;
  }
  return null;
}

function findIn(file: ElfFile, table: Uint8Array, names: Uint8Array, name: string): ElfSymbol | null {
  const { is64Bit, isLittleEndian } = file;
  const view = viewOf(table);
  const entryBytes = is64Bit ? 24 : 16;
  for (let at = 0; at + entryBytes <= table.length; at += entryBytes) {
    if (!hasTextAt(names, view.getUint32(at, isLittleEndian), name)) continue;
    return is64Bit
      ? {
          address: Number(view.getBigUint64(at + 8, isLittleEndian)),
          sizeBytes: Number(view.getBigUint64(at + 16, isLittleEndian)),
          section: view.getUint16(at + 6, isLittleEndian),
        }
      : {
          address: view.getUint32(at + 4, isLittleEndian),
          sizeBytes: view.getUint32(at + 8, isLittleEndian),
          section: view.getUint16(at + 14, isLittleEndian),
        };
  }
  return null;
}
