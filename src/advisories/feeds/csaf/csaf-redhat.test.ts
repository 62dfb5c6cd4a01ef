import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FEEDS, readAdvisory, readFeed } from '../../../../test/advisories/feed-fixtures.ts';
import type { Advisory } from '../../advisory.ts';

const read = (name: string): Advisory => readAdvisory(`csaf-redhat/${name}.json`);

/** What a record says of packages of a name, by release and stream. */
function statements({ affected }: Advisory, wanted: string): readonly (readonly unknown[])[] {
  return affected
    .filter(({ name }) => name === wanted)
    .map(({ ecosystem, naming, channel, status, intervals }) => [
      ecosystem,
      naming,
      channel,
      status,
      intervals[0]?.fixed ?? null,
    ]);
}

test('CVE-2023-38545 of curl: fixes of each minor release, by stream; releases without the flaw', () => {
  const curl = read('cve-2023-38545');
  assert.equal(curl.id, 'CVE-2023-38545');
  assert.equal(curl.source, 'redhat-vex');
  assert.equal(curl.published, '2023-10-11T00:00:00Z');
  assert.deepEqual(curl.severities, [
    { kind: 'cvss', version: '3.1', vector: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H' },
    { kind: 'word', word: 'Important', level: 'high' },
  ]);
  assert.deepEqual(statements(curl, 'curl'), [
    ['Red Hat:9', 'binary', 'eus:9.0', 'affected', '7.76.1-14.el9_0.9'],
    ['Red Hat:9', 'binary', null, 'affected', '7.76.1-23.el9_2.4'],
    ['Red Hat:9', 'binary', null, 'affected', '7.76.1-26.el9_3.2'],
    ['Red Hat:6', 'binary', null, 'not_affected', null],
    ['Red Hat:6', 'source', null, 'not_affected', null],
    ['Red Hat:8', 'binary', null, 'not_affected', null],
    ['Red Hat:8', 'source', null, 'not_affected', null],
  ]);
});

test('architectures and repositories of which the same is said are joined', () => {
  const libcurl = read('cve-2023-38545').affected.find(
    ({ name, intervals }) => name === 'libcurl' && intervals[0]?.fixed === '7.76.1-26.el9_3.2',
  );
  assert.deepEqual(libcurl?.architectures, ['i686', 'x86_64']);
  assert.deepEqual(libcurl.platforms, [
    'cpe:/a:redhat:enterprise_linux:9::appstream',
    'cpe:/o:redhat:enterprise_linux:9::baseos',
  ]);
});

test('what no installed package could be compared with is counted', () => {
  const reasons = readFeed('csaf-redhat/cve-2023-38545.json').flatMap((item) =>
    item.kind === 'skipped' ? [item.reason] : [],
  );
  assert.deepEqual(reasons, ['symbols and sources for debugging', 'a product as a whole']);
});

test('CVE-2025-40907 of perl-FCGI: epochs, module streams, and one of several builds of a module', () => {
  const fcgi = read('cve-2025-40907').affected.filter(({ name }) => name === 'perl-FCGI');
  assert.deepEqual(
    fcgi.map(({ ecosystem, channel, module, intervals }) => [
      ecosystem,
      channel,
      module,
      intervals[0]?.fixed,
    ]),
    [
      ['Red Hat:7', 'els:7', null, '1:0.74-8.el7_9.1'],
      ['Red Hat:10', null, null, '1:0.82-13.1.el10_0'],
      ['Red Hat:9', 'e4s:9.0', null, '1:0.79-8.el9_0.1'],
      ['Red Hat:9', 'eus:9.4', null, '1:0.79-8.el9_4.1'],
      ['Red Hat:9', null, null, '1:0.79-8.1.el9_6'],
      ['Red Hat:8', null, 'perl-FCGI:0.78', '1:0.78-12.module+el8.10.0+23147+df114ff4'],
      ['Red Hat:8', 'aus:8.6', 'perl-FCGI:0.78', '1:0.78-11.module+el8.6.0+23193+c3786137.1'],
      ['Red Hat:8', 'e4s:8.6', 'perl-FCGI:0.78', '1:0.78-11.module+el8.6.0+23193+c3786137.1'],
    ],
  );
});

test('CVE-2026-2297 of Python: states of what has no fix, in Red Hat’s words', () => {
  const states = read('cve-2026-2297').affected.map(
    ({ ecosystem, naming, name, module, status, statusWord }) =>
      [ecosystem, naming, name, module, status, statusWord] as const,
  );
  for (const state of [
    ['Red Hat:10', 'binary', 'python3', null, 'deferred', 'Fix deferred'],
    ['Red Hat:7', 'source', 'python3', null, 'end_of_life', 'Out of support scope'],
    ['Red Hat:8', 'source', 'python36', 'python36:3.6', 'deferred', 'Fix deferred'],
    ['Red Hat:hummingbird', 'source', 'python3.11', null, 'affected', null],
  ] as const) {
    assert.ok(
      states.some((stated) => stated.join() === state.join()),
      state.join(' '),
    );
  }
});

test('CVE-2022-38752 of SnakeYAML: products beside Enterprise Linux keep their CPE names', () => {
  const { affected } = read('cve-2022-38752');
  const jenkins = affected.find(({ name }) => name === 'jenkins-2-plugins');
  assert.equal(jenkins?.ecosystem, 'Red Hat:ocp_tools');
  assert.deepEqual(jenkins.platforms, ['cpe:/a:redhat:ocp_tools']);
  const snakeyaml = affected.find(({ name }) => name === 'eap7-snakeyaml');
  assert.equal(snakeyaml?.ecosystem, 'Red Hat:jboss_enterprise_application_platform');
  assert.deepEqual(snakeyaml.platforms, ['cpe:/a:redhat:jboss_enterprise_application_platform:7.4::el7']);
  const artemis = affected.find(({ name }) => name === 'eap7-activemq-artemis-native');
  assert.equal(artemis?.status, 'not_affected');
  assert.deepEqual(artemis.versions, ['1:1.0.2-3.redhat_00004.1.el7eap']);
});

test('a name without a package URL is a source package of Enterprise Linux, and elsewhere anything', () => {
  assert.deepEqual(statements(read('cve-2022-38752'), 'snakeyaml'), [
    ['Red Hat:7', 'source', null, 'end_of_life', null],
  ]);
  assert.deepEqual(
    statements(read('cve-2021-0084'), 'kernel'),
    [5, 6, 7, 8, 9].map((release) => [`Red Hat:${release}`, 'source', null, 'not_affected', null]),
  );
});

test('CVE-2025-6176: container images become VEX statements, one a status', () => {
  const stated = readFeed('csaf-redhat/cve-2025-6176.json').flatMap((item) =>
    item.kind === 'vex' ? [item] : [],
  );
  assert.deepEqual(
    stated.map(({ part, statement }) => [part, statement.status, statement.justification]),
    [
      ['CVE-2025-6176 fixed', 'fixed', null],
      ['CVE-2025-6176 affected', 'affected', null],
      [
        'CVE-2025-6176 not_affected vulnerable_code_not_present',
        'not_affected',
        'vulnerable_code_not_present',
      ],
    ],
  );
  for (const { statement } of stated) {
    assert.deepEqual(statement.flaws, ['CVE-2025-6176']);
    assert.equal(statement.source, 'redhat-vex');
    for (const { identifiers, digests } of statement.products) {
      assert.match(identifiers.join(), /^pkg:oci\//);
      // one build, or the image in whatever build
      assert.match(digests.join(), identifiers.join().includes('@') ? /^sha256:[0-9a-f]{64}$/ : /^$/);
    }
  }
});

test('RHSA-2023:7025 of ruby:2.5: an erratum covers its flaws and fixes builds of a module', () => {
  const ruby = read('rhsa-2023_7025');
  assert.equal(ruby.id, 'RHSA-2023:7025');
  assert.equal(ruby.source, 'redhat');
  assert.deepEqual(ruby.covers, ['CVE-2021-33621', 'CVE-2022-28739']);
  assert.deepEqual(ruby.severities, [{ kind: 'word', word: 'Moderate', level: 'medium' }]);
  assert.deepEqual(new Set(ruby.affected.map(({ module }) => module)), new Set(['ruby:2.5']));
  const doc = ruby.affected.find(({ name }) => name === 'ruby-doc');
  assert.deepEqual(doc?.architectures, [], 'a noarch build is for every architecture');
});

test('RHSA-2025:23414 of bind: the source is left out where binary packages are stated', () => {
  const bind = read('rhsa-2025_23414');
  assert.deepEqual(bind.covers, ['CVE-2021-25220', 'CVE-2025-40778']);
  assert.deepEqual(
    bind.affected.map(({ naming, name, channel, intervals }) => [naming, name, channel, intervals[0]?.fixed]),
    [
      ['binary', 'bind', 'els:6', '32:9.8.2-0.68.rc1.el6_10.17'],
      ['binary', 'bind-libs', 'els:6', '32:9.8.2-0.68.rc1.el6_10.17'],
    ],
  );
});

test('RHSA-2022:0011 of telnet: builds are read from their names where there is no package URL', () => {
  assert.deepEqual(statements(read('rhsa-2022_0011'), 'telnet'), [
    ['Red Hat:7', 'binary', 'aus:7.6', 'affected', '1:0.17-65.el7_6'],
  ]);
});

test('RHBA-2025:1079 replaces images only', () => {
  assert.deepEqual(readFeed('csaf-redhat/rhba-2025_1079.json'), [
    { kind: 'skipped', reason: 'a container image that an erratum replaces' },
  ]);
});

test('a module that is not name:stream is rejected alone, one in the place of a version is passed over', () => {
  const items = readFeed('csaf-redhat/cve-2024-24786-bad-rpmmod.json');
  assert.deepEqual(
    items.map(({ kind }) => kind),
    ['advisory', 'rejected'],
  );
  const [, rejected] = items;
  assert.match(rejected?.kind === 'rejected' ? rejected.reason : '', /firefox-flatpak.*not name:stream/);
  const [golang] = read('cve-2024-24786-illegal-module').affected;
  assert.equal(golang?.module, 'go-toolset:rhel8');
  assert.deepEqual(golang.versions, []);
});

const ORIGINAL = readFileSync(join(FEEDS, 'csaf-redhat/cve-2024-24786-bad-rpmmod.json'), 'utf8');

/** The items of a document with a text replaced. */
function changed(from: string, to: string) {
  assert.ok(ORIGINAL.includes(from), from);
  return readFeed('x.json', Buffer.from(ORIGINAL.replaceAll(from, to)));
}

test('broken documents are rejected, broken products of sound ones each with their name', () => {
  for (const [from, to, reason] of [
    ['"tracking"', '"tracked"', /document\.tracking/],
    ['"id": "CVE-2024-24786"', '"id": "CVE 2024"', /not an identifier/],
    ['pkg:rpm/redhat/good-pkg@', 'pkg:rpm/redhat/@', /package URL of \\?"good-pkg/],
    ['pkg:rpm/redhat/good-pkg@', 'pkg:rpm/redhat/good%07pkg@', /not plain text/],
    ['?arch=x86_64', '?arch=x86_64&epoch=x', /epoch of \\?"good-pkg/],
    ['"known_affected": [', '"known_affected": ["nobody:nothing", ', /does not describe "nobody:nothing"/],
    ['"category": "csaf_vex"', '"category": "csaf_base"', /neither an advisory nor VEX/],
    ['"cve": "CVE-2024-24786"', '"cve": "\\u001b[31m"', /cve is not an identifier/],
    ['"branches": [', '"branches": [5, ', /a branch that cannot be read/],
    ['"fixed": [', '"fixed": {}, "x": [', /expected array/],
  ] as const) {
    const items = changed(from, to);
    const reasons = items.flatMap((item) => ('reason' in item ? [item.reason] : []));
    assert.ok(
      reasons.some((text) => reason.test(text)),
      `${from}: ${reasons.join('; ')}`,
    );
  }
});
