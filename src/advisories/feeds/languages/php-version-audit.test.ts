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
