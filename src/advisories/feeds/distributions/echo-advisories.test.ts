import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFeed } from '../../../../test/advisories/feed-fixtures.ts';

test('each flaw of a package with its fix, if there is one', () => {
  const items = readFeed('echo/data.json').flatMap((item) => (item.kind === 'advisory' ? [item] : []));
  assert.equal(items.length, 25);
  const nginx = items.find(({ advisory }) => advisory.id === 'CVE-2023-44487');
  assert.deepEqual([nginx?.part, nginx?.advisory.source], ['nginx', 'echo']);
  assert.deepEqual(
    nginx?.advisory.affected.map(({ ecosystem, name, naming, scheme, status, intervals }) => [
      `${ecosystem} ${naming} ${name} ${scheme}`,
      status,
      intervals[0]?.fixed,
    ]),
    [['Echo source nginx deb', 'affected', '1.25.2']],
  );
  const unfixed = items.find(({ advisory }) => advisory.id === 'CVE-2009-2940')?.advisory.affected[0];
  assert.deepEqual([unfixed?.status, unfixed?.intervals], ['affected', []]);
});

test('version 0 means never affected, and what is no flaw is rejected', () => {
  const data =
    '{"x": {"CVE-2024-1000": {"fixed_version": "0"}, "two words": {}, "CVE-2024-1001": {"fixed_version": 1}}}';
  const items = readFeed('data.json', Buffer.from(data));
  assert.deepEqual(
    items.map((item) => (item.kind === 'advisory' ? item.advisory.affected[0]?.status : item.kind)),
    ['not_affected', 'rejected', 'rejected'],
  );
});
