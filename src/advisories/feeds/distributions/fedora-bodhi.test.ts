import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FEEDS, readAdvisory, readFeed } from '../../../../test/advisories/feed-fixtures.ts';

const HTTPD = 'fedora-bodhi/FEDORA-2023-6d4055d482.json';

test('source packages, with the flaws that the titles of bugs name (FEDORA-2023-6d4055d482)', () => {
  const httpd = readAdvisory(HTTPD);
  assert.equal(httpd.source, 'fedora');
  assert.deepEqual(httpd.covers, ['CVE-2022-37436', 'CVE-2006-20001', 'CVE-2022-36760']);
  assert.equal(httpd.published, '2023-02-03T01:39:02Z');
  assert.deepEqual(httpd.severities, [{ kind: 'word', word: 'medium', level: 'medium' }]);
  const [entry] = httpd.affected;
  assert.deepEqual([entry?.ecosystem, entry?.name, entry?.naming], ['Fedora:36', 'httpd', 'source']);
  assert.deepEqual(entry?.intervals, [{ introduced: null, fixed: '2.4.55-1.fc36', lastAffected: null }]);
});

test('EPEL is a distribution of its own (FEDORA-EPEL-2017-a8886eb42e)', () => {
  const cross = readAdvisory('fedora-bodhi/FEDORA-EPEL-2017-a8886eb42e.json');
  assert.deepEqual(
    cross.affected.map(({ ecosystem, name, intervals }) => [ecosystem, name, intervals[0]?.fixed]),
    [
      ['EPEL:7', 'cross-binutils', '2.27-9.el7.1'],
      ['EPEL:7', 'cross-gcc', '4.8.5-16.el7.1'],
    ],
  );
});

/** The real update with some members replaced, as one page of the API. */
function readChanged(change: Readonly<Record<string, unknown>>) {
  const update = JSON.parse(readFileSync(join(FEEDS, HTTPD), 'utf8')) as Record<string, unknown>;
  return readFeed('page.json', Buffer.from(JSON.stringify({ updates: [{ ...update, ...change }] })))[0];
}

test('what is no released update of rpm packages for a flaw is passed over', () => {
  assert.equal(readChanged({})?.kind, 'advisory');
  for (const [change, reason] of [
    [{ status: 'testing' }, /still being tested/],
    [{ release: { version: '39', id_prefix: 'FEDORA-FLATPAK' } }, /something else than rpm/],
    [{ builds: [{ nvr: 'httpd-flatpak-1-1', type: 'flatpak' }] }, /something else than rpm/],
    [{ type: 'enhancement', bugs: [] }, /no security flaw/],
  ] as const) {
    const item = readChanged(change);
    assert.ok(item?.kind === 'skipped', JSON.stringify(item));
    assert.match(item.reason, reason);
  }
  const broken = readChanged({ builds: [{ nvr: 'httpd', epoch: 0 }] });
  assert.equal(broken?.kind, 'rejected');
});

test('an epoch is kept, and notes name flaws of security updates only', () => {
  const builds = [{ nvr: 'bind-9.18.21-1.fc39', type: 'rpm', epoch: 32 }];
  const item = readChanged({ builds, bugs: [], notes: 'Fixes CVE-2023-3341' });
  assert.ok(item?.kind === 'advisory');
  assert.deepEqual(item.advisory.covers, ['CVE-2023-3341']);
  assert.equal(item.advisory.affected[0]?.intervals[0]?.fixed, '32:9.18.21-1.fc39');
  assert.equal(readChanged({ type: 'bugfix', bugs: [], notes: 'CVE-2023-3341' })?.kind, 'skipped');
});
