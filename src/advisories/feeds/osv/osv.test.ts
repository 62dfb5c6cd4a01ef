import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FEEDS, readAdvisory, readFeed } from '../../../../test/advisories/feed-fixtures.ts';

function record(fields: Readonly<Record<string, unknown>>): Uint8Array {
  return Buffer.from(
    JSON.stringify({ id: 'X-1', modified: '2026-01-01T00:00:00Z', affected: [], ...fields }),
  );
}

const NPM = { package: { ecosystem: 'npm', name: 'left-pad' } };

test('a GitHub advisory: aliases, both vectors, the page', () => {
  const advisory = readAdvisory('osv/ghsa/GHSA-87hc-h4r5-73f7.json');
  assert.equal(advisory.source, 'ghsa');
  assert.deepEqual(advisory.aliases, ['CVE-2026-21860']);
  assert.deepEqual(
    advisory.severities.map((severity) => severity.kind === 'cvss' && severity.version),
    ['3.1', '4.0'],
  );
  assert.equal(advisory.modified, '2026-02-02T19:57:31Z');
  assert.equal(advisory.url, 'https://github.com/advisories/GHSA-87hc-h4r5-73f7');
  assert.deepEqual(advisory.affected, [
    {
      ecosystem: 'PyPI',
      name: 'werkzeug',
      naming: 'binary',
      scheme: 'pypi',
      status: 'affected',
      statusWord: null,
      intervals: [{ introduced: null, fixed: '3.1.5', lastAffected: null }],
      versions: [],
      severities: [],
      architectures: [],
      module: null,
      channel: null,
      platforms: [],
    },
  ]);
});

test('one package may have several entries, and an end may be inclusive', () => {
  const repeated = readAdvisory('osv/ghsa/repeated-package.json');
  assert.deepEqual(
    repeated.affected.map(({ name, intervals }) => [name, intervals[0]?.fixed]),
    [
      ['mime', '2.0.3'],
      ['mime', '1.4.1'],
    ],
  );
  const inclusive = readAdvisory('osv/ghsa/last-affected.json').affected[0]?.intervals;
  assert.deepEqual(inclusive, [{ introduced: null, fixed: null, lastAffected: '0.7.7' }]);
});

test('a word stands in where there is no vector', () => {
  const [severity] = readAdvisory('osv/ghsa/word-only.json').severities;
  assert.deepEqual(severity, { kind: 'word', word: 'MODERATE', level: 'medium' });
});

test('AlmaLinux: flaws are related, severity and module stream stand in the summary', () => {
  const curl = readAdvisory('osv/almalinux/ALSA-2026_57462.json');
  assert.deepEqual(curl.covers, ['CVE-2026-8286']);
  assert.deepEqual(curl.aliases, []);
  assert.deepEqual(curl.severities, [{ kind: 'word', word: 'Important', level: 'high' }]);
  assert.equal(curl.affected[0]?.module, null);
  assert.equal(curl.affected[0].naming, 'binary');
  const node = readAdvisory('osv/almalinux/ALSA-nodejs18.json');
  assert.deepEqual(new Set(node.affected.map(({ module }) => module)), new Set(['nodejs:18']));
});

const modules = (path: string) => readAdvisory(path).affected.map(({ name, module }) => [name, module]);

test('an erratum of two streams speaks about packages of either, one without a stream leaves it open', () => {
  assert.deepEqual(modules('osv/almalinux/ALSA-two-streams.json'), [
    ['hivex', 'virt:rhel'],
    ['hivex', 'virt-devel:rhel'],
    ['hivex-devel', 'virt:rhel'],
    ['hivex-devel', 'virt-devel:rhel'],
  ]);
  for (const [, module] of modules('osv/almalinux/ALSA-no-stream.json')) assert.equal(module, null);
});

test('errata repeat a package for each of its builds', () => {
  const fixes = readAdvisory('osv/almalinux/ALSA-2023_6938.json').affected.map(
    ({ intervals }) => intervals[0]?.fixed,
  );
  assert.equal(new Set(fixes).size, 2);
});

test('errata without a flaw are counted, not kept', () => {
  assert.deepEqual(readFeed('osv/almalinux/ALBA.json'), [
    { kind: 'skipped', reason: 'an erratum that fixes no security flaw' },
  ]);
});

test('BellSoft: the flaw is upstream, a range may have no end, a withdrawn record may be empty', () => {
  const open = readAdvisory('osv/bellsoft/BELL-CVE-2024-0901.json');
  assert.deepEqual(open.covers, ['CVE-2024-0901']);
  assert.deepEqual(open.affected[0]?.intervals, [
    { introduced: '5.5.3-r0', fixed: null, lastAffected: null },
  ]);
  const withdrawn = readAdvisory('osv/bellsoft/BELL-CVE-2024-2312.json');
  assert.equal(withdrawn.withdrawn, '2025-05-26T09:12:21Z');
  assert.deepEqual(withdrawn.affected, []);
});

