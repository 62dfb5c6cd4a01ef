/**
 * Mach-O: programs and libraries of macOS. Load commands follow the header; those of a segment hold its sections. A
 * universal file is several of them one after the other, each for a processor. Apple, `mach-o/loader.h` and `fat.h`.
 */
import { latin1Text, viewOf, withinBounds } from './bytes.ts';

export interface MachoSection {
  /** Up to sixteen bytes: `__text`, `__go_buildinfo`. */
  readonly name: string;
  readonly address: number;
  /** What the file holds of it, as far as the file goes: a view. */
  readonly content: Uint8Array;
}

export interface MachoSegment {
  /** May be read and written, not executed. */
  readonly isData: boolean;
  readonly address: number;
  readonly content: Uint8Array;
}

export interface MachoFile {
  readonly isLittleEndian: boolean;
  readonly sections: readonly MachoSection[];
  readonly segments: readonly MachoSegment[];
}

const UNIVERSAL = 0xcafebabe;
const UNIVERSAL_ENTRY_BYTES = 20;

/** A class file of Java begins as a universal file does, but where that has their number, with a version above 44. */
const MAX_PROCESSORS = 20;

/** More than any program has; each takes bytes of the file. */
const MAX_COMMANDS = 10_000;
const MAX_SECTIONS = 10_000;

const READ_AND_WRITE = 3;

/** Where the fields of a segment's command and of its sections are. */
interface Layout {
  readonly command: number;
  readonly headerBytes: number;
  readonly wordBytes: 4 | 8;
  readonly segmentBytes: number;
  readonly sectionBytes: number;
}

const LAYOUT_32: Layout = { command: 1, headerBytes: 28, wordBytes: 4, segmentBytes: 56, sectionBytes: 68 };
const LAYOUT_64: Layout = {
  command: 0x19,
  headerBytes: 32,
  wordBytes: 8,
  segmentBytes: 72,
  sectionBytes: 80,
};

/** Of a universal file the first; null for what is none, or ends before its commands do. */
export function parseMacho(content: Uint8Array): MachoFile | null {
  return withinBounds(() => readCommands(firstProgram(content)));
}

function firstProgram(content: Uint8Array): Uint8Array {
  const view = viewOf(content);
  const processors = view.getUint32(4);
  if (view.getUint32(0) !== UNIVERSAL || processors === 0 || processors > MAX_PROCESSORS) return content;
  if (content.length < 8 + processors * UNIVERSAL_ENTRY_BYTES) return content;
  const start = view.getUint32(16);
  return content.subarray(start, start + view.getUint32(20));
}

const MAGIC_32 = 0xfeedface;
const MAGIC_64 = 0xfeedfacf;

function readCommands(content: Uint8Array): MachoFile | null {
  const view = viewOf(content);
  const isMagic = (magic: number) => magic === MAGIC_32 || magic === MAGIC_64;
  const isLittleEndian = isMagic(view.getUint32(0, true));
  const word = (at: number) => view.getUint32(at, isLittleEndian);
  if (!isMagic(word(0))) return null;
  const layout = word(0) === MAGIC_64 ? LAYOUT_64 : LAYOUT_32;
  const long = (at: number) =>
    layout.wordBytes === 8 ? Number(view.getBigUint64(at, isLittleEndian)) : word(at);
  const slice = (at: number, sizeBytes: number) => content.subarray(at, at + sizeBytes);

  const segments: MachoSegment[] = [];
  const sections: MachoSection[] = [];
  let at = layout.headerBytes;
  for (let left = Math.min(word(16), MAX_COMMANDS); left > 0; left -= 1) {
    const commandBytes = word(at + 4);
    if (word(at) === layout.command) {
      const [address, start, sizeBytes] = [0, 2, 3].map((field) => long(at + 24 + field * layout.wordBytes));
      const end = at + layout.segmentBytes;
      segments.push({
        isData: word(end - 12) === READ_AND_WRITE,
        address: address ?? 0,
        content: slice(start ?? 0, sizeBytes ?? 0),
      });
      for (let index = 0; index < word(end - 8) && sections.length < MAX_SECTIONS; index += 1) {
        const section = end + index * layout.sectionBytes;
        sections.push({
          name: latin1Text(slice(section, 16)),
          address: long(section + 32),
          content: slice(word(section + 32 + 2 * layout.wordBytes), long(section + 32 + layout.wordBytes)),
        });
      }
    }
    if (commandBytes < 8) break;
    at += commandBytes;
  }
  return { isLittleEndian, sections, segments };
}
