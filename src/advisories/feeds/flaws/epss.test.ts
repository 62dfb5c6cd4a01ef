import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOW, readFeed } from '../../../../test/advisories/feed-fixtures.ts';
import { epss } from './epss.ts';

test('scores come with the date of their file', () => {
  const [item, ...others] = readFeed('epss-excerpt.csv');
  assert.ok(item?.kind === 'scores');
  assert.equal(item.date, '2026-08-16');
  const scores = [...item.scores];
  assert.equal(scores.length, 6);
  assert.deepEqual(scores[0], { cve: 'CVE-2011-3374', score: 0.01191, percentile: 0.65305 });
  assert.deepEqual(others, []);
});

test('lines that are no scores are counted when the scores have been read', () => {
  const text = [
    '#model_version:v,score_date:2026-08-16T00:00:00Z',
    'cve,epss,percentile',
    'CVE-2026-8037,1.5,0.1',
    'CVE-1,x,y',
    '',
    'CVE-2026-8038,1,0.5',
  ].join('\n');
  const seen: (number | string)[] = [];
  for (const item of epss.read({ kind: 'text', path: 'epss.csv', text }, NOW)) {
    if (item.kind === 'scores') seen.push([...item.scores].length);
    if (item.kind === 'rejected') seen.push(item.reason);
  }
  assert.deepEqual(seen, [1, '2 lines are not scores']);
});

test('a file without a date is rejected, and one from the future counts as of today', () => {
  const [undated] = readFeed('epss.csv', Buffer.from('cve,epss,percentile\nCVE-2026-8037,0.1,0.1\n'));
  assert.equal(undated?.kind, 'rejected');
  const [future] = readFeed('epss.csv', Buffer.from('#score_date:2031-01-01\ncve,epss,percentile\n'));
  assert.equal(future?.kind === 'scores' ? future.date : null, '2026-11-21');
});
