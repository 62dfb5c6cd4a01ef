import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import satisfies from 'semver/functions/satisfies.js';
import { findInterval } from './interval.ts';
import { intervalsFromNpmRange } from './npm-range.ts';
import { npm } from './npm.ts';
import type { VersionInterval } from './scheme.ts';

function interval(introduced: string | null, end: Partial<VersionInterval> = {}): VersionInterval {
  return { introduced, fixed: null, lastAffected: null, ...end };
}

test('ranges become intervals', () => {
  const cases: [string, VersionInterval[]][] = [
    ['*', [interval(null)]],
    ['', [interval(null)]],
    ['< 2.0.0', [interval(null, { fixed: '2.0.0' })]],
    ['<= 2.0.0', [interval(null, { lastAffected: '2.0.0' })]],
    ['>= 1.0.0, < 2.0.0'.replace(',', ''), [interval('1.0.0', { fixed: '2.0.0' })]],
    ['1.2.3', [interval('1.2.3', { lastAffected: '1.2.3' })]],
    ['^1.2.3', [interval('1.2.3', { fixed: '2.0.0-0' })]],
    ['~1.2', [interval('1.2.0-0', { fixed: '1.3.0-0' })]],
    ['>1.0.0', [interval('1.0.1-0')]],
    ['>1.0.0-rc.1 <1.0.0', [interval('1.0.0-rc.1.0', { fixed: '1.0.0' })]],
    ['>=1.0.0 >=1.5.0 <3.0.0 <=2.0.0', [interval('1.5.0', { lastAffected: '2.0.0' })]],
    ['<1.0.0 || >=2.0.0 <2.1.0', [interval(null, { fixed: '1.0.0' }), interval('2.0.0', { fixed: '2.1.0' })]],
    ['>=2.0.0 <1.0.0', []],
    ['>1.0.0 <=1.0.0', []],
    ['<0.0.0-0', []],
  ];
  for (const [range, expected] of cases) assert.deepEqual(intervalsFromNpmRange(range), expected, range);
});

test('a range that npm cannot read, or of unreasonable length, is one error', () => {
  assert.throws(() => intervalsFromNpmRange('next week'), { code: 'RANGE_UNREADABLE', subject: 'next week' });
  assert.throws(() => intervalsFromNpmRange('>1.0.0 '.repeat(1000)), { code: 'RANGE_UNREADABLE' });
});

test('the intervals hold exactly the versions that satisfy the range', () => {
  const number = fc.integer({ min: 0, max: 3 });
  const release = fc.tuple(number, number, number).map((numbers) => numbers.join('.'));
  const version = fc
    .tuple(release, fc.constantFrom('', '', '-0', '-rc.1', '-rc.1.0', '-rc.2'))
    .map((parts) => parts.join(''));
  const comparator = fc
    .tuple(fc.constantFrom('<', '<=', '>', '>=', '=', '^', '~'), version)
    .map((parts) => parts.join(''));
  const range = fc
    .array(fc.array(comparator, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 })
    .map((sets) => sets.map((set) => set.join(' ')).join(' || '));
  fc.assert(
    fc.property(range, version, (given, asked) => {
      const inside = findInterval(npm, asked, intervalsFromNpmRange(given)).interval !== null;
      assert.equal(inside, satisfies(asked, given, { includePrerelease: true }));
    }),
    { numRuns: 500 },
  );
});
