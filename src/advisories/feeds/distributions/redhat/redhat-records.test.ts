/** What Red Hat publishes beside its CSAF documents: its API, its repositories, and what it took back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAdvisories, readAdvisory, readFeed } from '../../../../../test/advisories/feed-fixtures.ts';
import { redHatFixState } from '../../../vocabulary/redhat.ts';

test('the API, CVE-2021-25220 of bind: source packages by release and stream', () => {
  const bind = readAdvisory('redhat-hydra/cve-2021-25220.json');
  assert.equal(bind.source, 'redhat-api');
  assert.equal(bind.published, '2022-03-16T00:00:00Z');
  assert.deepEqual(
    bind.severities.map((severity) => (severity.kind === 'cvss' ? severity.vector : severity.word)),
    ['CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:C/C:N/I:H/A:N', 'Moderate'],
  );
  assert.deepEqual(
    bind.affected.map(({ ecosystem, channel, naming, name, intervals }) => [
      ecosystem,
      channel,
      naming,
      name,
      intervals[0]?.fixed,
    ]),
    [
      ['Red Hat:6', 'els:6', 'source', 'bind', '32:9.8.2-0.68.rc1.el6_10.17'],
      ['Red Hat:8', null, 'source', 'bind9.16', '32:9.16.23-0.9.el8.1'],
      ['Red Hat:8', null, 'source', 'bind', '32:9.11.36-5.el8'],
      ['Red Hat:8', 'eus:8.6', 'source', 'bind', '32:9.11.36-3.el8_6.7'],
      ['Red Hat:8', 'eus:8.6', 'source', 'dhcp', '12:4.3.6-47.el8_6.2'],
    ],
  );
});

test('the API, CVE-2022-1921 of GStreamer: states, also of packages in a module', () => {
  const { affected } = readAdvisory('redhat-hydra/cve-2022-1921.json');
  assert.deepEqual(
    affected.map(({ ecosystem, name, module, status, intervals }) => [
      ecosystem,
      name,
      module,
      status,
      intervals[0]?.fixed ?? null,
    ]),
    [
      ['Red Hat:9', 'gstreamer1-plugins-good', null, 'affected', '1.18.4-6.el9'],
      ['Red Hat:6', 'gstreamer-plugins-good', null, 'end_of_life', null],
      ['Red Hat:7', 'gstreamer1-plugins-good', null, 'end_of_life', null],
      ['Red Hat:7', 'gstreamer-plugins-good', null, 'end_of_life', null],
      ['Red Hat:8', 'gstreamer1-plugins-good', null, 'will_not_fix', null],
      ['Red Hat:8', 'gstreamer1-plugins-good', 'libreoffice:flatpak', 'will_not_fix', null],
      ['Red Hat:9', 'gstreamer1-plugins-good', 'libreoffice:flatpak', 'affected', null],
    ],
  );
});

test('the API: modules and images as a whole, unknown states, foreign products', () => {
  const flaw = {
    name: 'CVE-2024-0001',
    threat_severity: 'Low',
    bugzilla: {},
    affected_release: [
      { cpe: 'cpe:/a:redhat:enterprise_linux:8', package: 'nodejs:16-8040020220622123333.f96fc5a0' },
      { cpe: 'cpe:/a:redhat:acm:2.4::el8', package: 'rhacm2/search-rhel8:v2.4.1-1' },
      { cpe: 'cpe:/a:redhat:jboss_data_grid:8' },
      { cpe: 'cpe:/o:other:linux:1', package: 'a-0:1-1' },
    ],
    package_state: [
      { cpe: 'cpe:/a:redhat:openshift:4', package_name: 'openshift4/ose-cli', fix_state: 'Affected' },
      { cpe: 'cpe:/o:redhat:enterprise_linux:9', package_name: 'bash', fix_state: 'Perhaps' },
    ],
  };
  assert.deepEqual(
    readFeed('x.json', Buffer.from(JSON.stringify(flaw))).map((item) => 'reason' in item && item.reason),
    [
      'a fix of a module or image as a whole',
      'a fix of a product as a whole',
      'a product without a CPE name of Red Hat',
      'the state of an image',
      'a state that Red Hat does not explain',
    ],
  );
  const [broken] = readFeed('x.json', Buffer.from(JSON.stringify({ ...flaw, package_state: 'all' })));
  assert.equal(broken?.kind === 'rejected' ? broken.record : null, 'x.json: CVE-2024-0001');
});

test('the API’s list of flaws names no products', () => {
  assert.deepEqual(readFeed('redhat-hydra/cve-list.json'), [
    { kind: 'skipped', reason: 'a summary of a flaw that names packages without products' },
  ]);
});

test('the words for what has no fix', () => {
  assert.deepEqual(redHatFixState('Fix deferred'), { status: 'deferred', statusWord: 'Fix deferred' });
  assert.deepEqual(redHatFixState('will not fix '), { status: 'will_not_fix', statusWord: 'will not fix' });
  assert.deepEqual(redHatFixState('Affected'), { status: 'affected', statusWord: null });
  assert.equal(redHatFixState('Perhaps'), null);
});

test('repositories with the CPE names of their products', () => {
  const [first] = readFeed('redhat-repositories/repository-to-cpe.json');
  assert.deepEqual(first, {
    kind: 'repository',
    source: 'redhat',
    name: '3scale-amp-2-for-rhel-8-ppc64le-debug-rpms',
    platforms: [
      'cpe:/a:redhat:3scale_amp:2.11::el8',
      'cpe:/a:redhat:3scale_amp:2.12::el8',
      'cpe:/a:redhat:3scale_amp:2.8::el8',
    ],
  });
  const broken = {
    data: { sound: { cpes: ['cpe:/a:redhat:x'] }, one: { cpes: [5] }, two: [], 'a\nb': { cpes: [] } },
  };
  assert.deepEqual(
    readFeed('x.json', Buffer.from(JSON.stringify(broken))).map(({ kind }) => kind),
    ['repository', 'rejected', 'rejected', 'rejected'],
  );
});

test('what was taken back is withdrawn from that day on', () => {
  const withdrawn = readAdvisories('redhat-deletions/deletions.csv');
  assert.deepEqual(
    [...withdrawn.values()].map(({ id, source, withdrawn: day, modified, affected }) => [
      id,
      source,
      day,
      modified,
      affected.length,
    ]),
    [
      ['RHEA-2024:5245', 'redhat', '2025-02-07T17:44:49Z', '2025-02-07T17:44:49Z', 0],
      ['RHSA-2024:2106', 'redhat', '2024-12-01T21:27:56Z', '2024-12-01T21:27:56Z', 0],
    ],
  );
});

test('a document of which only the mark of its deletion is left counts where the mark has a day', () => {
  assert.deepEqual(readFeed('redhat-deletions/delete_CVE-2023-0030.json'), [
    { kind: 'skipped', reason: 'a deletion without a day' },
  ]);
  const tracking = { id: 'CVE-2023-0030', status: 'deleted', current_release_date: '2025-01-01T00:00:00Z' };
  const [item] = readFeed('x.json', Buffer.from(JSON.stringify({ document: { tracking } })));
  assert.ok(item?.kind === 'advisory');
  assert.deepEqual([item.advisory.source, item.advisory.withdrawn], ['redhat-vex', '2025-01-01T00:00:00Z']);
});

test('lines that are no deletions are rejected, each alone', () => {
  const text =
    '"2024/rhsa-2024_0010.json","2025-02-18T14:28:08+00:00"\n"../../etc","x"\n\n"2024/other-2024_1.json","2025-02-18"\n';
  assert.deepEqual(
    readFeed('csaf/deletions.csv', Buffer.from(text)).map(({ kind }) => kind),
    ['advisory', 'rejected', 'rejected'],
  );
});
