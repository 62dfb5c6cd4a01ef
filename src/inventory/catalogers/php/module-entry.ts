/**
 * The module entry of a PHP extension: the variable in which its library states name, version and the programming
 * interface of PHP that it was compiled for. php-src, `Zend/zend_modules.h`, `struct _zend_module_entry`.
 *
 * It has no name that every extension exports, but its first field is its own size and the second a date, which together
 * nothing else in the data of a library looks like. Pointers are filled in when the library is loaded; what to fill in
 * stands in the table of relocations, or in place where the processor's table has no room for it.
 */
import { type ElfFile, parseElf, SEGMENT_TYPE } from '../../../formats/elf.ts';
import { utf8Text, viewOf, withinBounds } from '../../../formats/bytes.ts';
import { boundedText } from '../../evidence.ts';

export type ModuleEntry = {
  /** As `php -m` prints it: `dom`, `Zend OPcache`. */
  readonly name: string;
  /** Of what comes with PHP the version of PHP itself. Empty where it has none. */
  readonly version: string;
};

/** Where the fields are, in bytes. */
const LAYOUT_64 = { pointerBytes: 8, sizeBytes: 168, name: 32, version: 88 } as const;
const LAYOUT_32 = { pointerBytes: 4, sizeBytes: 92, name: 20, version: 48 } as const;

/** Dates of the interface as numbers: that of PHP 5.3, and one far enough ahead. */
const FIRST_INTERFACE = 20090626;
const LAST_INTERFACE = 20991231;

/** Each costs a walk through the relocations. */
const MAX_CANDIDATES = 8;
const MAX_TEXT_BYTES = 256;
const RELOCATION_BYTES = 24;

/** Null for a library that is no extension. */
export function parseModuleEntry(content: Uint8Array): ModuleEntry | null {
  return withinBounds(() => {
    const file = parseElf(content);
    if (file === null) return null;
    const layout = file.is64Bit ? LAYOUT_64 : LAYOUT_32;
    for (const entry of moduleEntries(file)) {
      const name = pointedText(file, entry + layout.name);
      if (name === null) continue;
      return { name, version: pointedText(file, entry + layout.version) ?? '' };
    }
    return null;
  });
}

/** Addresses of what begins like a module entry. */
function moduleEntries(file: ElfFile): readonly number[] {
  const { pointerBytes, sizeBytes } = file.is64Bit ? LAYOUT_64 : LAYOUT_32;
  const found: number[] = [];
  for (const { type, isWritable, address, content } of file.segments()) {
    if (type !== SEGMENT_TYPE.load || !isWritable) continue;
    const view = viewOf(content);
    const first = (pointerBytes - (address % pointerBytes)) % pointerBytes;
    for (let at = first; at + sizeBytes <= content.length; at += pointerBytes) {
      if (view.getUint16(at, file.isLittleEndian) !== sizeBytes) continue;
      const programmingInterface = view.getUint32(at + 4, file.isLittleEndian);
      if (programmingInterface < FIRST_INTERFACE || programmingInterface > LAST_INTERFACE) continue;
      found.push(address + at);
      if (found.length >= MAX_CANDIDATES) return found;
    }
  }
  return found;
}

/** The text that a pointer at an address leads to; null for a null pointer, and for what is no text. */
function pointedText(file: ElfFile, address: number): string | null {
  const target = pointerAt(file, address) || relocated(file, address);
  if (target === 0) return null;
  const text = utf8Text(file.at(target).subarray(0, MAX_TEXT_BYTES));
  return /^[\x20-\x7e]+$/.test(text) ? boundedText(text) : null;
}

function pointerAt(file: ElfFile, address: number): number {
  const view = viewOf(file.at(address));
  return file.is64Bit
    ? Number(view.getBigUint64(0, file.isLittleEndian))
    : view.getUint32(0, file.isLittleEndian);
}

/** What the loader puts at an address: the addend of its relocation, relative to where the library is loaded. */
function relocated(file: ElfFile, address: number): number {
  const table = file.is64Bit ? file.section('.rela.dyn') : null;
  if (table === null) return 0;
  const view = viewOf(table.content);
  const wanted = BigInt(address);
  for (let at = 0; at + RELOCATION_BYTES <= table.content.length; at += RELOCATION_BYTES) {
    if (view.getBigUint64(at, file.isLittleEndian) === wanted) {
      return Number(view.getBigUint64(at + 16, file.isLittleEndian));
    }
  }
  return 0;
}
