import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findInterval } from './interval.ts';
import { schemeNamed } from './register.ts';
import type { VersionInterval } from './scheme.ts';

const semver = schemeNamed('semver');

function interval(introduced: string | null, end: Partial<VersionInterval> = {}): VersionInterval {
  return { introduced, fixed: null, lastAffected: null, ...end };
}

test('a version is found in the interval that holds it, with the comparisons that showed it', () => {
  const intervals = [interval(null, { fixed: '1.2.0' }), interval('2.0.0', { lastAffected: '2.3.0' })];
  assert.deepEqual(findInterval(semver, '2.3.0', intervals), {
    interval: intervals[1],
    comparisons: [
      { kind: 'fixed', bound: '1.2.0', order: 1 },
      { kind: 'introduced', bound: '2.0.0', order: 1 },
      { kind: 'lastAffected', bound: '2.3.0', order: 0 },
    ],
  });
});

test('bounds: from introduced on, up to but without fixed, up to and with lastAffected', () => {
  const cases: [version: string, VersionInterval, inside: boolean][] = [
    ['1.0.0', interval('1.0.0'), true],
    ['1.0.0-rc.1', interval('1.0.0'), false],
    ['0.0.0-0', interval(null), true],
    ['1.9.9', interval('1.0.0', { fixed: '2.0.0' }), true],
    ['2.0.0', interval('1.0.0', { fixed: '2.0.0' }), false],
    ['2.0.0-rc.1', interval('1.0.0', { fixed: '2.0.0' }), true],
    ['2.0.0', interval('1.0.0', { lastAffected: '2.0.0' }), true],
    ['2.0.1', interval('1.0.0', { lastAffected: '2.0.0' }), false],
    ['1.0.0', interval('1.0.0', { afterIntroduced: true }), false],
    ['1.0.1', interval('1.0.0', { afterIntroduced: true }), true],
  ];
  for (const [version, given, inside] of cases) {
    assert.equal(findInterval(semver, version, [given]).interval, inside ? given : null, version);
  }
  assert.deepEqual(findInterval(semver, '1.0.0', []), { interval: null, comparisons: [] });
});

test('a bound that cannot be read decides only where nothing else does', () => {
  const broken = interval(null, { fixed: 'see the changelog' });
  const holding = interval('1.0.0');
  assert.equal(findInterval(semver, '1.5.0', [broken, holding]).interval, holding);
  assert.throws(() => findInterval(semver, '0.5.0', [broken, holding]), {
    code: 'RANGE_UNREADABLE',
    subject: 'see the changelog',
  });
  assert.throws(() => findInterval(semver, 'one', [holding]), { code: 'VERSION_UNREADABLE', subject: 'one' });
});
