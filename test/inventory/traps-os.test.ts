/**
 * Where scanners of operating systems' packages are known to go wrong, one test a trap. What each cataloger does in full
 * is tested beside it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { fixture, fixtureTree, inventoryOf, type LayerFiles } from './layer-stack.ts';
import { readRpmFixture } from './rpm-fixtures.ts';

const STATUS = 'var/lib/dpkg/status';
const APK = 'lib/apk/db/installed';

function purlsOf(...stack: readonly LayerFiles[]): string[] {
  return inventoryOf(stack)
    .packages.map(({ purl }) => String(purl))
    .sort();
}

function paragraph(name: string, fields: Readonly<Record<string, string>> = {}): string {
  const all = {
    Package: name,
    Status: 'install ok installed',
    Architecture: 'amd64',
    Version: '1',
    ...fields,
  };
  return `${Object.entries(all)
    .map(([field, value]) => `${field}: ${value}\n`)
    .join('')}\n`;
}

test('distroless status.d without file lists', () => {
  const { packages, coverage } = inventoryOf([
    { 'var/lib/dpkg/status.d/base': 'Package: base-files\nVersion: 12.4\nArchitecture: amd64\n' },
  ]);
  assert.deepEqual(
    packages.map(({ purl, files }) => [purl, files]),
    [['pkg:deb/base-files@12.4?arch=amd64', []]],
  );
  assert.deepEqual(coverage, []);
});

test('dpkg status `deinstall ok config-files`', () => {
  const status = paragraph('kept') + paragraph('removed', { Status: 'deinstall ok config-files' });
  assert.deepEqual(purlsOf({ [STATUS]: status }), ['pkg:deb/kept@1?arch=amd64']);
});

test('dpkg Architecture all and foreign architectures', () => {
  const status =
    paragraph('tzdata', { Architecture: 'all' }) +
    paragraph('libc6') +
    paragraph('libc6', { Architecture: 'i386' });
  assert.deepEqual(purlsOf({ [STATUS]: status }), [
    'pkg:deb/libc6@1?arch=amd64',
    'pkg:deb/libc6@1?arch=i386',
    'pkg:deb/tzdata@1?arch=all',
  ]);
});

test('rpm gpg-pubkey entries: listed as rpm -qa does, and of no source', () => {
  const { packages } = inventoryOf([{ 'var/lib/rpm/rpmdb.sqlite': readRpmFixture('rebuilt-fedora35') }]);
  const keys = packages.filter(({ name }) => name === 'gpg-pubkey');
  assert.ok(keys.length > 0);
  for (const { architecture, source, files } of keys) {
    assert.deepEqual([architecture, source, files], [null, null, []]);
  }
});

test('apk virtual packages (`.deps`)', () => {
  const [deps, buildDeps] = ['.deps', '.build-deps'].map(
    (name) => `P:${name}\nV:1-r0\nA:x86_64\nT:virtual meta package\nD:gcc\n\n`,
  );
  const gcc = 'P:gcc\nV:13-r0\nA:x86_64\nF:usr/bin\nR:gcc\n\n';
  assert.deepEqual(purlsOf({ [APK]: `${deps}${buildDeps}${gcc}` }), ['pkg:apk/gcc@13-r0?arch=x86_64']);
});

test('Alpine edge repository on a stable release', () => {
  const alpine = { 'etc/os-release': 'ID=alpine\nVERSION_ID=3.20.3\n', [APK]: 'P:a\nV:1\nA:x86_64\n\n' };
  const repositories = (lines: string) => ({ ...alpine, 'etc/apk/repositories': lines });
  const edge = inventoryOf([repositories('https://mirror.example/alpine/edge/main\n')]);
  assert.equal(edge.distribution?.rolling, true);
  const tagged = inventoryOf([repositories('@edge https://mirror.example/alpine/edge/main\n')]);
  assert.equal(tagged.distribution?.rolling, false);
});

test('os-release without VERSION_ID', () => {
  for (const id of ['debian', 'arch', 'void']) {
    const { distribution, packages } = inventoryOf([
      { 'etc/os-release': `ID=${id}\nNAME=x\n`, [STATUS]: paragraph('a') },
    ]);
    assert.deepEqual([distribution?.versionId, distribution?.rolling], [null, true]);
    assert.equal(packages[0]?.purl, `pkg:deb/${id}/a@1?arch=amd64&distro=${id}`);
  }
});

test('derived distributions (ID_LIKE) keep their own name', () => {
  const release = 'ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="21.3"\n';
  const { distribution, packages } = inventoryOf([{ 'etc/os-release': release, [STATUS]: paragraph('a') }]);
  assert.deepEqual([distribution?.id, distribution?.idLike], ['linuxmint', ['ubuntu', 'debian']]);
  assert.equal(packages[0]?.purl, 'pkg:deb/linuxmint/a@1?arch=amd64&distro=linuxmint-21.3');
});

test('usr-merge symlinks: what a database lists below /lib it owns below /usr/lib', () => {
  const { packages } = inventoryOf([
    {
      lib: { link: 'usr/lib' },
      'usr/lib/node_modules/m/package.json': '{"name":"m","version":"1.0.0"}',
      'var/lib/pacman/local/m-1-1/desc': '%NAME%\nm\n\n%VERSION%\n1-1\n',
      'var/lib/pacman/local/m-1-1/files': '%FILES%\nlib/node_modules/m/\nlib/node_modules/m/package.json\n',
    },
  ]);
  assert.equal(packages.find(({ type }) => type === 'npm')?.ownedBy, 'pkg:alpm/m@1-1');
});

test('rpmdb in three places, and in three formats at once after an upgrade', () => {
  const old = readRpmFixture('rebuilt-centos7-plain');
  const { packages, coverage } = inventoryOf([
    {
      'var/lib/rpm/Packages': old,
      'var/lib/rpm/Packages.db': readRpmFixture('real-sle15-small'),
      'usr/lib/sysimage/rpm/rpmdb.sqlite': readRpmFixture('rebuilt-fedora35'),
    },
  ]);
  assert.deepEqual(
    [...new Set(packages.map(({ evidence: [main] }) => main?.path))],
    ['usr/lib/sysimage/rpm/rpmdb.sqlite'],
  );
  assert.deepEqual(coverage.map(({ subject }) => subject).sort(), [
    'var/lib/rpm/Packages',
    'var/lib/rpm/Packages.db',
  ]);
});

test('several versions in different layers (whiteouts)', () => {
  const older = { 'var/lib/pacman/local/a-1-1/desc': '%NAME%\na\n\n%VERSION%\n1-1\n' };
  const newer = {
    'var/lib/pacman/local/a-1-1': null,
    'var/lib/pacman/local/a-2-1/desc': '%NAME%\na\n\n%VERSION%\n2-1\n',
  };
  assert.deepEqual(purlsOf(older, newer), ['pkg:alpm/a@2-1']);
  const store = 'nix/store/7sz63yhzp487bs2sy2yi2b024w97y5hd-a-1';
  assert.deepEqual(purlsOf({ [`${store}/f`]: '' }, { [store]: null }), []);
});

test('Wolfi’s SPDX documents beside the database restate it and are not counted', () => {
  const document = JSON.stringify({
    spdxVersion: 'SPDX-2.3',
    packages: [{ name: 'a', versionInfo: '1-r0' }],
  });
  assert.deepEqual(
    purlsOf({ [APK]: 'P:a\nV:1-r0\nA:x86_64\n\n', 'var/lib/db/sbom/a-1-r0.spdx.json': document }),
    ['pkg:apk/a@1-r0?arch=x86_64'],
  );
});

test('Windows layers hold their files below Files', () => {
  assert.deepEqual(
    purlsOf({
      'Files/Windows/System32/config/SOFTWARE': gunzipSync(fixture('os/SOFTWARE.gz')),
      'Files/app/node_modules/m/package.json': '{"name":"m","version":"1.0.0"}',
    }),
    ['pkg:generic/microsoft/windows@10.0.17763.6532', 'pkg:npm/m@1.0.0'],
  );
});

test('a package manager of its own beside the distribution’s: both are told', () => {
  const found = purlsOf({ ...fixtureTree('os/nix.tar.gz'), [STATUS]: paragraph('a') });
  assert.equal(found.filter((purl) => purl.startsWith('pkg:nix/')).length, 6);
  assert.equal(found.filter((purl) => purl.startsWith('pkg:deb/')).length, 1);
});
