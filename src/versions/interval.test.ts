import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { findInterval, intervalsFromEvents, type RangeEvent } from './interval.ts';
import { schemeNamed } from './register.ts';
import type { VersionInterval } from './scheme.ts';

const semver = schemeNamed('semver');
const deb = schemeNamed('deb');

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

test('events become intervals', () => {
  const cases: [RangeEvent[], VersionInterval[]][] = [
    // GHSA-c2qf-rxjj-qqgw (semver): three lines of releases, each with its fix
    [
      [
        { introduced: '7.0.0' },
        { fixed: '7.5.2' },
        { introduced: '6.0.0' },
        { fixed: '6.3.1' },
        { introduced: '0' },
        { fixed: '5.7.2' },
      ],
      [
        interval(null, { fixed: '5.7.2' }),
        interval('6.0.0', { fixed: '6.3.1' }),
        interval('7.0.0', { fixed: '7.5.2' }),
      ],
    ],
    [[{ introduced: '0' }], [interval(null)]],
    [[{ introduced: '0' }, { last_affected: '2.0.0' }], [interval(null, { lastAffected: '2.0.0' })]],
    [[{ introduced: '1.0.0', fixed: '1.1.0' }], [interval('1.0.0', { fixed: '1.1.0' })]],
    // a fix before anything was introduced, a second start, and two ends in a row
    [
      [
        { fixed: '1.0.0' },
        { introduced: '2.0.0' },
        { introduced: '2.1.0' },
        { fixed: '2.2.0' },
        { fixed: '2.3.0' },
      ],
      [interval('2.0.0', { fixed: '2.2.0' })],
    ],
    [[{ introduced: '1.0.0' }, { limit: '2.0.0' }], [interval('1.0.0', { fixed: '2.0.0' })]],
    [
      [{ introduced: '1.0.0' }, { fixed: '1.5.0' }, { introduced: '3.0.0' }, { limit: '2.0.0' }],
      [interval('1.0.0', { fixed: '1.5.0' })],
    ],
    [[{ introduced: '1.0.0' }, { limit: '*' }], [interval('1.0.0')]],
    [[], []],
  ];
  for (const [events, expected] of cases) assert.deepEqual(intervalsFromEvents(semver, events), expected);
});

test('events that must be put in order and cannot be are an unreadable range', () => {
  assert.deepEqual(intervalsFromEvents(deb, [{ introduced: '0' }, { fixed: 'not fixed' }]), [
    interval(null, { fixed: 'not fixed' }),
  ]);
  assert.throws(() => intervalsFromEvents(deb, [{ introduced: '1' }, { fixed: 'not fixed' }]), {
    code: 'RANGE_UNREADABLE',
    subject: 'not fixed',
  });
});

test('the intervals of events hold what the evaluation of the OSV schema calls affected', () => {
  const version = fc.integer({ min: 1, max: 12 }).map((minor) => `1.${minor}.0`);
  const event: fc.Arbitrary<RangeEvent> = fc.oneof(
    version.map((introduced) => ({ introduced })),
    version.map((fixed) => ({ fixed })),
    version.map((lastAffected) => ({ last_affected: lastAffected })),
  );
  // events at one version have no order in the schema
  const events = fc.uniqueArray(event, { maxLength: 8, selector: (given) => Object.values(given)[0] });
  fc.assert(
    fc.property(events, version, (given, asked) => {
      let affected = false;
      const order = (of: RangeEvent) =>
        semver.compare(asked, of.introduced ?? of.fixed ?? of.last_affected ?? '');
      for (const turn of given.toSorted(byVersion)) {
        if (turn.introduced !== undefined && order(turn) >= 0) affected = true;
        if (turn.fixed !== undefined && order(turn) >= 0) affected = false;
        if (turn.last_affected !== undefined && order(turn) > 0) affected = false;
      }
      assert.equal(
        findInterval(semver, asked, intervalsFromEvents(semver, given)).interval !== null,
        affected,
      );
    }),
    { numRuns: 500 },
  );
});

function byVersion(a: RangeEvent, b: RangeEvent): number {
  return semver.compare(Object.values(a)[0] ?? '', Object.values(b)[0] ?? '');
}
