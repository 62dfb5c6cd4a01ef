import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { isSqlite } from '../../../../formats/sqlite.ts';
import { readSqlite } from './sqlite.ts';

/** A database as SQLite itself writes it, with rpm's table among others. */
function database(pageBytes: number, blobLengths: readonly number[], deleteEvery = 0): Buffer {
  const db = new DatabaseSync(':memory:');
  try {
    db.exec(`PRAGMA page_size = ${pageBytes}`);
    db.exec('CREATE TABLE Name (key TEXT NOT NULL, hnum INTEGER NOT NULL, idx INTEGER NOT NULL)');
    db.exec('CREATE INDEX Name_key_idx ON Name(key ASC)');
    db.exec(
      'CREATE TABLE IF NOT EXISTS "Packages" (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)',
    );
    const insert = db.prepare('INSERT INTO Packages (blob) VALUES (?)');
    for (const [row, length] of blobLengths.entries()) insert.run(Buffer.alloc(length, row + 1));
    if (deleteEvery > 0) db.exec(`DELETE FROM Packages WHERE hnum % ${deleteEvery} = 0`);
    return Buffer.from(db.serialize());
  } finally {
    db.close();
  }
}

function read(content: Buffer): { readonly headers: Buffer[]; readonly losses: string[] } {
  const stored = [...readSqlite(content)];
  return {
    headers: stored.flatMap((item) => ('header' in item ? [Buffer.from(item.header)] : [])),
    losses: stored.flatMap((item) => ('lost' in item ? [item.lost] : [])),
  };
}

test('rows of every size are those that SQLite wrote', () => {
  for (const pageBytes of [512, 1024, 4096, 65536]) {
    // around the bounds at which a row begins to spill, and chains of many pages
    const bounds = [0, 1, pageBytes - 60, pageBytes - 35, pageBytes, 2 * pageBytes, 20 * pageBytes + 7];
    const lengths = bounds.flatMap((bound) => [0, 1, 2, 3, 4].map((more) => Math.max(0, bound) + more));
    const { headers, losses } = read(database(pageBytes, lengths));
    assert.deepEqual(losses, []);
    assert.deepEqual(
      headers,
      lengths.map((length, row) => Buffer.alloc(length, row + 1)),
    );
  }
});

test('property: what SQLite writes is what is read, deep trees and deleted rows included', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(512, 1024, 4096),
      fc.array(fc.nat(3000), { maxLength: 400, size: 'max' }),
      fc.integer({ min: 2, max: 5 }),
      (pageBytes, lengths, deleteEvery) => {
        const kept = lengths.flatMap((length, row) => {
          return (row + 1) % deleteEvery === 0 ? [] : [Buffer.alloc(length, row + 1)];
        });
        assert.deepEqual(read(database(pageBytes, lengths, deleteEvery)), { headers: kept, losses: [] });
      },
    ),
    { numRuns: 60 },
  );
});

test('a table that is not there, and an empty one', () => {
  const other = new DatabaseSync(':memory:');
  other.exec('CREATE TABLE Packagers (hnum INTEGER PRIMARY KEY, blob BLOB)');
  const content = Buffer.from(other.serialize());
  other.close();
  assert.deepEqual(read(content).losses, ['no table "Packages"']);
  assert.deepEqual(read(database(4096, [])), { headers: [], losses: [] });
});

const ROWS = database(
  1024,
  Array.from({ length: 300 }, () => 300),
);
const PAGE = 1024;
/** The first page of the table's tree: the only interior page of a table but the schema's. */
const ROOT = Array.from({ length: ROWS.length / PAGE - 1 }, (_, index) => index + 1).filter((page) => {
  return ROWS[page * PAGE] === 5;
});

function changed(change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(ROWS);
  change(copy);
  return copy;
}

test('a tree that leads back to its root, or to one leaf many times, ends', () => {
  const [root = 0] = ROOT;
  assert.equal(ROOT.length, 1);
  const children = ROWS.readUInt16BE(root * PAGE + 3);
  for (const target of [root + 1, 0, 0xffff_ffff, ROWS.readUInt32BE(root * PAGE + 8)]) {
    const content = changed((copy) => {
      for (let cell = 0; cell < children; cell += 1) {
        const at = root * PAGE + copy.readUInt16BE(root * PAGE + 12 + cell * 2);
        copy.writeUInt32BE(target, at);
      }
    });
    const { headers, losses } = read(content);
    assert.ok(headers.length > 0 && headers.length < 10, String(headers.length));
    assert.equal(losses.length, children);
  }
});

const DAMAGED: readonly (readonly [what: string, content: Buffer, loss: RegExp])[] = [
  ['page size 0', changed((copy) => copy.writeUInt16BE(0, 16)), /^pages of 0 bytes$/],
  ['page size 1000', changed((copy) => copy.writeUInt16BE(1000, 16)), /^pages of 1000 bytes$/],
  ['UTF-16', changed((copy) => copy.writeUInt32BE(2, 56)), /^text in encoding 2$/],
  ['only the file header', ROWS.subarray(0, 100), /^no table "Packages"$/m],
  ['no schema', changed((copy) => copy.writeUInt8(0, 100)), /^page 1 is not a page of a table$/m],
  ['truncated', ROWS.subarray(0, ROWS.length / 2), /^page \d+ is missing or in use twice$/m],
];

for (const [what, content, loss] of DAMAGED) {
  test(`damaged: ${what}`, () => assert.match(read(content).losses.join('\n'), loss));
}

test('cells that all point at one row of a page do not multiply it', () => {
  const leaf = ROWS.findIndex((byte, at) => at % PAGE === 0 && byte === 13 && ROWS.readUInt16BE(at + 3) >= 3);
  const content = changed((copy) => {
    const cell = copy.readUInt16BE(leaf + 8);
    copy.writeUInt16BE(300, leaf + 3);
    for (let at = 0; at < 300; at += 1) copy.writeUInt16BE(cell, leaf + 8 + at * 2);
  });
  assert.ok(read(content).headers.length <= read(ROWS).headers.length);
});

test('other files are no SQLite database', () => {
  assert.ok(isSqlite(ROWS));
  assert.equal(isSqlite(ROWS.subarray(0, 99)), false);
  assert.equal(isSqlite(Buffer.alloc(200)), false);
});
