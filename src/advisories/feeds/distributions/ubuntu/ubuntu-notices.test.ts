import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAdvisory, readFeed } from '../../../../../test/advisories/feed-fixtures.ts';

test('USN-763-1: one fix a release, for the source package', () => {
  const { id, source, covers, published, url, affected } = readAdvisory('ubuntu-notices/database-all.json');
  assert.deepEqual([id, source], ['USN-763-1', 'ubuntu-notices']);
  assert.deepEqual(covers, ['CVE-2009-0698', 'CVE-2009-1274']);
  assert.equal(published, '2009-04-20T21:34:50Z');
  assert.equal(url, 'https://ubuntu.com/security/notices/USN-763-1');
  assert.deepEqual(
    affected.map(({ ecosystem, name, naming, intervals, channel }) => [
      ecosystem,
      `${naming} ${name}`,
      intervals[0]?.fixed,
      channel,
    ]),
    [
      ['Ubuntu:6.06:LTS', 'source xine-lib', '1.1.1+ubuntu2-7.12', null],
      ['Ubuntu:8.04:LTS', 'source xine-lib', '1.1.11.1-1ubuntu3.4', null],
      ['Ubuntu:8.10', 'source xine-lib', '1.1.15-0ubuntu3.3', null],
    ],
  );
});

const notices = (release: unknown, facts: Readonly<Record<string, unknown>> = {}) =>
  Buffer.from(
    JSON.stringify({
      '6000-1': { cves: ['CVE-2023-1'], timestamp: 1.68e9, releases: { xenial: release }, ...facts },
    }),
  );

test('a fix for subscribers is told by its pocket, in older notices by its version', () => {
  const sources = { curl: { version: '7.47.0-1ubuntu2.19+esm8' } };
  for (const [release, channel] of [
    [{ sources, allbinaries: { libcurl3: { source: 'curl', pocket: 'esm-infra' } } }, 'esm-infra'],
    [{ sources, allbinaries: { libcurl3: { source: 'curl', pocket: 'esm-apps' } } }, 'esm-apps'],
    [{ sources, binaries: { curl: { version: '7.47.0-1ubuntu2.19+esm8' } } }, 'esm'],
    [{ sources: { curl: { version: '7.47.0-1ubuntu2.19' } } }, null],
    [{ sources, allbinaries: { libcurl3: { source: 'curl', pocket: 'security' } } }, null],
  ] as const) {
    const [item] = readFeed('database.json', notices(release));
    const channels = item?.kind === 'advisory' ? item.advisory.affected.map((entry) => entry.channel) : [];
    assert.deepEqual(channels, [channel], JSON.stringify(release));
  }
});

test('notices that say nothing about a CVE, or are broken', () => {
  const release = { sources: { curl: { version: '1' } } };
  for (const [facts, kind] of [
    [{ cves: ['https://launchpad.net/bugs/1'] }, 'skipped'],
    [{ releases: { zeppelin: release } }, 'skipped'],
    [{ releases: { xenial: { sources: [] } } }, 'skipped'],
  ] as const) {
    const items = readFeed('database.json', notices(release, facts));
    assert.ok(items.length > 0 && items.every((item) => item.kind === kind), JSON.stringify(facts));
  }
  const mixed = Buffer.from('{"1-1": {"cves": [], "releases": {}}, "__proto__": {}, "2-1": 7}');
  assert.deepEqual(
    readFeed('database.json', mixed).map(({ kind }) => kind),
    ['skipped', 'rejected', 'rejected'],
  );
  const [late] = readFeed('database.json', notices(release, { timestamp: 1e300 }));
  assert.equal(late?.kind === 'advisory' ? late.advisory.published : '', null);
});
