import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAdvisories, readFeed } from '../../../../test/advisories/feed-fixtures.ts';

const before = (fixed: string) => [{ introduced: null, fixed, lastAffected: null }];

test('Amazon Linux 2: builds with their epochs, the flaws referred to, dates in UTC (ALAS2-2018-942)', () => {
  const qemu = readAdvisories('updateinfo/amazon-2.xml').get('ALAS2-2018-942');
  assert.equal(qemu?.source, 'amazon');
  assert.deepEqual(qemu.covers, ['CVE-2017-5715']);
  assert.equal(qemu.published, '2018-02-07T18:49:00Z');
  assert.equal(qemu.modified, '2018-02-08T21:46:00Z');
  assert.deepEqual(qemu.severities, [{ kind: 'word', word: 'important', level: 'high' }]);
  assert.equal(qemu.url, 'https://alas.aws.amazon.com/AL2/ALAS-2018-942.html');
  assert.deepEqual(
    qemu.affected.map(({ ecosystem, name, naming, intervals }) => [ecosystem, name, naming, intervals]),
    ['qemu-kvm', 'qemu-img'].map((name) => [
      'Amazon Linux:2',
      name,
      'binary',
      before('10:1.5.3-141.amzn2.5.3'),
    ]),
  );
});

test('Amazon Linux 2023: architectures are joined, symbols for debuggers left out (ALAS2023-2023-001)', () => {
  const rsyslog = readAdvisories('updateinfo/amazon-2023.xml').get('ALAS2023-2023-001');
  assert.deepEqual(
    rsyslog?.affected.map(({ ecosystem, name, architectures }) => [ecosystem, name, architectures]),
    ['rsyslog-openssl', 'rsyslog'].map((name) => ['Amazon Linux:2023', name, ['aarch64', 'i686', 'x86_64']]),
  );
  assert.equal(rsyslog.url, 'https://alas.aws.amazon.com/AL2023/ALAS-2023-001.html');
});

/** A minimal erratum; what the test is about stands in its identifier and its one build. */
function updateOf(id: string, release: string, rest = ''): Buffer {
  return Buffer.from(
    `<updates><update status="final" type="security"><id>${id}</id><references><reference type="cve" id="CVE-2021-3753"/>` +
      `</references><pkglist><collection short="x">${rest}<package name="kernel" epoch="0" version="5.10.62"` +
      ` release="${release}" arch="x86_64"/></collection></pkglist></update></updates>`,
  );
}

test('releases and streams by identifier; topics of the extras are their repositories (ALASKERNEL-5.10-2022-005)', () => {
  for (const [id, release, ecosystem, channel] of [
    ['ALAS-2018-939', '38.79.amzn1', 'Amazon Linux:1', null],
    ['ALAS2-2018-939', '38.79.amzn2', 'Amazon Linux:2', null],
    ['ALASKERNEL-5.10-2022-005', '55.141.amzn2', 'Amazon Linux:2', 'amzn2extra-kernel-5.10'],
    ['ALAS2NGINX1-2023-003', '1.amzn2', 'Amazon Linux:2', 'amzn2extra-nginx1'],
    ['ALAS2023LIVEPATCH-2023-001', '1.amzn2023', 'Amazon Linux:2023', 'kernel-livepatch'],
    ['ALSA-2021:3253', '10.el8_4.1', 'AlmaLinux:8', null],
    ['ALSA-2020:0279', '3.module_el8.3.0+2048+e7a0a3ea', 'AlmaLinux:8', null],
    ['ELSA-2021-9151', '15.el8_3', 'Oracle Linux:8', null],
    ['FEDORA-2023-6d4055d482', '1.fc36', 'Fedora:36', null],
    ['FEDORA-EPEL-2017-a8886eb42e', '16.el7.1', 'EPEL:7', null],
    ['RXSA-2022:0001', '1.el9_0', 'Rocky Linux:9', null],
  ] as const) {
    const [item] = readFeed('updateinfo.xml', updateOf(id, release));
    assert.ok(item?.kind === 'advisory', `${id}: ${JSON.stringify(item)}`);
    const [entry] = item.advisory.affected;
    assert.deepEqual([entry?.ecosystem, entry?.channel], [ecosystem, channel], id);
  }
});

test('what cannot be placed is rejected by itself', () => {
  for (const [id, release, reason] of [
    ['XYZ-2023-1', '1.el8', /unknown publisher/],
    ['ELSA-2021-9151', '1', /no release/],
    ['ALAS7-x', '1', /no release/],
  ] as const) {
    const [item] = readFeed('updateinfo.xml', updateOf(id, release));
    assert.ok(item?.kind === 'rejected', id);
    assert.match(item.reason, reason, id);
  }
});

test('Rocky: bug fixes are passed over, module streams are those of the builds (RLSA-2019:1972)', () => {
  const items = readFeed('updateinfo/rocky-8.xml');
  assert.deepEqual(
    items.filter(({ kind }) => kind !== 'advisory'),
    [{ kind: 'skipped', reason: 'an erratum that fixes no security flaw' }],
  );
  const advisories = readAdvisories('updateinfo/rocky-8.xml');
  assert.deepEqual(advisories.get('RLSA-2021:2575')?.covers, ['CVE-2021-3520']);
  // the title says ruby:2.5, the builds are of 2.6
  assert.deepEqual(
    advisories
      .get('RLSA-2019:1972')
      ?.affected.map(({ name, module, architectures }) => [name, module, architectures]),
    [
      ['rubygem-abrt', 'ruby:2.6', []],
      ['rubygem-bson', 'ruby:2.6', ['x86_64']],
    ],
  );
});

test('the index of a repository is passed over, and a file that is cut off says so behind what was read', () => {
  assert.deepEqual(
    readFeed('updateinfo/repomd.xml').map(({ kind }) => kind),
    ['skipped'],
  );
  const whole = updateOf('ALAS2-2018-939', '38.79.amzn2').toString();
  const kinds = readFeed('cut.xml', Buffer.from(whole.slice(0, -5))).map(({ kind }) => kind);
  assert.deepEqual(kinds, ['advisory', 'rejected']);
});
