import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFeed } from '../../../../test/advisories/feed-fixtures.ts';

test('endoflife.date: releases with the last day of support, also in the future', () => {
  const items = readFeed('endoflife-date/products.json');
  assert.equal(items.length, 6);
  assert.deepEqual(items[0], {
    kind: 'support',
    source: 'endoflife-date',
    period: {
      product: 'python',
      release: '3.12',
      released: '2023-10-02',
      endOfLife: '2028-10-01',
      endOfExtendedSupport: null,
    },
  });
});

test('endoflife.date: one product; extended support; no day known; a broken release', () => {
  const result = {
    name: 'debian',
    releases: [
      { name: '12', eolFrom: '2026-06-10', eoesFrom: '2028-06-30' },
      { name: '13', eolFrom: null },
      { name: '14', eolFrom: '9999-12-31', isEol: false },
      { name: '15', eolFrom: 'soon' },
      'buster',
    ],
  };
  const items = readFeed('debian.json', Buffer.from(JSON.stringify({ result })));
  assert.deepEqual(
    items.map((item) =>
      item.kind === 'support'
        ? [item.period.release, item.period.endOfLife, item.period.endOfExtendedSupport]
        : item.kind,
    ),
    [['12', '2026-06-10', '2028-06-30'], ['13', null, null], ['14', null, null], 'rejected', 'rejected'],
  );
});
