import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FEEDS, readAdvisory, readFeed } from '../../../../test/advisories/feed-fixtures.ts';

const LTSS = 'cvrf/cvrf-suse-su-2019-14018-1.xml';

test('SUSE: builds in products, with their paid streams (SUSE-SU-2019:14018-1)', () => {
  const python = readAdvisory(LTSS);
  assert.equal(python.source, 'suse');
  assert.deepEqual(
    python.affected.map(({ ecosystem, channel, name, naming, intervals }) => [
      ecosystem,
      channel,
      name,
      naming,
      intervals[0]?.fixed,
    ]),
    [
      ['SUSE:Linux Enterprise Point of Sale 11 SP3', null, '2.6-8.40.24.1', '2.6.9-40.24.1'],
      ['SUSE:Linux Enterprise Server 11 SP4', 'ltss', '2.6-8.40.24.1', '2.6.9-40.24.1'],
      ['SUSE:Linux Enterprise Server for SAP Applications 11 SP4', 'ltss', '2.6-8.40.24.1', '2.6.9-40.24.1'],
    ].flatMap(([ecosystem, channel, doc, fixed]) => [
      [ecosystem, channel, 'python', 'binary', fixed],
      [ecosystem, channel, 'python-doc', 'binary', doc],
    ]),
  );
});

test('openSUSE: the release is the product (openSUSE-SU-2018:1633-1)', () => {
  const glibc = readAdvisory('cvrf/cvrf-opensuse-su-2018-1633-1.xml');
  assert.deepEqual(
    glibc.affected.map(({ ecosystem, name }) => [ecosystem, name]),
    [
      ['openSUSE:Leap 15.0', 'glibc'],
      ['openSUSE:Leap 15.0', 'glibc-devel'],
    ],
  );
});

test('SUSE: a document in another encoding than it says is read, and without products says nothing (openSUSE-SU-2016:0874-1)', () => {
  assert.deepEqual(
    readFeed('cvrf/cvrf-opensuse-su-2016-0874-1.xml').filter(({ kind }) => kind !== 'flaw'),
    [{ kind: 'skipped', reason: 'a CVRF document names no packages with their products' }],
  );
});

test('openEuler: source packages of each release, vectors of CVSS 3 without their prefix (openEuler-SA-2023-1374)', () => {
  const items = readFeed('cvrf/cvrf-openEuler-SA-2023-1374.xml');
  const [advisory] = items.flatMap((item) => (item.kind === 'advisory' ? [item.advisory] : []));
  assert.equal(advisory?.id, 'openEuler-SA-2023-1374');
  assert.deepEqual(advisory.covers, ['CVE-2023-2952', 'CVE-2023-0667']);
  assert.deepEqual(
    advisory.affected.map(({ ecosystem, name, naming, intervals }) => [
      ecosystem,
      name,
      naming,
      intervals[0]?.fixed,
    ]),
    [['openEuler:22.03-LTS-SP1', 'wireshark', 'source', '3.6.14-1.oe2203sp1']],
  );
  const [flaw] = items.flatMap((item) => (item.kind === 'flaw' ? [item.flaw] : []));
  assert.deepEqual(flaw?.severities, [
    { kind: 'cvss', version: '3.1', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:N/I:N/A:H' },
    { kind: 'word', word: 'Medium', level: 'medium' },
  ]);
});

test('openEuler: one update of two releases (openEuler-SA-2021-1033)', () => {
  const { affected } = readAdvisory('cvrf/cvrf-openEuler-SA-2021-1033.xml');
  assert.deepEqual(
    affected.map(({ ecosystem }) => ecosystem),
    ['openEuler:20.03-LTS', 'openEuler:20.03-LTS-SP1'],
  );
});

test('flaws that an update fixes in different packages are records of their own', () => {
  const text = readFileSync(join(FEEDS, LTSS), 'utf8');
  // without the second flaw's fix in python-doc
  const at = text.lastIndexOf('<ProductStatuses>');
  const changed =
    text.slice(0, at) + text.slice(at).replaceAll(/<ProductID>[^<]*python-doc[^<]*<\/ProductID>/g, '');
  const advisories = readFeed('changed.xml', Buffer.from(changed)).flatMap((item) =>
    item.kind === 'advisory' ? [[item.advisory.id, item.part, item.advisory.affected.length] as const] : [],
  );
  assert.deepEqual(
    advisories.map(([, part, entries]) => [part, entries]),
    [
      ['SUSE-SU-2019:14018-1', 6],
      ['SUSE-SU-2019:14018-1', 3],
    ],
  );
  for (const [id] of advisories) assert.match(id, /^CVE-/);
});

test('documents of others and broken ones are rejected', () => {
  for (const [text, reason] of [
    [
      '<cvrfdoc xmlns="x"><DocumentTracking><Identification><ID>cisco-sa-1</ID></Identification></DocumentTracking></cvrfdoc>',
      /publisher/,
    ],
    ['<cvrfdoc xmlns="x"><DocumentTracking>', /not well-formed/],
  ] as const) {
    const [item] = readFeed('x.xml', Buffer.from(text));
    assert.ok(item?.kind === 'rejected');
    assert.match(item.reason, reason);
  }
});
