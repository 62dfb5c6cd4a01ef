import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { parseHeader, TAG } from './header.ts';

interface TestEntry {
  readonly tag: number;
  readonly type: number;
  readonly data: Buffer;
  readonly count?: number;
  readonly offset?: number;
}

/** A header as rpm lays it out, with whatever the test wants to be wrong. */
function header(
  entries: readonly TestEntry[],
  claims: { readonly tags?: number; readonly bytes?: number } = {},
): Buffer {
  const store = Buffer.concat(entries.map(({ data }) => data));
  const index = Buffer.alloc(entries.length * 16);
  let offset = 0;
  for (const [at, entry] of entries.entries()) {
    index.writeUInt32BE(entry.tag, at * 16);
    index.writeUInt32BE(entry.type, at * 16 + 4);
    index.writeUInt32BE(entry.offset ?? offset, at * 16 + 8);
    index.writeUInt32BE(entry.count ?? 1, at * 16 + 12);
    offset += entry.data.length;
  }
  const preamble = Buffer.alloc(8);
  preamble.writeUInt32BE(claims.tags ?? entries.length);
  preamble.writeUInt32BE(claims.bytes ?? store.length, 4);
  return Buffer.concat([preamble, index, store]);
}

const text = (tag: number, value: string): TestEntry => ({ tag, type: 6, data: Buffer.from(`${value}\0`) });
const texts = (tag: number, values: readonly string[], type = 8): TestEntry => ({
  tag,
  type,
  data: Buffer.from(values.map((value) => `${value}\0`).join('')),
  count: values.length,
});
const integers = (tag: number, values: readonly number[]): TestEntry => {
  const data = Buffer.alloc(values.length * 4);
  for (const [at, value] of values.entries()) data.writeUInt32BE(value, at * 4);
  return { tag, type: 4, data, count: values.length };
};

test('strings, arrays, translated texts and integers', () => {
  const parsed = parseHeader(
    header([
      { tag: 63, type: 7, data: Buffer.alloc(16), count: 16 },
      text(TAG.name, 'bash'),
      texts(TAG.summary, ['The shell', 'Die Shell'], 9),
      texts(TAG.baseNames, ['a', '', 'ä']),
      integers(TAG.directoryIndexes, [0, 1, 0xffff_ffff]),
    ]),
  );
  assert.equal(parsed.damage, null);
  assert.deepEqual(parsed.texts.get(TAG.name), ['bash']);
  assert.deepEqual(parsed.texts.get(TAG.summary), ['The shell', 'Die Shell']);
  assert.deepEqual(parsed.texts.get(TAG.baseNames), ['a', '', 'ä']);
  assert.deepEqual(parsed.integers.get(TAG.directoryIndexes), [0, 1, 0xffff_ffff]);
});

test('what was added at installation replaces what the package said', () => {
  const parsed = parseHeader(header([text(TAG.vendor, 'package'), text(TAG.vendor, 'installation')]));
  assert.deepEqual(parsed.texts.get(TAG.vendor), ['installation']);
});

test('a string without an end, with the rest of the header intact', () => {
  const endless = { tag: TAG.vendor, type: 6, data: Buffer.from('no end') };
  const parsed = parseHeader(header([text(TAG.name, 'bash'), endless]));
  assert.deepEqual(parsed.texts.get(TAG.name), ['bash']);
  assert.match(parsed.damage ?? '', /tag 1011/);
});

const BASH = text(TAG.name, 'bash');

const DAMAGED: readonly (readonly [what: string, bytes: Buffer, damage: RegExp])[] = [
  ['no bytes', Buffer.alloc(0), /a header of 0 bytes/],
  ['no tags', header([]), /a header of 8 bytes/],
  ['more tags than rpm allows', header([BASH], { tags: 0x10000 }), /claims 65536 tags/],
  ['more bytes than rpm allows', header([BASH], { bytes: 0x1000_0000 }), /claims 1 tags in 268435456 bytes/],
  ['more bytes than there are', header([BASH], { bytes: 100 }), /of 29 bytes instead of 124/],
  ['fewer bytes than there are', header([BASH], { bytes: 5 }).subarray(0, 28), /of 28 bytes instead of 29/],
  ['a value behind the end', header([BASH, { ...text(TAG.url, ''), offset: 6 }]), /tag 1020/],
  ['a negative offset', header([BASH, { ...text(TAG.url, ''), offset: 0xffff_fff0 }]), /tag 1020/],
  ['a text that is a number', header([BASH, { ...text(TAG.url, 'u'), type: 3 }]), /tag 1020/],
  ['more strings than there are', header([BASH, { ...texts(TAG.baseNames, ['a']), count: 2 }]), /tag 1117/],
  ['a million strings', header([BASH, { ...texts(TAG.baseNames, ['a']), count: 2 ** 31 }]), /tag 1117/],
  ['more integers than there are', header([BASH, { ...integers(TAG.epoch, [1]), count: 2 }]), /tag 1003/],
];

for (const [what, bytes, damage] of DAMAGED) {
  test(`damaged: ${what}`, () => assert.match(parseHeader(bytes).damage ?? '', damage));
}

test('an index that repeats a tag is decoded once', () => {
  const names = texts(
    TAG.baseNames,
    Array.from({ length: 200_000 }, () => 'x'),
  );
  const repeated = Array.from({ length: 60_000 }, () => ({ ...names, data: Buffer.alloc(0), offset: 0 }));
  const parsed = parseHeader(header([names, ...repeated]));
  assert.equal(parsed.texts.get(TAG.baseNames)?.length, 200_000);
});

test('no bytes make it throw', () => {
  const valid = header([BASH, texts(TAG.baseNames, ['a', 'b']), integers(TAG.epoch, [1])]);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 8 }), (changes) => {
      const bytes = Buffer.from(valid);
      for (const [at, value] of changes) bytes[at] = value;
      parseHeader(bytes);
    }),
    { numRuns: 500 },
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void parseHeader(bytes)));
});
