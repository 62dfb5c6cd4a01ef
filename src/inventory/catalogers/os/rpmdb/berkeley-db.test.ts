import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRpmFixture } from '../../../../../test/inventory/rpm-fixtures.ts';
import { isBerkeleyDb, readBerkeleyDb } from './berkeley-db.ts';
import type { Stored } from './stored-header.ts';

const PAGE = 4096;
const OVERFLOW = 7;
const HASH_TYPES: readonly (number | undefined)[] = [2, 13];

function read(content: Buffer): { readonly headers: Buffer[]; readonly losses: string[] } {
  const stored: Stored[] = [...readBerkeleyDb(content)];
  return {
    headers: stored.flatMap((item) => ('header' in item ? [Buffer.from(item.header)] : [])),
    losses: stored.flatMap((item) => ('lost' in item ? [item.lost] : [])),
  };
}

function pagesOf(content: Buffer, types: readonly (number | undefined)[]): number[] {
  return Array.from({ length: content.length / PAGE }, (_, page) => page).filter((page) =>
    types.includes(content[page * PAGE + 25]),
  );
}

/** The same database as a machine of the other byte order writes it. */
function swapByteOrder(content: Buffer): Buffer {
  const swapped = Buffer.from(content);
  const swap32 = (at: number) => swapped.subarray(at, at + 4).swap32();
  const swap16 = (at: number) => swapped.subarray(at, at + 2).swap16();
  for (const at of [0, 4, 8, 12, 16, 20, 28, 32, 36, 40, 44, 48]) swap32(at);
  for (const page of pagesOf(content, [...HASH_TYPES, OVERFLOW])) {
    const start = page * PAGE;
    for (const at of [0, 4, 8, 12, 16]) swap32(start + at);
    for (const at of [20, 22]) swap16(start + at);
    if (content[start + 25] === OVERFLOW) continue;
    for (let item = 0; item < content.readUInt16LE(start + 20); item += 1) {
      const place = start + content.readUInt16LE(start + 26 + item * 2);
      if (content[place] === 3) for (const at of [4, 8]) swap32(place + at);
      swap16(start + 26 + item * 2);
    }
  }
  return swapped;
}

const LIBUUID = readRpmFixture('real-rhel8-libuuid');
const CENTOS5 = readRpmFixture('rebuilt-centos5-plain');

test('headers of both byte orders are the same', () => {
  for (const content of [LIBUUID, CENTOS5]) {
    const swapped = swapByteOrder(content);
    assert.equal(swapped.readUInt32BE(12), 0x061561);
    assert.ok(isBerkeleyDb(swapped));
    assert.deepEqual(read(swapped), read(content));
    assert.deepEqual(read(content).losses, []);
  }
});

test('other access methods and other files are no hash', () => {
  const btree = Buffer.from(LIBUUID);
  btree.writeUInt32LE(0x053162, 12);
  for (const content of [btree, Buffer.alloc(0), Buffer.alloc(71), Buffer.alloc(PAGE)]) {
    assert.equal(isBerkeleyDb(content), false);
  }
});

function changed(content: Buffer, change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(content);
  change(copy);
  return copy;
}

const [firstHash = 0] = pagesOf(LIBUUID, HASH_TYPES).filter(
  (page) => LIBUUID.readUInt16LE(page * PAGE + 20) > 0,
);
const OVERFLOWS = pagesOf(LIBUUID, [OVERFLOW]);
const [firstOverflow = 0] = OVERFLOWS.filter((page) => LIBUUID.readUInt32LE(page * PAGE + 12) === 0);

test('an overflow chain that circles ends where it meets itself', () => {
  const next = LIBUUID.readUInt32LE(firstOverflow * PAGE + 16);
  const circle = changed(LIBUUID, (copy) => copy.writeUInt32LE(firstOverflow, next * PAGE + 16));
  assert.equal(read(circle).headers[0]?.length, 2 * (PAGE - 26));
});

test('an overflow chain that leads out of the file, to no page or to another kind of page ends there', () => {
  for (const target of [0, firstHash, 0xffff_ffff]) {
    const broken = changed(LIBUUID, (copy) => copy.writeUInt32LE(target, firstOverflow * PAGE + 16));
    assert.equal(read(broken).headers[0]?.length, PAGE - 26);
  }
});

const DAMAGED: readonly (readonly [what: string, content: Buffer, loss: RegExp])[] = [
  ['page size 0', changed(LIBUUID, (copy) => copy.writeUInt32LE(0, 20)), /^pages of 0 bytes$/],
  ['page size 5000', changed(LIBUUID, (copy) => copy.writeUInt32LE(5000, 20)), /^pages of 5000 bytes$/],
  ['encrypted', changed(LIBUUID, (copy) => copy.writeUInt8(1, 24)), /encrypted/],
  ['checksums', changed(LIBUUID, (copy) => copy.writeUInt8(1, 26)), /checksums/],
  ['truncated', LIBUUID.subarray(0, 5 * PAGE + 1), /^the file ends after 5 of 23 pages$/],
  [
    'an unknown kind of page',
    changed(LIBUUID, (copy) => copy.writeUInt8(99, firstHash * PAGE + 25)),
    /of kind 99$/,
  ],
  [
    'no hash pages',
    changed(LIBUUID, (copy) => {
      for (const page of pagesOf(LIBUUID, HASH_TYPES)) copy.writeUInt8(0, page * PAGE + 25);
    }),
    /^no hash pages$/,
  ],
  [
    'more items than a page has room for',
    changed(LIBUUID, (copy) => copy.writeUInt16LE(0xffff, firstHash * PAGE + 20)),
    /items 0 and 1 of page \d+ are out of place/,
  ],
  [
    'items that overlap',
    changed(LIBUUID, (copy) =>
      copy.writeUInt16LE(copy.readUInt16LE(firstHash * PAGE + 26), firstHash * PAGE + 28),
    ),
    /items 0 and 1 of page \d+ are out of place/,
  ],
];

for (const [what, content, loss] of DAMAGED) {
  test(`damaged: ${what}`, () => assert.match(read(content).losses.join('\n'), loss));
}

test('many items that share one overflow chain read it once', () => {
  const copies = 2000;
  const page = Buffer.alloc(65536);
  let end = page.length;
  const put = (index: number, item: Buffer) => {
    end -= item.copy(page, end - item.length);
    page.writeUInt16LE(end, 26 + index * 2);
  };
  for (let copy = 0; copy < copies; copy += 1) {
    put(copy * 2, Buffer.from([1, 1, 0, 0, 0]));
    put(copy * 2 + 1, Buffer.from([3, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 16]));
  }
  page.writeUInt16LE(copies * 2, 20);
  page.writeUInt8(13, 25);
  const overflow = Buffer.alloc(65536, 1);
  overflow.writeUInt16LE(65000, 22);
  overflow.writeUInt8(7, 25);
  const meta = Buffer.alloc(65536);
  meta.writeUInt32LE(0x061561, 12);
  meta.writeUInt32LE(65536, 20);
  meta.writeUInt32LE(2, 32);
  const lengths = read(Buffer.concat([meta, page, overflow])).headers.map((header) => header.length);
  assert.deepEqual([lengths.length, lengths[0], lengths[1]], [copies, 65000, 0]);
});
