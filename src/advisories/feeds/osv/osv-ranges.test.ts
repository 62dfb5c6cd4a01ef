import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { deb } from '../../../versions/deb.ts';
import { golang } from '../../../versions/golang.ts';
import { pypi } from '../../../versions/pypi.ts';
import type { VersionScheme } from '../../../versions/scheme.ts';
import { intervalsOfEvents, versionsBeside, type OsvEvent } from './osv-ranges.ts';

/** `0..1.2` is fixed in 1.2, `0..=1.2` affected up to it, `2..` has no end. */
function brief(events: readonly OsvEvent[], scheme: VersionScheme | null = null): readonly string[] | null {
  return (
    intervalsOfEvents(events, scheme)?.map(
      ({ introduced, fixed, lastAffected }) =>
        `${introduced ?? '0'}..${lastAffected === null ? (fixed ?? '') : `=${lastAffected}`}`,
    ) ?? null
  );
}

test('events become intervals', () => {
  for (const [events, expected] of [
    [[{ introduced: '0' }, { fixed: '1.2' }], ['0..1.2']],
    [[{ introduced: '0' }], ['0..']],
    [[{ introduced: '0' }, { last_affected: '0.7.7' }], ['0..=0.7.7']],
    [
      [{ introduced: '0' }, { fixed: '1' }, { introduced: '2' }],
      ['0..1', '2..'],
    ],
    [
      [{ introduced: '0' }, { fixed: '26.0.16' }, { introduced: '26.2.0' }, { fixed: '26.2.10' }],
      ['0..26.0.16', '26.2.0..26.2.10'],
    ],
    // GHSA-fhjf-83wg-r2j9: no order
    [
      [{ introduced: '0' }, { introduced: '2.0.0' }, { fixed: '2.0.1' }, { fixed: '1.3.2' }],
      ['0..1.3.2', '2.0.0..2.0.1'],
    ],
    [[{ fixed: '2' }, { introduced: '1' }], ['1..2']],
    // a second fix after the first changes nothing
    [[{ introduced: '0' }, { fixed: '2' }, { fixed: '3' }], ['0..2']],
    [[{ introduced: '1', fixed: '2' }], ['1..2']],
    [[{ introduced: '0' }, { limit: '5' }], ['0..5']],
    [[{ introduced: '0' }, { limit: '*' }], ['0..']],
    // nothing is affected
    [[{ introduced: '0' }, { fixed: '0' }], []],
    [[], []],
    // PYSEC-2025-210: ends whose order only PyPI's scheme could tell
    [
      [{ introduced: '0' }, { last_affected: '2.5.0-NA' }, { last_affected: '2.7.1-NA' }],
      ['0..=2.5.0-NA', '0..=2.7.1-NA'],
    ],
    [[{ introduced: 'a' }, { introduced: 'b' }, { fixed: 'c' }], null],
  ] as const) {
    assert.deepEqual(brief(events), expected, JSON.stringify(events));
  }
});

test('where the order of versions is known, events are brought into it', () => {
  // GO-2025-4004
  const events = [
    { introduced: '0' },
    { fixed: '5.21.4' },
    { introduced: '4.0.0' },
    { introduced: '0.0.0-20200331193331-03aab09f5b5c' },
    { fixed: '0.0.0-20250827065555-0494f5d47e41' },
  ];
  assert.deepEqual(brief(events, golang), ['0..0.0.0-20250827065555-0494f5d47e41', '4.0.0..5.21.4']);
  assert.equal(brief(events), null);
  // 1.0rc1 is older than 1.0
  const candidates = [{ introduced: '1.0' }, { fixed: '1.1' }, { introduced: '0.9' }, { fixed: '1.0rc1' }];
  assert.deepEqual(brief(candidates, pypi), ['0.9..1.0rc1', '1.0..1.1']);
});

test('the order in which plain events are listed does not matter', () => {
  const points = fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 2, maxLength: 8 });
  fc.assert(
    fc.property(points, fc.nat(), (versions, seed) => {
      const sorted = versions.toSorted((a, b) => a - b);
      const events = sorted.map((version, i) =>
        i % 2 === 0 ? { introduced: `${version}` } : { fixed: `${version}` },
      );
      const shuffled = events.toSorted((a, b) => order(a, seed) - order(b, seed));
      assert.deepEqual(brief(shuffled)?.toSorted(), brief(events)?.toSorted());
    }),
  );
});

function order(event: OsvEvent, seed: number): number {
  return (Number(event.introduced ?? event.fixed) * 7919 + seed) % 101;
}

test('of the listed versions only those are kept that no interval surely holds', () => {
  const intervals = [{ introduced: null, fixed: '1.5', lastAffected: null }];
  assert.deepEqual(versionsBeside(['1.0', '1.4.9', '1.5', '1.5rc1', '2.0'], intervals, null), [
    '1.5',
    '1.5rc1',
    '2.0',
  ]);
  assert.deepEqual(versionsBeside(['1.0', '2.0'], [], null), ['1.0', '2.0']);
});

test('where the package manager’s order is known, none is kept that an interval holds', () => {
  const before = [{ introduced: null, fixed: '2.19-0ubuntu6.15+esm4', lastAffected: null }];
  assert.deepEqual(versionsBeside(['2.17-93ubuntu4', '2.19-0ubuntu6.15+esm4', '2 0'], before, deb), [
    '2.19-0ubuntu6.15+esm4',
    '2 0',
  ]);
  const every = [{ introduced: null, fixed: null, lastAffected: null }];
  assert.deepEqual(versionsBeside(['8.4.3+dfsg-9', '8.5.8+dfsg-5'], every, deb), []);
  const unreadable = [{ introduced: null, fixed: '2 0', lastAffected: null }];
  assert.deepEqual(versionsBeside(['1.0-1'], unreadable, deb), ['1.0-1']);
});