test('Bitnami and Kubernetes: severity belongs to the package', () => {
  for (const [path, version] of [
    ['osv/bitnami/BIT-parse-2021-47986.json', '4.0'],
    ['osv/kubernetes/CVE-2024-3744.json', '3.1'],
  ] as const) {
    const advisory = readAdvisory(path);
    const [severity] = advisory.affected[0]?.severities ?? [];
    assert.equal(severity?.kind === 'cvss' ? severity.version : null, version);
  }
});

test('Debian ELTS: one record has an object for a list and is rejected, the next one is read', () => {
  const items = readFeed('osv/elts/ELA-669-1.json');
  assert.equal(items.length, 1);
  assert.ok(items[0]?.kind === 'rejected');
  assert.match(items[0].record, /ELA-669-1/);
  assert.match(items[0].reason, /expected array, received object/);
  const both = Buffer.from(
    `[${['ELA-669-1', 'ELA-1804-1'].map((id) => readFileSync(join(FEEDS, `osv/elts/${id}.json`), 'utf8')).join(',')}]`,
  );
  assert.deepEqual(
    readFeed('all.json', both).map(({ kind }) => kind),
    ['rejected', 'advisory'],
  );
  assert.deepEqual(readAdvisory('osv/elts/ELA-1804-1.json').covers, ['CVE-2026-11527']);
});

test('dates: a placeholder and the future count as none', () => {
  assert.equal(readAdvisory('osv/go/GO-2022-1167.json').modified, null);
  assert.equal(readAdvisory('osv/go/GO-2022-1167.json').published, '2022-12-14T18:06:02Z');
  const future = readAdvisory('osv/pypa/PYSEC-2024-115.yaml');
  assert.equal(future.modified, null);
  assert.equal(future.published, '2024-11-05T16:04:14Z');
});

test('YAML: listed versions stay where the ranges do not hold them in the order of their ecosystem', () => {
  for (const path of ['osv/pypa/PYSEC-2024-115.yaml', 'osv/r/RSEC-2026-1.yaml']) {
    assert.deepEqual(readAdvisory(path).affected[0]?.versions, [], path);
  }
  const range = { type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '0.3.0' }] };
  const affected = [
    {
      package: { ecosystem: 'PyPI', name: 'a' },
      ranges: [range],
      versions: ['0.3.0.dev1', '0.3.0.post1', '0.3-x'],
    },
  ];
  const [item] = readFeed('a.json', record({ affected }));
  assert.ok(item?.kind === 'advisory');
  assert.deepEqual(item.advisory.affected[0]?.versions, ['0.3.0.post1', '0.3-x']);
});

test('YAML: a version that looks like a number is not one', () => {
  const yaml =
    'id: X-1\nmodified: 2026-01-01T00:00:00Z\naliases:\naffected:\n- package: {ecosystem: PyPI, name: a}\n  ranges:\n  - type: ECOSYSTEM\n    events: [{introduced: 1.10}, {fixed: 1.20}]\n';
  const [item] = readFeed('vulns/a/X-1.yaml', Buffer.from(yaml));
  assert.ok(item?.kind === 'advisory');
  assert.deepEqual(item.advisory.affected[0]?.intervals, [
    { introduced: '1.10', fixed: '1.20', lastAffected: null },
  ]);
});

test('Drupal: the registry stays part of the ecosystem, blanks around an alias go', () => {
  const contributed = readAdvisory('osv/drupal/DRUPAL-CONTRIB-2026-102.json');
  assert.equal(contributed.affected[0]?.ecosystem, 'Packagist:https://packages.drupal.org/8');
  assert.equal(contributed.affected[0].scheme, 'composer');
  assert.equal(contributed.url, 'https://www.drupal.org/sa-contrib-2026-102');
  assert.deepEqual(readAdvisory('osv/drupal/DRUPAL-CORE-2020-006.json').aliases, ['CVE-2020-13665']);
});

test('records that name no package or no version state nothing', () => {
  for (const [path, reason] of [
    ['osv/psf/PSF-2024-9.json', 'an OSV entry names no package'],
    ['osv/dhi/python-CVE-2011-3389.json', 'an OSV entry names no versions'],
  ] as const) {
    assert.deepEqual(readFeed(path), [{ kind: 'skipped', reason }]);
  }
});

