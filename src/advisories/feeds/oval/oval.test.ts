import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAdvisories, readFeed } from '../../../../test/advisories/feed-fixtures.ts';
import type { Advisory, AffectedPackage } from '../../advisory.ts';

const before = (fixed: string) => [{ introduced: null, fixed, lastAffected: null }];

/** The parts of a record: one a release. */
function partsOf(path: string, id: string): readonly Advisory[] {
  return readFeed(path).flatMap((item) =>
    item.kind === 'advisory' && [item.advisory.id, ...item.advisory.aliases].includes(id)
      ? [item.advisory]
      : [],
  );
}

function entriesOf(path: string, id: string): readonly AffectedPackage[] {
  return partsOf(path, id).flatMap(({ affected }) => affected);
}

test('Azure Linux: source packages below the fix, the release told from its version, named as in OSV (CVE-2025-26466)', () => {
  const advisory = readAdvisories('oval/azurelinux-3.0-excerpt.xml').get('AZL-56898');
  assert.equal(advisory?.source, 'azure-linux');
  assert.deepEqual([advisory.aliases, advisory.covers], [['CVE-2025-26466'], []]);
  assert.equal(advisory.published, '2025-02-18T00:00:00Z');
  assert.deepEqual(advisory.severities, [{ kind: 'word', word: 'High', level: 'high' }]);
  const [openssh] = advisory.affected;
  assert.equal(openssh?.ecosystem, 'Azure Linux:3');
  assert.equal(openssh.name, 'openssh');
  assert.equal(openssh.naming, 'source');
  assert.deepEqual(openssh.intervals, before('9.8p1-3.azl3'));
});

test('Azure Linux: "greater than 0.0.0" bounds nothing (CVE-2023-29409 of golang)', () => {
  const [golang] = entriesOf('oval/azurelinux-3.0-excerpt.xml', 'CVE-2023-29409');
  assert.equal(golang?.intervals.length, 1);
  assert.equal(golang.intervals[0]?.introduced, null);
  assert.match(golang.intervals[0].fixed ?? '', /\.azl3$/);
});

test('CBL-Mariner: no fix ends at the last version known to have the flaw, "Not Applicable" is not affected', () => {
  const path = 'oval/cbl-mariner-2.0-excerpt.xml';
  const [syslinux] = entriesOf(path, 'CVE-2022-3857');
  assert.deepEqual(syslinux?.intervals, [{ introduced: null, fixed: null, lastAffected: '6.04-10.cm2' }]);
  assert.equal(syslinux.status, 'affected');
  const statements = entriesOf(path, 'CVE-2023-44487');
  assert.deepEqual(
    statements.map(({ name, status, statusWord, intervals }) => [name, status, statusWord, intervals.length]),
    [
      ['nghttp2', 'not_affected', 'Not Applicable', 0],
      ['nginx', 'affected', null, 1],
    ],
  );
});

test('Photon: an erratum of binary packages (PHSA-2020:00001)', () => {
  const [advisory] = partsOf('oval/photon3-excerpt.xml', 'PHSA-2020:00001');
  assert.deepEqual(advisory?.covers, ['CVE-2019-16168']);
  assert.equal(advisory.url, 'https://github.com/vmware/photon/wiki/Security-Updates-3.0-0036');
  assert.deepEqual(
    advisory.affected.map(({ ecosystem, name, naming, intervals }) => [ecosystem, name, naming, intervals]),
    ['sqlite', 'sqlite-devel', 'sqlite-libs'].map((name) => [
      'Photon OS:3.0',
      name,
      'binary',
      before('3.27.2-5.ph3'),
    ]),
  );
});

