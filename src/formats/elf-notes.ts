/** Notes: records that a linker or a packager left in an ELF file. System V ABI, "Note Section". */
import { latin1Text, viewOf } from './bytes.ts';
import { type ElfFile, SECTION_TYPE, SEGMENT_TYPE } from './elf.ts';

export interface ElfNote {
  /** Who defines the type: `GNU`, `Go`, `FDO`. */
  readonly owner: string;
  readonly type: number;
  /** A view. */
  readonly description: Uint8Array;
}

const HEADER_BYTES = 12;

/** Programs have a handful. */
const MAX_NOTES = 1000;

/** The notes of the segments, or where there are none, as in an object file, of the sections. */
export function elfNotes(file: ElfFile): readonly ElfNote[] {
  const notes: ElfNote[] = [];
  // segments may all lead to the same bytes: altogether no more is read than the file has
  let remaining = file.sizeBytes;
  for (const { content, alignment } of noteParts(file)) {
    remaining -= content.length;
    if (remaining < 0) break;
    for (const note of readNotes(content, alignment, file.isLittleEndian)) {
      if (notes.length >= MAX_NOTES) return notes;
      notes.push(note);
    }
  }
  return notes;
}

interface NotePart {
  readonly content: Uint8Array;
  readonly alignment: number;
}

function noteParts(file: ElfFile): readonly NotePart[] {
  const segments = file.segments().filter(({ type }) => type === SEGMENT_TYPE.note);
  if (segments.length > 0) return segments;
  const parts: NotePart[] = [];
  for (const { type, content } of file.sections()) {
    if (type === SECTION_TYPE.note) parts.push({ content, alignment: 4 });
  }
  return parts;
}

function* readNotes(bytes: Uint8Array, alignment: number, isLittleEndian: boolean): Generator<ElfNote> {
  const view = viewOf(bytes);
  // 64-bit files too align to 4; only GNU properties stand apart in a segment aligned to 8
  const padding = alignment === 8 ? 8 : 4;
  const aligned = (offset: number) => Math.ceil(offset / padding) * padding;
  for (let at = 0; at + HEADER_BYTES <= bytes.length;) {
    const nameBytes = view.getUint32(at, isLittleEndian);
    const descriptionBytes = view.getUint32(at + 4, isLittleEndian);
    const name = at + HEADER_BYTES;
    const description = aligned(name + nameBytes);
    const end = description + descriptionBytes;
    if (end > bytes.length) return;
    yield {
      owner: latin1Text(bytes.subarray(name, Math.min(name + nameBytes, name + MAX_OWNER_BYTES))),
      type: view.getUint32(at + 8, isLittleEndian),
      description: bytes.subarray(description, end),
    };
    at = aligned(end);
  }
}

const MAX_OWNER_BYTES = 64;
