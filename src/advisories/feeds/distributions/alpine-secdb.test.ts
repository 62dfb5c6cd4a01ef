import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAdvisories, readFeed } from '../../../../test/advisories/feed-fixtures.ts';

const V3_18 = 'alpine-secdb/v3.18/main.json';

test('each fix becomes the end of an interval in the branch’s own ecosystem', () => {
  const flaw = readAdvisories(V3_18).get('CVE-2022-48174');
  assert.equal(flaw?.url, 'https://security.alpinelinux.org/vuln/CVE-2022-48174');
  assert.deepEqual(flaw.affected, [
    {
      ecosystem: 'Alpine:v3.18',
      name: 'busybox',
      naming: 'source',
      scheme: 'apk',
      status: 'affected',
      statusWord: null,
      intervals: [{ introduced: null, fixed: '1.36.1-r1', lastAffected: null }],
      versions: [],
      severities: [],
      architectures: [],
      module: null,
      channel: null,
      platforms: [],
    },
  ]);
});

test('version 0 means never affected', () => {
  const [affected] = readAdvisories(V3_18).get('CVE-2021-42373')?.affected ?? [];
  assert.equal(affected?.status, 'not_affected');
  assert.deepEqual(affected.intervals, []);
});

test('several identifiers in one string: an umbrella covers its CVEs and is no alias of them', () => {
  const advisories = readAdvisories(V3_18);
  const umbrella = advisories.get('XSA-201');
  assert.deepEqual(umbrella?.covers, ['CVE-2016-9815', 'CVE-2016-9816', 'CVE-2016-9817', 'CVE-2016-9818']);
  assert.deepEqual(advisories.get('CVE-2016-9815')?.aliases, []);
  assert.deepEqual(advisories.get('CVE-2016-9815')?.affected[0]?.intervals[0]?.fixed, '4.7.1-r3');
});

test('identifiers of others than CVE stay, words of remarks do not', () => {
  assert.ok(readAdvisories(V3_18).has('ALPINE-13661'));
  const remarked = [...readAdvisories('alpine-secdb/v3.11/main.json').keys()];
  assert.ok(remarked.includes('CVE-2018-10103'));
  assert.ok(remarked.includes('CVE-2018-16227')); // "CVE-2018-16227 (802.11)"
  assert.deepEqual(
    remarked.filter((id) => !id.startsWith('CVE-')),
    [],
  );
});

test('the retired YAML form reads the same, and versions stay text', () => {
  const advisories = readAdvisories('alpine-secdb/legacy-v3.5-main.yaml');
  const [affected] = advisories.get('CVE-2016-9587')?.affected ?? [];
  assert.equal(affected?.ecosystem, 'Alpine:v3.5');
  assert.equal(affected.intervals[0]?.fixed, '2.2.1.0-r0');
});

test('other distributions that publish in this form are told by where their packages lie', () => {
  for (const [path, source, ecosystem] of [
    ['alpine-secdb/minimos-security.json', 'minimos', 'MinimOS'],
    ['alpine-secdb/secureos.json', 'secureos', 'SecureOS'],
    ['alpine-secdb/legacy-v3.5-main.yaml', 'alpine-secdb', 'Alpine:v3.5'],
  ] as const) {
    const [first] = readAdvisories(path).values();
    assert.deepEqual([first?.source, first?.affected[0]?.ecosystem], [source, ecosystem]);
  }
  for (const [urlprefix, ecosystem] of [
    ['https://packages.wolfi.dev/os', 'Wolfi'],
    ['https://packages.cgr.dev/chainguard', 'Chainguard'],
  ] as const) {
    const packages = [{ pkg: { name: 'zlib', secfixes: { '1.2.12-r0': ['CVE-2018-25032'] } } }];
    const [item] = readFeed('security.json', Buffer.from(JSON.stringify({ urlprefix, packages })));
    assert.equal(item?.kind === 'advisory' ? item.advisory.affected[0]?.ecosystem : null, ecosystem);
  }
});

const file = (packages: unknown) => Buffer.from(JSON.stringify({ reponame: 'main', packages }));

test('the branch may stand in the path only, and edge is a branch', () => {
  const packages = [{ pkg: { name: 'zlib', secfixes: { '1.2.12-r0': ['CVE-2018-25032'] } } }];
  for (const [path, ecosystem] of [
    ['secdb/vedge/main.json', 'Alpine:edge'],
    ['v3.20/community.json', 'Alpine:v3.20'],
  ] as const) {
    const [item] = readFeed(path, file(packages));
    assert.equal(item?.kind === 'advisory' ? item.advisory.affected[0]?.ecosystem : null, ecosystem);
  }
  assert.equal(readFeed('main.json', file(packages))[0]?.kind, 'rejected');
  assert.equal(readFeed('v3.20/main.json', file([{ pkg: { name: 'x' } }]))[0]?.kind, 'rejected');
});

test('SecureOS: several fixes are one for each line of releases, and a flaw may have none', () => {
  const advisories = readAdvisories('alpine-secdb/secureos.json');
  const [rqlite] = advisories.get('CVE-2025-47914')?.affected ?? [];
  assert.deepEqual(
    rqlite?.intervals.map(({ introduced, fixed }) => [introduced, fixed]),
    [
      [null, '9.3.0-r1'],
      ['9.3.1-r0', '9.3.1-r1'],
      ['9.3.2-r0', '9.3.2-r2'],
    ],
  );
  // "None" stands where others have a version
  const [unfixed] = advisories.get('CVE-2022-4203')?.affected ?? [];
  assert.deepEqual([unfixed?.status, unfixed?.intervals], ['affected', []]);
  assert.equal(advisories.get('CVE-2022-3996')?.affected[0]?.status, 'not_affected');
});
