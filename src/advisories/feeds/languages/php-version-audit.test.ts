import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFeed } from '../../../../test/advisories/feed-fixtures.ts';

test('each branch that got a fix was affected before it (CVE-2025-1220)', () => {
  const [item] = readFeed('php-version-audit/rules-v1.json');
  assert.ok(item?.kind === 'advisory');
  assert.equal(item.advisory.id, 'CVE-2025-1220');
  assert.deepEqual(item.advisory.severities, [{ kind: 'word', word: '5.3', level: 'medium' }]);
  const [entry] = item.advisory.affected;
  assert.deepEqual([entry?.ecosystem, entry?.name], ['CPE', 'php:php']);
  assert.deepEqual(
    entry?.intervals.map(({ introduced, fixed }) => [introduced, fixed]),
    [
      ['8.1.0', '8.1.33'],
      ['8.2.0', '8.2.29'],
      ['8.3.0', '8.3.23'],
      ['8.4.0', '8.4.10'],
    ],
  );
});

test('until when branches are supported', () => {
  const periods = readFeed('php-version-audit/rules-v1.json').flatMap((item) =>
    item.kind === 'support' ? [[item.period.product, item.period.release, item.period.endOfLife]] : [],
  );
  assert.deepEqual(periods, [
    ['php', '3.0', '2000-10-20'],
    ['php', '8.4', '2028-12-31'],
  ]);
});

const released = (releaseDate: string, ...patchedCves: string[]) => ({ releaseDate, patchedCves });

test('a branch that began with the fix is not affected by the flaw that it names (CVE-2012-1823)', () => {
  const rules = {
    releases: {
      '5.4.0': released('2012-03-01T00:00:00+0000'),
      '5.4.2': released('2012-05-03T00:00:00+0000', 'CVE-2012-1823'),
      '8.1.0': released('2021-11-25T00:00:00+0000'),
      '8.1.29': released('2024-06-06T00:00:00+0000', 'CVE-2012-1823', 'CVE-2024-4577'),
    },
    cves: {},
    supportEndDates: {},
  };
  const items = readFeed('rules-v1.json', Buffer.from(JSON.stringify(rules)));
  const bounds = items.flatMap((item) =>
    item.kind === 'advisory'
      ? item.advisory.affected.flatMap(({ intervals }) =>
          intervals.map(({ introduced, fixed }) => [item.advisory.id, introduced, fixed]),
        )
      : [],
  );
  assert.deepEqual(bounds, [
    ['CVE-2012-1823', '5.4.0', '5.4.2'],
    ['CVE-2024-4577', '8.1.0', '8.1.29'],
  ]);
});
