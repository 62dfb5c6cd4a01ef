import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAdvisory, readFeed } from '../../../../../test/advisories/feed-fixtures.ts';

test('CVE-2023-38545: curl is fixed from the named version on, unsupported, or never had the flaw', () => {
  const { id, source, covers, published, modified, affected } = readAdvisory(
    'ubuntu-vex/CVE-2023-38545.json',
  );
  assert.deepEqual([id, source, covers], ['CVE-2023-38545', 'ubuntu-vex', []]);
  assert.deepEqual([published, modified], ['2023-10-11T06:00:00Z', '2026-05-20T15:02:47Z']);
  assert.deepEqual(
    affected.map(({ ecosystem, channel, name, naming, status, statusWord, intervals }) => [
      `${ecosystem} ${channel} ${naming} ${name}`,
      status,
      statusWord,
      intervals[0]?.introduced ?? null,
    ]),
    [
      ['Ubuntu:22.04:LTS null source curl', 'not_affected', 'fixed', '7.81.0-1ubuntu1.24'],
      ['Ubuntu:24.04:LTS null source curl', 'not_affected', 'fixed', '8.5.0-2ubuntu10.9'],
      ['Ubuntu:16.04:LTS null source curl', 'end_of_life', 'ignored', null],
      ['Ubuntu:14.04:LTS esm-infra-legacy source curl', 'not_affected', null, null],
      ['Ubuntu:16.04:LTS esm-infra source curl', 'not_affected', null, null],
      ['Ubuntu:18.04:LTS esm-infra source curl', 'not_affected', null, null],
      ['Ubuntu:20.04:LTS esm-infra source curl', 'not_affected', null, null],
    ],
  );
});

test('CVE-2016-20013: decided not to be fixed; what is not in the archive is no statement', () => {
  const { affected } = readAdvisory('ubuntu-vex/CVE-2016-20013.json');
  assert.ok(
    affected.every(({ status, statusWord }) => status === 'will_not_fix' && statusWord === 'ignored'),
  );
  assert.ok(affected.some(({ name, channel }) => name === 'zabbix' && channel === 'esm-apps'));
  assert.ok(!affected.some(({ ecosystem, name }) => name === 'zabbix' && ecosystem === 'Ubuntu:24.04:LTS'));
  const syslinux = affected.find(({ name }) => name === 'syslinux-legacy');
  assert.deepEqual([syslinux?.intervals, syslinux?.versions], [[], []]);
});

const document = (statement: Readonly<Record<string, unknown>>) =>
  Buffer.from(
    JSON.stringify({
      '@context': 'https://openvex.dev/ns/v0.2.0',
      '@id': 'https://github.com/canonical/ubuntu-security-notices/blob/main/vex/cve/2024/CVE-2024-1',
      author: 'Canonical Ltd.',
      timestamp: '2026-05-20T15:02:47Z',
      statements: [
        {
          vulnerability: { name: 'CVE-2024-1' },
          products: [{ '@id': 'pkg:deb/ubuntu/x%2By@1%3A2.0?arch=source&distro=esm-apps%2Fjammy' }],
          ...statement,
        },
      ],
    }),
  );

test('each status, with the beginnings of remarks that Canonical writes', () => {
  const about = 'This package (for the given release)';
  for (const [statement, expected] of [
    [{ status: 'under_investigation' }, ['under_investigation', 'needs-triage']],
    [
      { status: 'affected', action_statement: `${about} is vulnerable to the CVE and needs fixing.` },
      ['affected', null],
    ],
    [
      { status: 'affected', action_statement: `${about} is vulnerable, its fix is deferred.` },
      ['deferred', 'deferred'],
    ],
    [{ status: 'affected' }, ['affected', null]],
    [{ status: 'not_affected', impact_statement: `${about} does not exist in the archive.` }, 'skipped'],
    [{ status: 'mended' }, 'rejected'],
    [{ status: 'fixed', products: {} }, 'rejected'],
    [{ status: 'fixed', products: [{ '@id': 'pkg:deb/ubuntu/x@%zz?arch=source&distro=jammy' }] }, 'skipped'],
    [{ status: 'fixed', vulnerability: {} }, 'rejected'],
    [{ status: 'fixed', vulnerability: { name: 'USN-1-1' } }, 'skipped'],
  ] as const) {
    const [item] = readFeed('vex.json', document(statement));
    const [affected] = item?.kind === 'advisory' ? item.advisory.affected : [];
    const said = affected === undefined ? item?.kind : [affected.status, affected.statusWord];
    assert.deepEqual(said, expected, JSON.stringify(statement));
  }
});

test('names, versions and releases are decoded', () => {
  const [item] = readFeed('vex.json', document({ status: 'fixed' }));
  const [affected] = item?.kind === 'advisory' ? item.advisory.affected : [];
  assert.deepEqual(
    [affected?.name, affected?.intervals[0]?.introduced, affected?.ecosystem, affected?.channel],
    ['x+y', '1:2.0', 'Ubuntu:22.04:LTS', 'esm-apps'],
  );
});
