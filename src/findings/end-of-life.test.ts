import assert from 'node:assert/strict';
import { test } from 'node:test';
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
  test(`last day of support: ${some.prettyName}`, () => assert.equal(lastDayOfSupport(some), expected));
}

test('support lasts through its last day', () => {
  assert.equal(isPast('2026-08-31', Date.parse('2026-08-31T23:59:59Z')), false);
  assert.equal(isPast('2026-08-31', Date.parse('2026-09-01T00:00:00Z')), true);
});
