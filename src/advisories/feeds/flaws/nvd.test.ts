import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAdvisories, readFeed } from '../../../../test/advisories/feed-fixtures.ts';
import type { Flaw } from '../../advisory.ts';

function flawsOf(path: string): ReadonlyMap<string, Flaw> {
  const items = readFeed(path);
  return new Map(items.flatMap((item) => (item.kind === 'flaw' ? [[item.flaw.id, item.flaw] as const] : [])));
}

test('NVD: a flaw with vectors of all versions, its weaknesses, and dates in UTC (CVE-2022-0090)', () => {
  assert.deepEqual(flawsOf('nvd/page.json').get('CVE-2022-0090'), {
    id: 'CVE-2022-0090',
    source: 'nvd',
    published: '2022-01-18T17:15:09Z',
    modified: '2022-01-25T14:49:33Z',
    rejected: null,
    severities: [
      { kind: 'cvss', version: '3.1', vector: 'CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:N/I:H/A:N' },
      { kind: 'cvss', version: '2.0', vector: 'AV:N/AC:L/Au:N/C:N/I:P/A:N' },
    ],
    weaknesses: ['CWE-269'],
    report: null,
  });
});

test('NVD: products are kept where catalogers know them (CVE-2023-4863: Chrome, not Debian or libwebp)', () => {
  const advisories = readAdvisories('nvd/page.json');
  assert.deepEqual([...advisories.keys()], ['CVE-2023-4863']);
  const [entry] = advisories.get('CVE-2023-4863')?.affected ?? [];
  assert.deepEqual(
    [entry?.ecosystem, entry?.name, entry?.scheme, entry?.intervals],
    ['CPE', 'google:chrome', 'generic', [{ introduced: null, fixed: '116.0.5845.187', lastAffected: null }]],
  );
});

const vector = (impact: string) => `CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:${impact}`;
const metric = (type: string, impact: string) => ({
  type,
  cvssData: { version: '3.1', vectorString: vector(impact) },
});

test('NVD: its own rating stands before that of others', () => {
  const cve = {
    id: 'CVE-2026-1234',
    vulnStatus: 'Analyzed',
    metrics: { cvssMetricV31: [metric('Secondary', 'H'), metric('Primary', 'L')] },
  };
  const [item] = readFeed('nvd.json', Buffer.from(JSON.stringify(cve)));
  assert.ok(item?.kind === 'flaw');
  assert.deepEqual(
    item.flaw.severities.map((stated) => stated.kind === 'cvss' && stated.vector),
    [vector('L'), vector('H')],
  );
});

test('NVD: an answer without results is a page of none', () => {
  assert.deepEqual(readFeed('nvd/empty-page.json'), []);
});

test('NVD: a record that was rejected states nothing but that', () => {
  const cve = { id: 'CVE-2026-1234', vulnStatus: 'Rejected', lastModified: '2026-05-01T10:00:00.000' };
  const [item, ...others] = readFeed('nvd.json', Buffer.from(JSON.stringify({ cve })));
  assert.ok(item?.kind === 'flaw');
  assert.equal(item.flaw.rejected, '2026-05-01T10:00:00Z');
  assert.deepEqual(others, []);
});

test('NVD: broken configurations are one rejection, and the flaw stays', () => {
  for (const configurations of [
    'none',
    [{ nodes: [{ cpeMatch: [{ vulnerable: true, criteria: 'cpe:/a:b:c' }] }] }],
  ]) {
    const cve = { id: 'CVE-2026-1234', vulnStatus: 'Analyzed', configurations };
    const items = readFeed('nvd.json', Buffer.from(JSON.stringify(cve)));
    assert.deepEqual(
      items.map(({ kind }) => kind),
      ['flaw', 'rejected'],
    );
  }
});

test('NVD 1.1: rejected, beside another product, and known to catalogers', () => {
  const flaws = flawsOf('nvd-1.1/feed.json');
  assert.equal(flaws.get('CVE-2022-3063')?.rejected, '2022-08-30T12:15:00Z');
  assert.deepEqual(flaws.get('CVE-2022-37292')?.weaknesses, ['CWE-787']);
  const advisories = readAdvisories('nvd-1.1/feed.json');
  assert.deepEqual([...advisories.keys()].sort(), ['CVE-2021-31566', 'CVE-2021-3999', 'CVE-2021-4189']);
  const [python] = advisories.get('CVE-2021-4189')?.affected ?? [];
  assert.equal(python?.name, 'python:python');
  assert.deepEqual(python.versions, ['3.10.0']);
  assert.equal(python.intervals.length, 4);
});

const OVERRIDES: readonly (readonly [cve: string, said: string])[] = [
  // "running on" Linux, among others
  ['CVE-2012-2846', 'google:chrome generic'],
  ['CVE-2018-3157', 'oracle:jdk jvm, oracle:jre jvm, oracle:openjdk jvm'],
  ['CVE-2020-37127', 'an override without configurations'],
  ['CVE-2022-1242', 'a CPE of a product that no cataloger knows by one'],
  ['CVE-2023-6237', 'openssl:openssl openssl'],
  // Kibana is written in JavaScript
  ['CVE-2024-12556', 'elastic:kibana generic'],
  // Nextcloud's enterprise edition has fixes of its own
  ['CVE-2024-37887', 'nextcloud:nextcloud_server generic'],
  ['CVE-2024-53846', 'erlang:erlang/otp generic'],
];

for (const [cve, said] of OVERRIDES) {
  test(`NVD overrides: ${cve}`, () => {
    const items = readFeed(`nvd-overrides/${cve}.json`);
    const advisory = items.find((item) => item.kind === 'advisory');
    const found =
      advisory === undefined
        ? items.map((item) => (item.kind === 'skipped' ? item.reason : item.kind))
        : advisory.advisory.affected.map(({ name, scheme }) => `${name} ${scheme}`);
    assert.equal(found.join(', '), said);
  });
}

test('NVD overrides: editions that are sold do not widen the range (CVE-2024-37887)', () => {
  const [advisory] = readAdvisories('nvd-overrides/CVE-2024-37887.json').values();
  assert.deepEqual(
    advisory?.affected[0]?.intervals.map(({ fixed }) => fixed),
    ['27.1.10', '28.0.6', '29.0.1'],
  );
});
