import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFeed } from '../../../../test/advisories/feed-fixtures.ts';

test('a report of exploitation is a fact about the flaw', () => {
  const [item] = readFeed('in-the-wild/exploited.json');
  assert.deepEqual(item, {
    kind: 'flaw',
    flaw: {
      id: 'CVE-2021-30666',
      source: 'in-the-wild',
      published: '2021-05-04T00:00:00Z',
      modified: '2021-05-04T00:00:00Z',
      rejected: null,
      severities: [],
      weaknesses: [],
      report: { exploitation: 'active', automatable: null, technicalImpact: null },
    },
  });
});

test('other identifiers and broken entries', () => {
  const entries = [
    { id: 'CVE-2021-44228', earliestReport: 'soon' },
    { id: 'GHSA-jfh8-c2jp-5v3q', earliestReport: null },
    { id: 7 },
    null,
  ];
  const items = readFeed('exploited.json', Buffer.from(JSON.stringify(entries)));
  assert.deepEqual(
    items.map((item) => (item.kind === 'flaw' ? item.flaw.published : item.kind)),
    [null, 'skipped', 'rejected', 'rejected'],
  );
});
