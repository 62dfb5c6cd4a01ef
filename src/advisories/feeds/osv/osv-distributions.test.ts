/** What distributions write in the OSV format in ways of their own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAdvisory, readFeed } from '../../../../test/advisories/feed-fixtures.ts';
import type { Advisory } from '../../advisory.ts';

function brief({ affected }: Advisory): readonly string[] {
  return affected.map(({ ecosystem, channel, name, naming, intervals, versions }) =>
    [ecosystem, channel ?? '-', naming, name, intervals[0]?.fixed ?? '-', versions.length].join(' '),
  );
}

test('UBUNTU-CVE-2021-3782: a fix for subscribers in one release, for everybody in the others', () => {
  const advisory = readAdvisory('osv/ubuntu/UBUNTU-CVE-2021-3782.json');
  assert.deepEqual([advisory.source, advisory.aliases, advisory.covers], ['ubuntu', [], ['CVE-2021-3782']]);
  assert.equal(advisory.url, 'https://ubuntu.com/security/CVE-2021-3782');
  // the versions that are listed beside are all older than the fix
  assert.deepEqual(brief(advisory), [
    'Ubuntu:16.04:LTS esm-infra source wayland 1.12.0-1~ubuntu16.04.3+esm1 0',
    'Ubuntu:18.04:LTS - source wayland 1.16.0-1ubuntu1.1~18.04.4 0',
    'Ubuntu:20.04:LTS - source wayland 1.18.0-1ubuntu0.1 0',
    'Ubuntu:22.04:LTS - source wayland 1.20.0-1ubuntu0.1 0',
  ]);
  assert.deepEqual(
    advisory.severities.map((severity) => (severity.kind === 'word' ? severity.word : severity.version)),
    ['3.1', '3.1', 'medium'],
  );
});

test('UBUNTU-CVE-2020-1944: packages of esm-apps', () => {
  assert.deepEqual(
    readAdvisory('osv/ubuntu/UBUNTU-CVE-2020-1944.json').affected.map(({ channel }) => channel),
    [null, null, 'esm-apps', 'esm-apps'],
  );
});

test('UBUNTU-CVE-2020-36325: an older, withdrawn record names the CVE and the channel only half', () => {
  const advisory = readAdvisory('osv/ubuntu/UBUNTU-CVE-2020-36325.json');
  assert.deepEqual(advisory.covers, ['CVE-2020-36325']);
  assert.equal(advisory.withdrawn, '2025-06-23T15:53:49Z');
  assert.deepEqual(brief(advisory), ['Ubuntu:14.04:LTS esm source jansson - 0']);
});

test('USN-5614-1: a notice covers the CVEs of Ubuntu’s records, and is a source of its own', () => {
  const { source, covers, url } = readAdvisory('osv/ubuntu/USN-5614-1.json');
  assert.deepEqual([source, covers], ['ubuntu-notices', ['CVE-2021-3782']]);
  assert.equal(url, 'https://ubuntu.com/security/notices/USN-5614-1');
});

const record = (facts: Readonly<Record<string, unknown>>) =>
  Buffer.from(
    JSON.stringify({
      modified: '2026-01-01T00:00:00Z',
      affected: [
        {
          package: { ecosystem: 'Wolfi', name: 'haproxy' },
          ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '3.1.7-r0' }] }],
        },
      ],
      ...facts,
    }),
  );

test('a notice that mends an earlier one and names no flaw', () => {
  const [item] = readFeed('USN-1-2.json', record({ id: 'USN-1-2', summary: 'GnuTLS regression' }));
  assert.deepEqual(item, { kind: 'skipped', reason: 'an erratum that fixes no security flaw' });
});

test('notices of Livepatch speak of running kernels', () => {
  const items = readFeed(
    'LSN-0112-1.json',
    record({ id: 'LSN-0112-1', upstream: ['UBUNTU-CVE-2021-47506'] }),
  );
  assert.deepEqual(
    items.map(({ kind }) => kind),
    ['skipped'],
  );
});

test('where a record is about one flaw in one package, what it names upstream is that flaw', () => {
  for (const [id, source] of [
    ['CGA-2222-3333-4444', 'chainguard'],
    ['MINI-2222-3333-4444', 'minimos'],
    ['ECHO-2222-3333-4444', 'echo'],
  ] as const) {
    const upstream = ['CVE-2026-0001', 'GHSA-2222-3333-4444', 'CVE-2026-0001'];
    const [item] = readFeed('record.json', record({ id, upstream }));
    assert.ok(item?.kind === 'advisory');
    assert.equal(item.advisory.source, source);
    assert.deepEqual(item.advisory.aliases, ['CVE-2026-0001', 'GHSA-2222-3333-4444']);
    assert.deepEqual(item.advisory.covers, []);
  }
});

test('ELA-1804-1: the fixes of Debian ELTS are not in an ordinary installation', () => {
  const advisory = readAdvisory('osv/elts/ELA-1804-1.json');
  assert.ok(advisory.affected.length > 0);
  assert.ok(
    advisory.affected.every(
      ({ ecosystem, channel }) => ecosystem.startsWith('Debian:') && channel === 'elts',
    ),
  );
});

test('ELA-669-1: ranges that are an object instead of a list cost the record, not the feed', () => {
  const [item, ...more] = readFeed('osv/elts/ELA-669-1.json');
  assert.deepEqual([item?.kind, more], ['rejected', []]);
});

const eltsEntry = (name: string, fixed: string) => ({
  package: { ecosystem: 'Debian:10', name, purl: 'pkg:deb/debian/glibc?distro=buster' },
  ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
});

test('ELA-1452-1: curl, which stands in the erratum of glibc by mistake, is passed over', () => {
  const record = {
    id: 'ELA-1452-1',
    modified: '2025-06-08T00:00:00Z',
    related: ['CVE-2025-0395', 'CVE-2025-4802'],
    affected: [eltsEntry('curl', '7.64.0-4+deb10u12'), eltsEntry('glibc', '2.28-10+deb10u5')],
  };
  const [skipped, item] = readFeed('ELA-1452-1.json', Buffer.from(JSON.stringify(record)));
  assert.equal(skipped?.kind, 'skipped');
  assert.ok(item?.kind === 'advisory');
  assert.deepEqual(
    item.advisory.affected.map(({ name }) => name),
    ['glibc'],
  );
});
