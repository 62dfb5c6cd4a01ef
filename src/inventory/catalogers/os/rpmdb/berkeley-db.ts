/**
 * Berkeley DB's hash format, which rpm kept `Packages` in until 2020: a file of equal pages, of which the first
 * describes the rest. Items stand in pairs on hash pages, from the end of the page towards its beginning: the number
 * of a package, and its header or where its chain of overflow pages begins.
 *
 * The pages are read in the order of the file, not bucket by bucket, so that a damaged bucket hides nothing but itself.
 * Berkeley DB 5.3, src/dbinc/db_page.h; rpm, lib/backend/bdb_ro.c.
 */
import type { Stored } from './stored-header.ts';

const HASH_MAGIC = 0x061561;
const MAGIC_OFFSET = 12;
const META_BYTES = 72;
const PAGE_HEADER_BYTES = 26;

const PAGE_TYPE = { free: 0, unsortedHash: 2, overflow: 7, hash: 13 } as const;
const ITEM_TYPE = { inline: 1, offPage: 3 } as const;
const OFF_PAGE_BYTES = 12;
/** Of the number of a package, with the byte for the item's type. */
const KEY_BYTES = 5;

/** DBMETA_CHKSUM: pages then have a longer header. rpm never asked for it. */
const FLAG_CHECKSUM = 1;

interface BerkeleyDb {
  readonly content: Buffer;
  readonly pageBytes: number;
  readonly pageCount: number;
  readonly uint16: (at: number) => number;
  readonly uint32: (at: number) => number;
  /** Overflow pages that were read: none belongs to two items, and so neither circles nor sharing cost anything. */
  readonly used: Uint8Array;
}

export function isBerkeleyDb(content: Buffer): boolean {
  return (
    content.length >= META_BYTES &&
    (isLittleEndian(content) || content.readUInt32BE(MAGIC_OFFSET) === HASH_MAGIC)
  );
}

function isLittleEndian(content: Buffer): boolean {
  return content.readUInt32LE(MAGIC_OFFSET) === HASH_MAGIC;
}

/** Reads the headers of a Berkeley DB hash; `isBerkeleyDb(content)` must hold. */
export function* readBerkeleyDb(content: Buffer): Generator<Stored> {
  const little = isLittleEndian(content);
  const uint16 = (at: number) => (little ? content.readUInt16LE(at) : content.readUInt16BE(at));
  const uint32 = (at: number) => (little ? content.readUInt32LE(at) : content.readUInt32BE(at));
  const pageBytes = uint32(20);
  if (pageBytes < 512 || pageBytes > 65536 || (pageBytes & (pageBytes - 1)) !== 0) {
    yield { lost: `pages of ${pageBytes} bytes` };
    return;
  }
  if (content[24] !== 0 || ((content[26] ?? 0) & FLAG_CHECKSUM) !== 0) {
    yield { lost: 'pages are encrypted or have checksums' };
    return;
  }

  const pageCount = Math.floor(content.length / pageBytes);
  const expected = uint32(32) + 1;
  const db: BerkeleyDb = { content, pageBytes, pageCount, uint16, uint32, used: new Uint8Array(pageCount) };
  let hashPages = 0;
  for (let page = 1; page < pageCount; page += 1) {
    const type = content[page * pageBytes + 25];
    if (type === PAGE_TYPE.hash || type === PAGE_TYPE.unsortedHash) {
      hashPages += 1;
      yield* readHashPage(db, page);
    } else if (type !== PAGE_TYPE.overflow && type !== PAGE_TYPE.free) {
      yield { lost: `page ${page} is of kind ${type}` };
    }
  }
  if (pageCount < expected) yield { lost: `the file ends after ${pageCount} of ${expected} pages` };
  else if (hashPages === 0) yield { lost: 'no hash pages' };
}

function* readHashPage(db: BerkeleyDb, page: number): Generator<Stored> {
  const start = page * db.pageBytes;
  const itemCount = db.uint16(start + 20);
  const itemsFrom = PAGE_HEADER_BYTES + itemCount * 2;
  if (itemCount % 2 !== 0) yield { lost: `page ${page} claims ${itemCount} items` };
  let keyEnd = db.pageBytes;
  for (let index = 0; index + 1 < itemCount; index += 2) {
    const slot = start + PAGE_HEADER_BYTES + index * 2;
    const keyStart = db.uint16(slot);
    const valueStart = db.uint16(slot + 2);
    // items must lie behind the array of their places and not overlap, or a page could be read thousands of times
    if (!(itemsFrom <= valueStart && valueStart < keyStart && keyStart < keyEnd)) {
      yield { lost: `items ${index} and ${index + 1} of page ${page} are out of place` };
      return;
    }
    const key = db.content.subarray(start + keyStart, start + keyEnd);
    const value = db.content.subarray(start + valueStart, start + keyStart);
    keyEnd = valueStart;
    if (key[0] !== ITEM_TYPE.inline || key.length !== KEY_BYTES) {
      yield { lost: `item ${index} of page ${page} is not the number of a package` };
    } else if (key.readUInt32LE(1) !== 0) {
      // under the number 0, in either byte order, rpm keeps the highest number that it gave away
      yield* readValue(db, value, `item ${index + 1} of page ${page}`);
    }
  }
}

function* readValue(db: BerkeleyDb, value: Buffer, where: string): Generator<Stored> {
  if (value[0] === ITEM_TYPE.inline) {
    yield { header: value.subarray(1) };
  } else if (value[0] === ITEM_TYPE.offPage && value.length === OFF_PAGE_BYTES) {
    const at = value.byteOffset - db.content.byteOffset;
    yield { header: readChain(db, db.uint32(at + 4), db.uint32(at + 8)) };
  } else {
    yield { lost: `${where} is of kind ${value[0]}` };
  }
}

/** What a chain of overflow pages holds, at most `wantedBytes`; less when it is broken, which the header then shows. */
function readChain(db: BerkeleyDb, firstPage: number, wantedBytes: number): Buffer {
  const parts: Buffer[] = [];
  let missing = wantedBytes;
  let page = firstPage;
  while (missing > 0 && page > 0 && page < db.pageCount && db.used[page] === 0) {
    db.used[page] = 1;
    const start = page * db.pageBytes;
    if (db.content[start + 25] !== PAGE_TYPE.overflow) break;
    const from = start + PAGE_HEADER_BYTES;
    const bytes = Math.min(db.uint16(start + 22), db.pageBytes - PAGE_HEADER_BYTES, missing);
    parts.push(db.content.subarray(from, from + bytes));
    missing -= bytes;
    page = db.uint32(start + 16);
  }
  return Buffer.concat(parts);
}
