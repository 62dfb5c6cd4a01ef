import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAdvisory, readFeed } from '../../../../test/advisories/feed-fixtures.ts';

test('openEuler: source packages of each release, the flaws under `upstream` (OESA-2023-1092)', () => {
  const openssl = readAdvisory('osv/openeuler/OESA-2023-1092.json');
  assert.equal(openssl.source, 'openeuler');
  assert.deepEqual(openssl.covers, ['CVE-2022-4304', 'CVE-2022-4450', 'CVE-2023-0215', 'CVE-2023-0286']);
  assert.match(openssl.url ?? '', /id=openEuler-SA-2023-1092$/);
  assert.deepEqual(
    openssl.affected.map(({ ecosystem, name, naming, scheme, intervals }) => [
      ecosystem,
      name,
      naming,
      scheme,
      intervals[0]?.fixed,
    ]),
    [
      ['openEuler:20.03-LTS-SP1', 'openssl', 'source', 'rpm', '1.1.1f-22.oe1'],
      ['openEuler:22.03-LTS', 'openssl', 'source', 'rpm', '1.1.1m-18.oe2203'],
    ],
  );
});

/** A record with the real one's shape, as its publisher names it. */
function read(id: string, ecosystem: string) {
  const record = {
    id,
    modified: '2024-01-01T00:00:00Z',
    upstream: ['CVE-2023-45853'],
    affected: [
      {
        package: { name: 'zlib', ecosystem },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.3.1-1' }] }],
      },
    ],
  };
  const [item] = readFeed('record.json', Buffer.from(JSON.stringify(record)));
  assert.ok(item?.kind === 'advisory');
  return item.advisory;
}

test('records of other rpm distributions: whose they are, and what their identifiers stand for', () => {
  for (const [id, ecosystem, source, place, isFlaw] of [
    ['AZL-35400', 'Azure Linux:3', 'azure-linux', 'Azure Linux:3', true],
    ['MGASA-2024-0001', 'Mageia:9', 'mageia', 'Mageia:9', false],
    [
      'SUSE-SU-2024:0001-1',
      'SUSE:Linux Enterprise Server 15 SP4-LTSS',
      'suse',
      'SUSE:Linux Enterprise Server 15 SP4',
      false,
    ],
    ['openSUSE-SU-2024:0001-1', 'openSUSE:Leap 15.5', 'suse', 'openSUSE:Leap 15.5', false],
  ] as const) {
    const advisory = read(id, ecosystem);
    assert.equal(advisory.source, source, id);
    assert.deepEqual(isFlaw ? advisory.aliases : advisory.covers, ['CVE-2023-45853'], id);
    assert.equal(advisory.affected[0]?.ecosystem, place, id);
  }
  assert.equal(
    read('SUSE-SU-2024:1-1', 'SUSE:Linux Enterprise Server 15 SP4-LTSS').affected[0]?.channel,
    'ltss',
  );
});
