/**
 * A reader of the rows of a SQLite table, such as rpm's `Packages` and Nix's `ValidPaths`.
 *
 * Own, rather than node:sqlite: a hostile file never reaches native code, a damaged page costs its own rows and not the
 * whole query, the bytes are not copied, and the write-ahead flag that images carry does not matter to a reader.
 * SQLite, "Database File Format".
 */

/** A place of a database that should hold rows and could not be read: where and why, in a few words. */
export interface Loss {
  readonly lost: string;
}

const MAGIC = Buffer.from('SQLite format 3\0');
const FILE_HEADER_BYTES = 100;
const TEXT_UTF8 = 1;
const PAGE_TYPE = { interior: 5, leaf: 13 } as const;

interface Sqlite {
  readonly content: Buffer;
  readonly pageBytes: number;
  /** Bytes of a page without the space reserved at its end. */
  readonly usableBytes: number;
  readonly pageCount: number;
  /** Pages that were read: a tree or chain that leads back into itself or another ends there. */
  readonly used: Uint8Array;
}

/** Text and blobs as bytes; null also for numbers that are no integers, or need more than 48 bits. */
export type SqliteValue = Buffer | number | null;

export function isSqlite(content: Buffer): boolean {
  return (
    content.length >= FILE_HEADER_BYTES && content.compare(MAGIC, 0, MAGIC.length, 0, MAGIC.length) === 0
  );
}

/**
 * Reads the rows of a table in the order of their row IDs; `isSqlite(content)` must hold. Not for a table made WITHOUT
 * ROWID. It never throws, and takes time in proportion to the content.
 */
export function* readSqliteTable(content: Buffer, table: string): Generator<SqliteRow | Loss> {
  const declared = content.readUInt16BE(16);
  const pageBytes = declared === 1 ? 65536 : declared;
  const usableBytes = pageBytes - (content[20] ?? 0);
  if (pageBytes < 512 || (pageBytes & (pageBytes - 1)) !== 0 || usableBytes < 480) {
    yield { lost: `pages of ${pageBytes} bytes` };
    return;
  }
  if (content.readUInt32BE(56) > TEXT_UTF8) {
    yield { lost: `text in encoding ${content.readUInt32BE(56)}` };
    return;
  }
  const pageCount = Math.floor(content.length / pageBytes);
  const db: Sqlite = { content, pageBytes, usableBytes, pageCount, used: new Uint8Array(pageCount + 1) };

  const root = yield* findTable(db, table);
  if (root === null) yield { lost: `no table "${table}"` };
  else yield* readTable(db, root);
}

/** The first page of a table, from the schema, whose rows are type, name, table, first page and SQL. */
function* findTable(db: Sqlite, name: string): Generator<Loss, number | null> {
  for (const row of readTable(db, 1)) {
    if ('lost' in row) yield row;
    else {
      const [type, rowName, , root] = row.values;
      if (isText(type, 'table') && isText(rowName, name) && typeof root === 'number') return root;
    }
  }
  return null;
}

function isText(value: SqliteValue | undefined, text: string): boolean {
  return Buffer.isBuffer(value) && value.toString('latin1') === text;
}

export interface SqliteRow {
  /** Also the value of a column declared INTEGER PRIMARY KEY, which itself is stored as null. */
  readonly rowId: number;
  /** The page that it begins on. */
  readonly page: number;
  /** In the order of the table's columns; fewer when the row was written before the last were added. */
  readonly values: readonly SqliteValue[];
}

/** SQLite's own bound on the depth of a tree (BTCURSOR_MAX_DEPTH). */
const MAX_DEPTH = 20;

/** The rows of a table b-tree, in order. Section 1.6, "B-tree Pages". */
function* readTable(db: Sqlite, page: number, depth = 1): Generator<SqliteRow | Loss> {
  if (page < 1 || page > db.pageCount || db.used[page] !== 0 || depth > MAX_DEPTH) {
    yield { lost: `page ${page} is missing or in use twice` };
    return;
  }
  db.used[page] = 1;
  const bytes = db.content.subarray((page - 1) * db.pageBytes, (page - 1) * db.pageBytes + db.usableBytes);
  const start = page === 1 ? FILE_HEADER_BYTES : 0;
  const type = bytes[start];
  const cellCount = bytes.readUInt16BE(start + 3);
  const cells = start + (type === PAGE_TYPE.interior ? 12 : 8);
  if ((type !== PAGE_TYPE.interior && type !== PAGE_TYPE.leaf) || cells + cellCount * 2 > bytes.length) {
    yield { lost: `page ${page} is not a page of a table` };
  } else if (type === PAGE_TYPE.leaf) {
    yield* readLeaf(db, page, bytes, { cells, cellCount });
  } else {
    for (let cell = 0; cell < cellCount; cell += 1) {
      const at = bytes.readUInt16BE(cells + cell * 2);
      if (at + 4 <= bytes.length) yield* readTable(db, bytes.readUInt32BE(at), depth + 1);
      else yield { lost: `cell ${cell} of page ${page} is out of place` };
    }
    yield* readTable(db, bytes.readUInt32BE(start + 8), depth + 1);
  }
}

