/** Notes: records that a linker or a packager left in an ELF file. System V ABI, "Note Section". */
import { viewOf } from './bytes.ts';
import { type ElfFile, hasTextAt, SECTION_TYPE, SEGMENT_TYPE } from './elf.ts';

const HEADER_BYTES = 12;

/** Programs have a handful. */
const MAX_NOTES = 1000;

/**
 * What the first note of an owner and type says: a view, null where there is none.
 *
 * @param owner who defines the type: `GNU`, `Go`, `FDO`
 */
export function findElfNote(file: ElfFile, owner: string, type: number): Uint8Array | null {
  // all parts may lead to the same bytes: altogether no more is read than the file has
  let remaining = file.sizeBytes;
  for (const { content, alignment } of noteParts(file)) {
    remaining -= content.length;
    if (remaining < 0) break;
    const note = findIn(content, alignment, file.isLittleEndian, owner, type);
    if (note !== null) return note;
  }
  return null;
}

interface NotePart {
  readonly content: Uint8Array;
  readonly alignment: number;
}

/** Of segments, which stripping leaves, then of sections: object files have no segments, and Go's one not all notes. */
function* noteParts(file: ElfFile): Generator<NotePart> {
  for (const segment of file.segments()) if (segment.type === SEGMENT_TYPE.note) yield segment;
  for (const { type, content } of file.sections()) {
    if (type === SECTION_TYPE.note) yield { content, alignment: 4 };
  }
}

function findIn(
  bytes: Uint8Array,
  alignment: number,
  isLittleEndian: boolean,
  owner: string,
  type: number,
): Uint8Array | null {
  const view = viewOf(bytes);
  // 64-bit files too align to 4; only GNU properties stand apart in a segment aligned to 8
  const padding = alignment === 8 ? 8 : 4;
  const aligned = (offset: number) => Math.ceil(offset / padding) * padding;
  let at = 0;
  for (let count = 0; count < MAX_NOTES && at + HEADER_BYTES <= bytes.length; count += 1) {
    const name = at + HEADER_BYTES;
    const description = aligned(name + view.getUint32(at, isLittleEndian));
    const end = description + view.getUint32(at + 4, isLittleEndian);
    if (end > bytes.length) return null;
    if (view.getUint32(at + 8, isLittleEndian) === type && hasTextAt(bytes, name, owner)) {
      return bytes.subarray(description, end);
    }
    at = aligned(end);
  }
  return null;
}
