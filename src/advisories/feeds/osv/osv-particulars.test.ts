import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAdvisory, readFeed } from '../../../../test/advisories/feed-fixtures.ts';

test('GitHub: a range without a fix ends where the flaw was last known (GHSA-p979-4mfw-53vg)', () => {
  const ends = readAdvisory('osv/ghsa/GHSA-p979-4mfw-53vg.json').affected.map(({ name, intervals }) => [
    name,
    intervals[0]?.fixed,
  ]);
  assert.deepEqual(ends.at(-1), ['org.jboss.netty:netty', '4.0.0']);
});

test('Go: releases that are no versions to Go are judged by their own ranges', () => {
  for (const [id, expected] of [
    // of what is no release Go says that all of it is affected
    ['GO-2025-3982', ['..=0.0.0', '2.9.0..2.9.12', '2.10.0..2.10.10', '2.11.0..2.11.6', '2.12.0..2.12.2']],
    // ranges of both kinds
    [
      'GO-2026-4462',
      [
        '3.7.0+incompatible..3.7.5+incompatible',
        '3.8.0+incompatible..3.8.2+incompatible',
        '..3.6.7-0.20170420152529-0968e4079e0a',
      ],
    ],
    // events in no order, commits among them: nothing is left to say for Go
    ['GO-2025-4004', ['..0.0.0-20250827065555-0494f5d47e41', '4.0.0..5.21.4']],
  ] as const) {
    const [entry] = readAdvisory(`osv/go/${id}.json`).affected;
    const ranges = entry?.intervals.map(
      ({ introduced, fixed, lastAffected }) =>
        `${introduced ?? ''}..${lastAffected === null ? (fixed ?? '') : `=${lastAffected}`}`,
    );
    assert.deepEqual(ranges, expected, id);
  }
});

test('Docker Hardened Images rate the flaw in each package (CVE-2024-22018)', () => {
  const [entry] = readAdvisory('osv/dhi/node-CVE-2024-22018.json').affected;
  assert.deepEqual(entry?.severities, [{ kind: 'word', word: 'low', level: 'low' }]);
});

test('a record without any package is accounted for (CVE-2022-23498 of DHI)', () => {
  assert.deepEqual(readFeed('osv/dhi/grafana-CVE-2022-23498.json'), [
    { kind: 'skipped', reason: 'an OSV record names no package' },
  ]);
});

test('of a well-known package only the listed version is malicious (MAL-2025-46969, chalk)', () => {
  const advisory = readAdvisory('osv/malicious-packages/MAL-2025-46969.json');
  assert.equal(advisory.source, 'malicious-packages');
  const [entry] = advisory.affected;
  assert.deepEqual([entry?.versions, entry?.intervals], [['5.6.1'], []]);
});
