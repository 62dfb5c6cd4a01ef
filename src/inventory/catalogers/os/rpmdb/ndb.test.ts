import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRpmFixture } from '../../../../../test/inventory/rpm-fixtures.ts';
import { adler32 } from './adler32.ts';
import { isNdb, readNdb } from './ndb.ts';

const SLE = readRpmFixture('real-sle15-small');
const FIRST_SLOT = 32;
const BLOB = SLE.readUInt32LE(FIRST_SLOT + 8) * 16;

function read(content: Buffer): { readonly headers: number; readonly losses: string[] } {
  const stored = [...readNdb(content)];
  const losses = stored.flatMap((item) => ('lost' in item ? [item.lost] : []));
  return { headers: stored.length - losses.length, losses };
}

function changed(change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(SLE);
  change(copy);
  return copy;
}

test('three packages, every checksum right', () => {
  assert.ok(isNdb(SLE));
  assert.deepEqual(read(SLE), { headers: 3, losses: [] });
});

test('Adler-32 of RFC 1950', () => {
  assert.equal(adler32(new Uint8Array()), 1);
  assert.equal(adler32(Buffer.from('Wikipedia')), 0x11e60398);
  assert.equal(adler32(Buffer.alloc(100_000, 0xff)), 0x149a302c);
});

const DAMAGED: readonly (readonly [what: string, content: Buffer, headers: number, loss: RegExp])[] = [
  ['a later version', changed((copy) => copy.writeUInt32LE(1, 4)), 0, /^version 1 of the format$/],
  ['no slots', changed((copy) => copy.writeUInt32LE(0, 12)), 0, /^no pages of slots$/],
  ['only the file header', SLE.subarray(0, 32), 0, /^the file ends within its 1 pages of slots$/],
  ['endless slots', changed((copy) => copy.writeUInt32LE(0xffff_ffff, 12)), 0, /^the file ends within its/],
  ['a slot without magic', changed((copy) => copy.writeUInt8(0, FIRST_SLOT)), 2, /^no slot at byte 32$/],
  ['a blob in the slots', changed((copy) => copy.writeUInt32LE(1, FIRST_SLOT + 8)), 2, /^package 1 overlaps/],
  [
    'two slots for a blob',
    changed((copy) => copy.copyWithin(FIRST_SLOT + 16, FIRST_SLOT, FIRST_SLOT + 16)),
    2,
    /overlaps/,
  ],
  [
    'a blob behind the end',
    changed((copy) => copy.writeUInt32LE(2 ** 30, FIRST_SLOT + 12)),
    2,
    /^package 1 reaches/,
  ],
  [
    'a blob without room',
    changed((copy) => copy.writeUInt32LE(1, FIRST_SLOT + 12)),
    2,
    /^package 1 has 16 bytes$/,
  ],
  [
    'another package in the blob',
    changed((copy) => copy.writeUInt32LE(9, BLOB + 4)),
    2,
    /^package 1 is not framed/,
  ],
  [
    'a header longer than its blob',
    changed((copy) => copy.writeUInt32LE(2 ** 31, BLOB + 12)),
    2,
    /not framed/,
  ],
  [
    'a changed byte',
    changed((copy) => copy.writeUInt8(0xff, BLOB + 100)),
    3,
    /^package 1 has a wrong checksum$/,
  ],
  ['truncated', SLE.subarray(0, BLOB + 5000), 1, /^package 2 reaches beyond the end of the file$/m],
];

for (const [what, content, headers, loss] of DAMAGED) {
  test(`damaged: ${what}`, () => {
    const result = read(content);
    assert.match(result.losses.join('\n'), loss);
    assert.equal(result.headers, headers);
  });
}