interface CellPointers {
  /** Where the array of cell positions begins. */
  readonly cells: number;
  readonly cellCount: number;
}

function* readLeaf(
  db: Sqlite,
  page: number,
  bytes: Buffer,
  { cells, cellCount }: CellPointers,
): Generator<SqliteRow | Loss> {
  let room = bytes.length;
  for (let cell = 0; cell < cellCount; cell += 1) {
    const payload = readVarint(bytes, bytes.readUInt16BE(cells + cell * 2));
    const rowId = payload && readVarint(bytes, payload.next);
    const localBytes = payload && localPayload(payload.value, db.usableBytes);
    // cells that overlap would let a small page be read thousands of times
    room -= localBytes ?? 0;
    if (!payload || !rowId || localBytes === null || rowId.next + localBytes > bytes.length || room < 0) {
      yield { lost: `cell ${cell} of page ${page} is out of place` };
      continue;
    }
    const local = bytes.subarray(rowId.next, rowId.next + localBytes);
    const whole =
      localBytes === payload.value
        ? local
        : readChain(db, local, bytes, { pointer: rowId.next + localBytes, wantedBytes: payload.value });
    yield { rowId: rowId.value, page, values: readRecord(whole) };
  }
}

/** How much of a payload stands on the leaf itself. Section 1.6, "the amount of payload that spills". */
function localPayload(payloadBytes: number, usableBytes: number): number {
  if (payloadBytes <= usableBytes - 35) return payloadBytes;
  const least = Math.floor(((usableBytes - 12) * 32) / 255) - 23;
  const most = least + ((payloadBytes - least) % (usableBytes - 4));
  return most <= usableBytes - 35 ? most : least;
}

/** A payload with what its overflow pages hold; less when the chain is broken, which the header then shows. */
function readChain(
  db: Sqlite,
  local: Buffer,
  bytes: Buffer,
  { pointer, wantedBytes }: { readonly pointer: number; readonly wantedBytes: number },
): Buffer {
  const parts = [local];
  let missing = wantedBytes - local.length;
  let page = pointer + 4 <= bytes.length ? bytes.readUInt32BE(pointer) : 0;
  while (missing > 0 && page > 0 && page <= db.pageCount && db.used[page] === 0) {
    db.used[page] = 1;
    const start = (page - 1) * db.pageBytes;
    const part = db.content.subarray(start + 4, start + Math.min(db.usableBytes, 4 + missing));
    parts.push(part);
    missing -= part.length;
    page = db.content.readUInt32BE(start);
  }
  return Buffer.concat(parts);
}

/** The most columns that are read of a row. */
const MAX_COLUMNS = 9;

/** The first values of a record. Section 2.1, "Record Format". */
function readRecord(record: Buffer): SqliteValue[] {
  const values: SqliteValue[] = [];
  const header = readVarint(record, 0);
  if (header === null) return values;
  let body = header.value;
  for (let at = header.next; at < header.value && values.length < MAX_COLUMNS;) {
    const serial = readVarint(record, at);
    if (serial === null) break;
    values.push(readValue(record, body, serial.value));
    body += valueBytes(serial.value);
    at = serial.next;
  }
  return values;
}

const INTEGER_BYTES = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0] as const;

function valueBytes(serialType: number): number {
  return INTEGER_BYTES[serialType] ?? Math.floor((serialType - 12) / 2);
}

function readValue(record: Buffer, at: number, serialType: number): SqliteValue {
  if (serialType >= 12) return record.subarray(at, at + valueBytes(serialType));
  if (serialType === 8 || serialType === 9) return serialType - 8;
  const bytes = valueBytes(serialType);
  return bytes >= 1 && bytes <= 6 && at + bytes <= record.length ? record.readIntBE(at, bytes) : null;
}

/** Seven bits a byte, most significant first; null when longer than 2^53 allows, or cut short. */
function readVarint(bytes: Buffer, at: number): { readonly value: number; readonly next: number } | null {
  let value = 0;
  for (let next = at; next < at + 8; next += 1) {
    const byte = bytes[next];
    if (byte === undefined) return null;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return Number.isSafeInteger(value) ? { value, next: next + 1 } : null;
  }
  return null;
}