test('Oracle: epochs are kept, and conditions on the release and the key are none on versions (ELSA-2007-0057)', () => {
  const [advisory] = partsOf('oval/oracle-ELSA-2007-0057.xml', 'ELSA-2007-0057');
  assert.deepEqual(advisory?.covers, ['CVE-2007-0493', 'CVE-2007-0494']);
  assert.deepEqual(advisory.severities, [{ kind: 'word', word: 'MODERATE', level: 'medium' }]);
  assert.equal(advisory.affected.length, 8);
  const bind = advisory.affected.find(({ name }) => name === 'bind');
  assert.equal(bind?.ecosystem, 'Oracle Linux:5');
  assert.deepEqual(bind.intervals, before('30:9.3.3-8.el5'));
});

test('Oracle: Ksplice builds are a stream of their own, and a fix for all machines names none (ELSA-2021-9151)', () => {
  const entries = entriesOf('oval/oracle-ELSA-2021-9151.xml', 'ELSA-2021-9151');
  assert.deepEqual(
    entries.map(({ name, channel, architectures }) => [name, channel, architectures]),
    [
      ['openssl', 'ksplice', []],
      ['openssl-debugsource', 'ksplice', ['aarch64']],
      ['openssl-devel', 'ksplice', []],
      ['openssl-libs', 'ksplice', []],
      ['openssl-perl', 'ksplice', []],
      ['openssl-static', 'ksplice', ['aarch64']],
    ],
  );
});

test('Oracle: builds that differ by machine are limited to it, x86_64 with its packages of 32 bit (ELSA-2022-4803)', () => {
  const [advisory] = partsOf('oval/oracle-ELSA-2022-4803.xml', 'ELSA-2022-4803');
  assert.deepEqual(
    advisory?.affected.map(({ ecosystem, name, architectures, intervals }) => [
      ecosystem,
      name,
      architectures,
      intervals[0]?.fixed,
    ]),
    [
      ['Oracle Linux:7', 'rsyslog', ['aarch64'], '8.24.0-57.0.4.el7_9.3'],
      ['Oracle Linux:7', 'rsyslog-crypto', ['aarch64'], '8.24.0-57.0.4.el7_9.3'],
      ['Oracle Linux:7', 'rsyslog', I386, '8.24.0-57.0.1.el7_9.3'],
      ['Oracle Linux:7', 'rsyslog-crypto', I386, '8.24.0-57.0.1.el7_9.3'],
    ],
  );
});

const I386 = ['i386', 'i586', 'i686', 'x86_64'];

test('SUSE: products with their paid streams, architectures, and what is not affected (CVE-2021-29154, CVE-1999-0524)', () => {
  const path = 'oval/suse-15-excerpt.xml';
  assert.deepEqual(
    entriesOf(path, 'CVE-2021-29154').map(({ ecosystem, channel, name, intervals, architectures }) => [
      ecosystem,
      channel,
      name,
      intervals[0]?.fixed,
      architectures,
    ]),
    [
      ['SUSE:Linux Enterprise Server 15', 'ltss', 'kernel-default', '4.12.14-150.72.1', ALL],
      ['SUSE:Linux Enterprise Server 15 SP1', 'bcl', 'kernel-default', '4.12.14-197.89.2', ALL],
      ['SUSE:Linux Enterprise Server 15 SP1', 'ltss', 'kernel-default', '4.12.14-197.89.2', ALL],
    ],
  );
  const unaffected = entriesOf(path, 'CVE-1999-0524');
  assert.ok(unaffected.length > 0);
  for (const { status, intervals } of unaffected) {
    assert.equal(status, 'not_affected');
    assert.deepEqual(intervals, []);
  }
});

const ALL = ['aarch64', 'ppc64le', 's390x', 'x86_64'];

test('SUSE: what refers to tests that a file was cut off from is rejected, the rest is read', () => {
  const rejected = readFeed('oval/suse-15-excerpt.xml').filter((item) => item.kind === 'rejected');
  assert.deepEqual(
    rejected.map(({ reason }) => reason),
    Array.from({ length: 2 }, () => 'it refers to a test that the document does not have'),
  );
});

