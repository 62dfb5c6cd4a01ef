import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { formatBytes, formatCount, formatDay, formatDuration, plural } from './quantity.ts';

test('bytes in decimal units', () => {
  const cases: readonly (readonly [bytes: number, text: string])[] = [
    [0, '0 B'],
    [94, '94 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [9_994, '9.99 kB'],
    [9_996, '10.0 kB'],
    [99_960, '100 kB'],
    [999_499, '999 kB'],
    [999_500, '1.00 MB'],
    [1_843_000, '1.84 MB'],
    [1e12, '1.00 TB'],
    [5e15, '5000 TB'],
  ];
  for (const [bytes, text] of cases) assert.equal(formatBytes(bytes), text);
});

test('bytes never show more than three significant digits below the largest unit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_000_000_000_000 }), (bytes) => {
      assert.match(formatBytes(bytes), /^(?:\d{1,3}|\d\d\.\d|\d\.\d\d) (?:B|kB|MB|GB|TB)$/);
    }),
    { numRuns: 500 },
  );
});

test('counts have their thousands set apart', () => {
  const cases = [
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1_234_567, '1,234,567'],
  ] as const;
  for (const [count, text] of cases) assert.equal(formatCount(count), text);
  assert.equal(plural(1, 'package'), '1 package');
  assert.equal(plural(0, 'package'), '0 packages');
  assert.equal(plural(2000, 'advisory', 'advisories'), '2,000 advisories');
});

test('the day of a time', () => {
  assert.equal(formatDay('2026-11-21T05:06:07Z'), '2026-11-21');
  assert.equal(formatDay('2026-11-21\u001b[2J'), '2026-11-21');
  assert.equal(formatDay('yesterday\u001b[2J'), 'yesterday\\u{1b}[2J');
});

test('durations in their two greatest units', () => {
  const cases: readonly (readonly [seconds: number, text: string])[] = [
    [-5, '0 s'],
    [0.9, '0 s'],
    [59, '59 s'],
    [60, '1 min'],
    [61, '1 min 1 s'],
    [3600 + 59, '1 h'],
    [86_400, '1 day'],
    [2 * 86_400 + 4 * 3600 + 60, '2 days 4 h'],
  ];
  for (const [seconds, text] of cases) assert.equal(formatDuration(seconds), text);
});
