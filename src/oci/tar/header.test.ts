import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { readNumber } from './header.ts';

test('readNumber reads octal as archivers write it, and base-256', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['0000644\x00', 0o644],
    ['000644 \x00', 0o644],
    ['   644 \x00', 0o644],
    ['\x00\x00\x00644\x00\x00', 0o644],
    ['644\x00junk', 0o644],
    ['\x00\x00\x00\x00\x00\x00\x00\x00', 0],
    ['        ', 0],
    ['77777777', 0o77777777],
    ['\x80\x00\x00\x00\x00\x00\x01\x00', 256],
    ['\xff\xff\xff\xff\xff\xff\xff\xff', -1],
    ['\xff\xff\xff\xff\xff\xff\xff\x00', -256],
    ['0000648\x00', Number.NaN],
    ['644 junk', Number.NaN],
    ['-0000644', Number.NaN],
    ['\x80\x7f\xff\xff\xff\xff\xff\xff', Number.NaN],
  ];
  for (const [field, expected] of cases) {
    assert.equal(readNumber(Buffer.from(field, 'latin1'), 0, 8), expected, JSON.stringify(field));
  }
});

test('every size that fits comes back from both notations', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (size) => {
      const base256 = Buffer.alloc(12);
      base256.writeBigUInt64BE(BigInt(size), 4);
      base256[0] = 0x80;
      assert.equal(readNumber(base256, 0, 12), size);
      const octal = size.toString(8);
      if (octal.length < 12)
        assert.equal(readNumber(Buffer.from(`${octal.padStart(11, '0')}\0`), 0, 12), size);
    }),
  );
});