test('openSUSE: releases from the version of the release package (CVE-2008-5679)', () => {
  assert.deepEqual(
    entriesOf('oval/opensuse-CVE-2008-5679.xml', 'CVE-2008-5679').map(({ ecosystem }) => ecosystem),
    ['openSUSE:10.3', 'openSUSE:11.0', 'openSUSE:11.1'],
  );
});

test('Debian: an epoch before an epoch is none (CVE-2001-1593 of a2ps)', () => {
  const path = 'oval/debian-7-excerpt.xml';
  const [a2ps] = entriesOf(path, 'CVE-2001-1593');
  assert.equal(a2ps?.ecosystem, 'Debian:7');
  assert.deepEqual([a2ps.scheme, a2ps.naming], ['deb', 'source']);
  assert.deepEqual(a2ps.intervals, before('1:4.14-1.1+deb7u1'));
  const [krb5] = entriesOf(path, 'CVE-2002-2443');
  assert.deepEqual(krb5?.intervals, before('1.10.1+dfsg-5+deb7u1'));
});

test('Red Hat: products by their CPE names, ratings of flaws (RHSA-2019:3927)', () => {
  const path = 'oval/rhel-8-ansible-excerpt.xml';
  assert.deepEqual(
    entriesOf(path, 'RHSA-2019:3927').map(({ ecosystem, name, platforms }) => [ecosystem, name, platforms]),
    ['ansible', 'ansible-test'].map((name) => [
      'Red Hat:ansible_engine',
      name,
      ['cpe:/a:redhat:ansible_engine:2.9', 'cpe:/a:redhat:ansible_engine:2.9::el8'],
    ]),
  );
  const [flaw] = readFeed(path).flatMap((item) => (item.kind === 'flaw' ? [item.flaw] : []));
  assert.equal(flaw?.id, 'CVE-2019-14864');
  assert.deepEqual(flaw.weaknesses, ['CWE-117', 'CWE-532']);
  assert.equal(flaw.severities.length, 1);
});

test('Red Hat: flaws without a fix, and packages that must be there and not be there are not affected', () => {
  const items = readFeed('oval/rhel-6-extras-excerpt.xml');
  const statements = items.flatMap((item) => (item.kind === 'advisory' ? item.advisory.affected : []));
  assert.deepEqual(
    statements.map(({ ecosystem, name, status, intervals }) => [ecosystem, name, status, intervals.length]),
    [
      ...['ldns-devel', 'ldns-doc', 'ldns', 'ldns-python'].map((name) => ['Red Hat:6', name, 'affected', 0]),
      ['Red Hat:6', 'libreswan', 'not_affected', 0],
    ],
  );
});

test('a document that is cut off is rejected whole', () => {
  const cut =
    '<oval_definitions xmlns="x"><definitions><definition id="oval:com.oracle.elsa:def:1" class="patch">';
  const [item, ...others] = readFeed('cut.xml', Buffer.from(cut));
  assert.ok(item?.kind === 'rejected' && others.length === 0);
  assert.match(item.reason, /not well-formed/);
});

/** A definition with these criteria about one package, `x`: it is there, or is below 1-1. */
function ovalOf(
  criteria: string,
  definition = 'class="patch" id="oval:com.oracle.elsa:def:1"',
  advisory = '',
): Buffer {
  return Buffer.from(`<oval_definitions xmlns="o"><definitions>
    <definition ${definition}><metadata><title>ELSA-2021-9151</title>
    <reference source="CVE" ref_id="CVE-2021-3449"/>${advisory}</metadata>${criteria}</definition></definitions>
    <tests><textfilecontent54_test id="ol"/><rpminfo_test id="x"><object object_ref="x"/><state state_ref="x"/></rpminfo_test>
    <rpminfo_test id="any"><object object_ref="x"/></rpminfo_test></tests>
    <objects><rpminfo_object id="x"><name>x</name></rpminfo_object></objects>
    <states><rpminfo_state id="x"><evr operation="less than">1-1</evr></rpminfo_state></states></oval_definitions>`);
}

