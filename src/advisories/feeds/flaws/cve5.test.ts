import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAdvisories, readFeed } from '../../../../test/advisories/feed-fixtures.ts';
import type { Flaw } from '../../advisory.ts';

function flawsOf(path: string): readonly Flaw[] {
  return readFeed(path).flatMap((item) => (item.kind === 'flaw' ? [item.flaw] : []));
}

test("CVE records: the authority's container and CISA's are two sources (CVE-2024-7965)", () => {
  const [cna, cisa, ...others] = flawsOf('cve5/CVE-2024-7965.json');
  assert.deepEqual(others, []);
  assert.deepEqual([cna?.source, cna?.modified, cna?.report], ['cve-list', '2024-08-31T03:55:28Z', null]);
  assert.deepEqual(cisa, {
    id: 'CVE-2024-7965',
    source: 'cisa-vulnrichment',
    published: '2024-08-21T20:20:23Z',
    modified: '2024-08-22T13:16:01Z',
    rejected: null,
    severities: [{ kind: 'cvss', version: '3.1', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H' }],
    weaknesses: ['CWE-358'],
    report: { exploitation: 'active', automatable: false, technicalImpact: 'total' },
  });
});

test("CVE records: a vendor's word beside its vector (CVE-2024-9029, Red Hat)", () => {
  const [cna] = flawsOf('cve5/CVE-2024-9029.json');
  assert.deepEqual(cna?.severities.at(-1), { kind: 'word', word: 'Moderate', level: 'medium' });
  assert.equal(cna.severities.length, 2);
});

test('CVE records: a rejected one states nothing but that (CVE-2024-3514)', () => {
  const items = readFeed('cve5/CVE-2024-3514.json');
  assert.equal(items.length, 1);
  assert.equal(items[0]?.kind === 'flaw' && items[0].flaw.rejected, '2024-04-24T16:13:48Z');
});

test("CVE records: OpenSSL's own copies are a source of their own, in OpenSSL's order (CVE-2022-0778)", () => {
  const [flaw] = flawsOf('cve5/openssl/CVE-2022-0778.json');
  assert.deepEqual(
    [flaw?.source, flaw?.published, flaw?.modified, flaw?.severities],
    ['openssl', '2022-03-15T00:00:00Z', null, [{ kind: 'word', word: 'High', level: 'high' }]],
  );
  const advisory = readAdvisories('cve5/openssl/CVE-2022-0778.json').get('CVE-2022-0778');
  assert.deepEqual(
    advisory?.affected.map(({ ecosystem, name, scheme, intervals }) => [
      ecosystem,
      name,
      scheme,
      intervals.map(({ introduced, fixed }) => `${introduced} ${fixed}`).join(', '),
    ]),
    [['CPE', 'openssl:openssl', 'openssl', '3.0.0 3.0.2, 1.1.1 1.1.1n, 1.0.2 1.0.2zd']],
  );
});

/** What each container says of products and packages, or why not. */
function saidIn(path: string): readonly string[] {
  return readFeed(path).flatMap((item) => {
    if (item.kind === 'skipped') return [item.reason];
    if (item.kind !== 'advisory') return [];
    const { source, affected } = item.advisory;
    return affected.map(({ ecosystem, name, scheme, intervals, versions }) => {
      const ranges = intervals.map(
        ({ introduced, fixed, lastAffected }) => `${introduced ?? ''}…${fixed ?? `${lastAffected} too`}`,
      );
      return `${source}: ${ecosystem} ${name} (${scheme}) ${[...ranges, ...versions].join(' ')}`;
    });
  });
}

const SAID: readonly (readonly [cve: string, title: string, said: readonly string[]])[] = [
  [
    'CVE-2023-36824',
    "GitHub's comparators",
    [
      'cve-list: CPE redis:redis (generic) 7.0.0…7.0.12',
      'cisa-vulnrichment: CPE redis:redis (generic) 7.0.0…7.0.12',
    ],
  ],
  [
    'CVE-2024-8925',
    'versions are compared in the order of the product',
    [
      'a CVE record that does not tell which versions are affected',
      'cisa-vulnrichment: CPE php:php (generic) 8.1.0…8.1.30 8.2.0…8.2.24 8.3.0…8.3.12',
    ],
  ],
  ['CVE-2024-28746', 'a package of PyPI', ['cve-list: PyPI apache-airflow (pypi) 2.8.0…2.8.3']],
  [
    'CVE-2024-26308',
    'a package of Maven Central',
    ['cve-list: Maven org.apache.commons:commons-compress (maven) 1.21…1.26.0'],
  ],
  ['CVE-2024-5642', 'what CPython says of itself', ['cve-list: CPE python:python (generic) …3.10.0b1']],
  [
    'CVE-2023-5680',
    'editions that are sold are passed over',
    ['a CVE record that does not tell which versions are affected'],
  ],
  [
    'CVE-2023-38546',
    "curl's interval from the fix to the fix holds nothing",
    ['a CVE record that does not tell which versions are affected'],
  ],
  [
    'CVE-2024-21047',
    'two branches of MySQL of which nobody says where the second begins',
    ['a CVE record that does not tell which versions are affected'],
  ],
  ['CVE-2024-3566', 'Windows only, which CISA does not repeat', ['a product on another system than Linux']],
  [
    'CVE-2024-34155',
    "Go's imported packages name no module",
    ['a product that a CVE record names only in prose'],
  ],
];

for (const [cve, title, said] of SAID) {
  test(`CVE records: ${title} (${cve})`, () => assert.deepEqual(saidIn(`cve5/${cve}.json`), said));
}

test('CVE enrichment: packages of ecosystems whose order is known', () => {
  assert.deepEqual(saidIn('cve-enrichment/CVE-2013-0269.json'), [
    'cve-enrichment: RubyGems json (gem) …1.5.5 1.6…1.6.8 1.7…1.7.7',
  ]);
  assert.deepEqual(saidIn('cve-enrichment/CVE-2020-5529.json'), [
    'cve-enrichment: Maven net.sourceforge.htmlunit:htmlunit (maven) …2.37.0',
  ]);
  assert.deepEqual(saidIn('cve-enrichment/CVE-2021-33194.json'), [
    'a CVE record that names no package of an ecosystem',
  ]);
});

test('CVE records: one broken record is one rejection', () => {
  const record = {
    dataType: 'CVE_RECORD',
    cveMetadata: { cveId: 'CVE-2026-1234', state: 'PUBLISHED' },
    containers: { cna: { affected: { versions: 'all' } } },
  };
  const [item, ...others] = readFeed('x.json', Buffer.from(JSON.stringify(record)));
  assert.ok(item?.kind === 'rejected');
  assert.equal(item.record, 'x.json: CVE-2026-1234');
  assert.deepEqual(others, []);
});
