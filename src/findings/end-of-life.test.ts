import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryDatabase } from '../../test/memory-database.ts';
import { distribution } from '../../test/packages.ts';
import type { Distribution } from '../model/package.ts';
import { isPast, lastDayOfSupport } from './end-of-life.ts';

const CASES: readonly (readonly [Distribution, string | null])[] = [
  [distribution('debian', '11'), '2026-08-31'],
  [distribution('debian', '12.5'), '2028-06-30'],
  [distribution('alpine', '3.20.3'), '2026-04-01'],
  [distribution('alpine', '3.2.1'), '2017-05-01'],
  [distribution('ubuntu', '20.04'), '2025-05-31'],
  [distribution('almalinux', '8.10'), '2029-05-31'],
  [distribution('centos', '7'), '2024-06-30'],
  [distribution('centos', '8'), '2024-05-31'],
  [distribution('amzn', '2'), '2026-06-30'],
  [distribution('amzn', '2023.5.20240916'), '2029-06-30'],
  [distribution('sles', '15'), '2019-12-31'],
  [distribution('sles', '15.5'), '2024-12-31'],
  [distribution('sles', '15.99'), null],
  [distribution('alpine', '3.99.0'), null],
  [distribution('alpine', '3.6.0', { rolling: true }), null],
  [distribution('debian', null), null],
  [distribution('wolfi', '20230201'), null],
  [distribution('constructor', '1'), null],
];

for (const [some, expected] of CASES) {
  test(`last day of support: ${some.prettyName}`, () =>
    assert.equal(lastDayOfSupport(some, memoryDatabase({ advisories: [] })), expected));
}

const period = (
  product: string,
  release: string,
  endOfLife: string | null,
  extended: string | null = null,
) => ({
  product,
  release,
  released: null,
  endOfLife,
  endOfExtendedSupport: extended,
});

const STATED: readonly (readonly [Distribution, string | null])[] = [
  // what the database says comes before the table
  [distribution('alpine', '3.20.3'), '2026-05-01'],
  // LTS is public, ESM is not
  [distribution('debian', '12'), '2028-07-31'],
  [distribution('ubuntu', '24.04'), '2029-06-30'],
  // no day is known there
  [distribution('photon', '4.0'), '2027-10-11'],
  [distribution('photon', '5.0'), '2028-01-01'],
  // Stream before CentOS Linux
  [distribution('centos', '8'), '2024-05-30'],
  [distribution('rhel', '9.4'), '2032-05-31'],
];

for (const [some, expected] of STATED) {
  test(`last day of support with a database: ${some.prettyName}`, () => {
    const support = [
      period('alpine-linux', '3.20', '2026-05-01'),
      period('debian', '12', '2026-06-10', '2028-07-31'),
      period('ubuntu', '24.04', '2029-06-30', '2036-05-31'),
      period('photon', '4', null),
      period('photon', '5', '2028-01-01'),
      period('centos', '8', '2021-12-31'),
      period('centos-stream', '8', '2024-05-30'),
    ];
    assert.equal(lastDayOfSupport(some, memoryDatabase({ advisories: [], support })), expected);
  });
}

test('support lasts through its last day', () => {
  assert.equal(isPast('2026-08-31', Date.parse('2026-08-31T23:59:59Z')), false);
  assert.equal(isPast('2026-08-31', Date.parse('2026-09-01T00:00:00Z')), true);
});
