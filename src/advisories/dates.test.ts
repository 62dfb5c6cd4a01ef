import assert from 'node:assert/strict';
import { test } from 'node:test';
import { laterDate, parseSeconds, recordDate } from './dates.ts';
import { formatSeconds } from '../formats/time.ts';

const NOW = new Date('2026-11-21T12:00:00Z');

test('dates of records come out in one form, or not at all', () => {
  for (const [text, expected] of [
    ['2026-08-21T12:56:10Z', '2026-08-21T12:56:10Z'],
    ['2026-07-08T06:28:00.604230885Z', '2026-07-08T06:28:00Z'],
    ['2024-06-14T16:02:44+02:00', '2024-06-14T14:02:44Z'],
    ['2026-08-07', '2026-08-07T00:00:00Z'],
    // NVD's, in UTC
    ['2022-01-18T17:15:09.510', '2022-01-18T17:15:09Z'],
    // a placeholder in Go's repository
    ['0001-01-01T00:00:00Z', null],
    // PYSEC-2024-115
    ['2027-07-09T15:45:00Z', null],
    ['2026-13-45', null],
    ['yesterday', null],
    ['', null],
    [null, null],
    [undefined, null],
  ] as const) {
    assert.equal(recordDate(text, NOW), expected, String(text));
  }
});

test('seconds and dates turn into each other', () => {
  const seconds = 1_786_000_000;
  assert.equal(parseSeconds(formatSeconds(seconds)), seconds);
});

test('the later of two dates, where there are two', () => {
  assert.equal(laterDate(null, null), null);
  assert.equal(laterDate('2026-01-01T00:00:00Z', null), '2026-01-01T00:00:00Z');
  assert.equal(laterDate('2026-01-01T00:00:00Z', '2025-12-31T23:59:59Z'), '2026-01-01T00:00:00Z');
});