const OL8 = '<criterion test_ref="ol" comment="Oracle Linux 8 is installed"/>';
const X = '<criterion test_ref="x" comment="x is earlier than 1-1"/>';

test('criteria: AND and OR nest, and a negation turns them around', () => {
  const below = before('1-1');
  const from = [{ introduced: '1-1', fixed: null, lastAffected: null }];
  for (const [criteria, intervals] of [
    [`<criteria>${OL8}${X}</criteria>`, below],
    [`<criteria operator="OR"><criteria>${OL8}${X}</criteria></criteria>`, below],
    [`<criteria>${OL8}<criteria negate="true">${X}</criteria></criteria>`, from],
    [`<criteria>${OL8}<criterion negate="true" test_ref="x" comment="x"/></criteria>`, from],
    // not (not OL 8 or not x below 1-1)
    [
      `<criteria operator="OR" negate="true"><criteria negate="true">${OL8}</criteria><criteria negate="true">${X}</criteria></criteria>`,
      below,
    ],
  ] as const) {
    const [item] = readFeed('oval.xml', ovalOf(criteria));
    assert.ok(item?.kind === 'advisory', `${criteria}: ${JSON.stringify(item)}`);
    assert.deepEqual(item.advisory.affected[0]?.intervals, intervals, criteria);
  }
});

test('Red Hat: modules by their comments, unfixed flaws with how they are dealt with', () => {
  const criteria = `<criteria><criterion test_ref="ol" comment="Red Hat Enterprise Linux 8 is installed"/>
    <criterion test_ref="ol" comment="Module nodejs:12 is enabled"/>
    <criterion test_ref="any" comment="x is installed"/></criteria>`;
  for (const [state, status, statusWord] of [
    ['Affected', 'affected', null],
    ['Will not fix', 'will_not_fix', 'Will not fix'],
    ['Fix deferred', 'deferred', 'Fix deferred'],
    ['Out of support scope', 'end_of_life', 'Out of support scope'],
  ] as const) {
    const advisory = `<advisory><affected><resolution state="${state}"><component>nodejs:12/x</component></resolution></affected></advisory>`;
    const definition = 'class="vulnerability" id="oval:com.redhat.cve:def:1"';
    const [item] = readFeed('rhel-8.oval.xml', ovalOf(criteria, definition, advisory));
    assert.ok(item?.kind === 'advisory');
    const [entry] = item.advisory.affected;
    assert.deepEqual(
      [entry?.ecosystem, entry?.module, entry?.status, entry?.statusWord],
      ['Red Hat:8', 'nodejs:12', status, statusWord],
    );
  }
});

test('definitions of others are passed over', () => {
  const [item] = readFeed('oval.xml', ovalOf('', 'class="patch" id="oval:com.example:def:1"'));
  assert.equal(item?.kind, 'skipped');
});

test('criteria that cannot be kept are rejected with the reason', () => {
  const choice = `<criteria operator="OR">${X.repeat(100)}</criteria>`;
  for (const [criteria, reason] of [
    [`<criteria operator="XOR">${OL8}${X}</criteria>`, /operator other than AND and OR/],
    [`<criteria>${OL8}${choice.repeat(20)}</criteria>`, /too many/],
    [`<criteria>${X}</criteria>`, /no release/],
    [`<criteria>${X}<criteria negate="true">${OL8}</criteria></criteria>`, /no release/],
    [
      `<criteria>${OL8}<criterion test_ref="absent" comment=""/></criteria>`,
      /test that the document does not have/,
    ],
    [`<criteria>${OL8}${X}<criterion negate="true" test_ref="x" comment=""/></criteria>`, null],
  ] as const) {
    const [item] = readFeed('oval.xml', ovalOf(criteria));
    assert.equal(item?.kind, reason === null ? 'advisory' : 'rejected', criteria.slice(0, 200));
    if (item?.kind === 'rejected' && reason !== null) assert.match(item.reason, reason);
  }
});