test('RustSec: what is no flaw says so in its own word', () => {
  assert.equal(readAdvisory('osv/rustsec/RUSTSEC-2016-0004.json').affected[0]?.statusWord, 'unmaintained');
});

test('Ubuntu and Rocky: upstream and related flaws, words for severities', () => {
  const ubuntu = readAdvisory('osv/ubuntu/UBUNTU-CVE-2026-1403.json');
  assert.deepEqual(ubuntu.covers, ['CVE-2026-1403']);
  assert.deepEqual(ubuntu.severities, [{ kind: 'word', word: 'medium', level: 'medium' }]);
  assert.equal(ubuntu.affected[0]?.ecosystem, 'Ubuntu:16.04:LTS');
  const rocky = readAdvisory('osv/rocky/RLSA-2024_3671.json');
  assert.equal(rocky.affected[0]?.module, 'ruby:3.3');
  assert.equal(rocky.covers.length, 3);
});

const redHatEntry = (ecosystem: string) => ({
  package: { ecosystem: `Red Hat:${ecosystem}`, name: 'curl' },
  ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '0:7.76.1-23.el9_2.4' }] }],
});

test('Red Hat: repositories become platforms of a release, streams channels (RHSA-2023:5763 of curl)', () => {
  const affected = [redHatEntry('enterprise_linux:9::baseos'), redHatEntry('rhel_eus:9.2::appstream')];
  const [item] = readFeed('x.json', record({ id: 'RHSA-2023:5763', upstream: ['CVE-2023-38545'], affected }));
  assert.ok(item?.kind === 'advisory');
  assert.equal(item.advisory.source, 'redhat');
  assert.deepEqual(item.advisory.covers, ['CVE-2023-38545']);
  assert.deepEqual(
    item.advisory.affected.map(({ ecosystem, channel, platforms }) => [ecosystem, channel, ...platforms]),
    [
      ['Red Hat:9', null, 'cpe:/o:redhat:enterprise_linux:9::baseos'],
      ['Red Hat:9', 'eus:9.2', 'cpe:/a:redhat:rhel_eus:9.2::appstream'],
    ],
  );
});

const read = (affected: unknown) => readFeed('x.json', record({ affected: [affected] }));

test('ranges of commits count only when nothing else is there', () => {
  const git = { type: 'GIT', events: [{ introduced: '0' }, { fixed: '391e5626e3ee' }] };
  const [mixed] = read({
    ...NPM,
    ranges: [git, { type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
  });
  assert.equal(mixed?.kind === 'advisory' ? mixed.advisory.affected[0]?.intervals.length : null, 1);
  const [listed] = read({ ...NPM, ranges: [git], versions: ['1.0.0'] });
  assert.deepEqual(listed?.kind === 'advisory' ? listed.advisory.affected[0]?.versions : null, ['1.0.0']);
  assert.equal(read({ ...NPM, ranges: [git] })[0]?.kind, 'skipped');
});

const range = (fixed: string) => [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }];

function statusOf(affected: unknown) {
  const [item] = read(affected);
  return item?.kind === 'advisory' ? item.advisory.affected[0]?.status : null;
}

test('introduced and fixed in 0 means not affected; Debian’s urgency is a status', () => {
  assert.equal(statusOf({ ...NPM, ranges: range('0') }), 'not_affected');
  const debian = { package: { ecosystem: 'Debian:12', name: 'tar' } };
  assert.equal(
    statusOf({ ...debian, ranges: range('2'), ecosystem_specific: { urgency: 'unimportant' } }),
    'unimportant',
  );
  assert.equal(
    statusOf({ ...debian, ranges: range('2'), ecosystem_specific: { urgency: 'end-of-life' } }),
    'end_of_life',
  );
});

test('hostile records are rejected, each with its place', () => {
  for (const fields of [
    { id: 'X-1\u001b[31m' },
    { id: 'two words' },
    { aliases: ['CVE-1\nCVE-2'] },
    { affected: [{ package: { ecosystem: 'npm', name: 'a\u202eb' } }] },
    { affected: [{ package: { ecosystem: 'npm', name: 'a'.repeat(501) } }] },
    { affected: [{ ...NPM, versions: [1, 2] }] },
    {
      affected: [
        {
          ...NPM,
          ranges: [{ type: 'SEMVER', events: Array.from({ length: 10_001 }, () => ({ fixed: '1' })) }],
        },
      ],
    },
    { affected: 'all of them' },
  ]) {
    const items = readFeed('x.json', record(fields));
    assert.deepEqual(
      items.map(({ kind }) => kind),
      ['rejected'],
      JSON.stringify(fields).slice(0, 100),
    );
  }
});
