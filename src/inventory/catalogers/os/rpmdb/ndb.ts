/**
 * rpm's own format, `Packages.db` of SUSE: pages of slots at the beginning, each with the place of one package's blob
 * in blocks of 16 bytes. A blob is framed by head and tail and carries a checksum. All numbers are little-endian.
 *
 *     file: "RpmP" version generation slotPages nextIndex … | slot: "Slot" index block blocks
 *     blob: "BlbS" index generation length | header, padding | adler32 length "BlbE"
 *
 * rpm, lib/backend/ndb/rpmpkg.c.
 */
import { adler32 } from './adler32.ts';
import { MAX_PACKAGES, type Stored } from './stored-header.ts';

const MAGIC = Buffer.from('RpmP');
const SLOT_MAGIC = Buffer.from('Slot');
const HEAD_MAGIC = Buffer.from('BlbS');
const TAIL_MAGIC = Buffer.from('BlbE');

const FILE_HEADER_BYTES = 32;
const SLOT_BYTES = 16;
const PAGE_BYTES = 4096;
const BLOCK_BYTES = 16;
const HEAD_BYTES = 16;
const TAIL_BYTES = 12;

interface Slot {
  readonly index: number;
  /** Position and length of the framed blob, in bytes. */
  readonly start: number;
  readonly bytes: number;
}

export function isNdb(content: Buffer): boolean {
  return content.length >= FILE_HEADER_BYTES && hasMagic(content, 0, MAGIC);
}

/** Reads the headers of an ndb database; `isNdb(content)` must hold. */
export function* readNdb(content: Buffer): Generator<Stored> {
  const version = content.readUInt32LE(4);
  if (version !== 0) {
    yield { lost: `version ${version} of the format` };
    return;
  }
  const slotPages = content.readUInt32LE(12);
  const slotsEnd = slotPages * PAGE_BYTES;
  if (slotPages === 0) yield { lost: 'no pages of slots' };
  if (slotsEnd > content.length) yield { lost: `the file ends within its ${slotPages} pages of slots` };

  const slots: Slot[] = [];
  for (let at = FILE_HEADER_BYTES; at + SLOT_BYTES <= Math.min(slotsEnd, content.length); at += SLOT_BYTES) {
    const index = content.readUInt32LE(at + 4);
    if (!hasMagic(content, at, SLOT_MAGIC)) yield { lost: `no slot at byte ${at}` };
    // a free slot has no index
    else if (index !== 0) {
      // a list of slots would outgrow the file, were there no packages behind them
      if (slots.length === MAX_PACKAGES) {
        yield { lost: `packages beyond the first ${MAX_PACKAGES}` };
        break;
      }
      const start = content.readUInt32LE(at + 8) * BLOCK_BYTES;
      slots.push({ index, start, bytes: content.readUInt32LE(at + 12) * BLOCK_BYTES });
    }
  }

  // blobs must not overlap, or a small file could be read as often as it has slots
  let free = slotsEnd;
  for (const slot of slots.sort((a, b) => a.start - b.start)) {
    if (slot.start < free) {
      yield { lost: `package ${slot.index} overlaps with another or with the slots` };
    } else if (slot.start + slot.bytes > content.length) {
      yield { lost: `package ${slot.index} reaches beyond the end of the file` };
    } else {
      free = slot.start + slot.bytes;
      yield* readBlob(content.subarray(slot.start, free), slot.index);
    }
  }
}

function* readBlob(blob: Buffer, index: number): Generator<Stored> {
  if (blob.length < HEAD_BYTES + TAIL_BYTES) {
    yield { lost: `package ${index} has ${blob.length} bytes` };
    return;
  }
  const headerBytes = blob.readUInt32LE(12);
  const tail = blob.length - TAIL_BYTES;
  const framed =
    hasMagic(blob, 0, HEAD_MAGIC) &&
    blob.readUInt32LE(4) === index &&
    headerBytes <= tail - HEAD_BYTES &&
    blob.readUInt32LE(tail + 4) === headerBytes &&
    hasMagic(blob, tail + 8, TAIL_MAGIC);
  if (!framed) {
    yield { lost: `package ${index} is not framed as it should be` };
    return;
  }
  // what a wrong checksum leaves readable is still the best that is known about the package
  if (adler32(blob.subarray(0, tail)) !== blob.readUInt32LE(tail)) {
    yield { lost: `package ${index} has a wrong checksum` };
  }
  yield { header: blob.subarray(HEAD_BYTES, HEAD_BYTES + headerBytes) };
}

function hasMagic(content: Buffer, at: number, magic: Buffer): boolean {
  return content.compare(magic, 0, magic.length, at, at + magic.length) === 0;
}
