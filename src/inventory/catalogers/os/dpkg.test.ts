import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fixture, fixtureTree, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { dpkgCataloger, type DpkgRecord } from './dpkg.ts';

const STATUS = 'var/lib/dpkg/status';

function read(path: string, text: string) {
  return dpkgCataloger.read({ path, content: Buffer.from(text) });
}

function catalog(files: Readonly<Record<string, string>>) {
  const records = new Map<string, DpkgRecord>();
  for (const [path, text] of Object.entries(files)) {
    const { record } = read(path, text);
    if (record !== null) records.set(path, record as DpkgRecord);
  }
  return dpkgCataloger.catalog(records, { distribution: null }).packages;
}

test('Debian 12: every package as dpkg-query prints it', () => {
  const { packages, coverage, distribution } = inventoryOf([fixtureTree('debian/bookworm-minbase.tar.gz')]);
  const [, ...rows] = fixture('debian/bookworm-minbase.expected.tsv').toString().trim().split('\n');
  const expected = rows
    .map((row) => row.split('\t').slice(1, 6))
    .sort((a, b) => (String(a) < String(b) ? -1 : 1));
  assert.equal(expected.length, 88);
  assert.deepEqual(
    packages.map(({ name, version, architecture, source }) => [
      name,
      version,
      architecture,
      source?.name,
      source?.version,
    ]),
    expected,
  );
  assert.deepEqual(coverage, []);
  assert.equal(distribution?.path, 'usr/lib/os-release');
});

test('Debian 12: a package with architecture in the name of its file list', () => {
  const { packages } = inventoryOf([fixtureTree('debian/bookworm-minbase.tar.gz')]);
  const libc = packages.find(({ name }) => name === 'libc6') ?? assert.fail();
  assert.equal(libc.purl, 'pkg:deb/debian/libc6@2.36-9%2Bdeb12u14?arch=amd64&distro=debian-12');
  assert.equal(libc.supplier, 'GNU Libc Maintainers <debian-glibc@lists.debian.org>');
  assert.equal(libc.description, 'GNU C Library: Shared libraries');
  assert.deepEqual(libc.dependencies, ['libgcc-s1']);
  assert.deepEqual(
    libc.evidence.map(({ path }) => path),
    [STATUS, 'var/lib/dpkg/info/libc6:amd64.list'],
  );
  assert.ok(libc.files.includes('lib/x86_64-linux-gnu/libc.so.6'));
  assert.ok(!libc.files.includes('lib/x86_64-linux-gnu'), 'a directory is not owned');
});

test('distroless: packages without Status, beside their checksums', () => {
  const a = inventoryOf([fixtureTree('debian/distroless-a.tar.gz')]).packages;
  assert.deepEqual(
    a.map(({ name, version, source, evidence }) => [name, version, source?.name, evidence[0]?.path]),
    [
      ['dash', '0.5.8-2.4', 'dash', 'var/lib/dpkg/status.d/dash'],
      ['netbase', '5.4', 'netbase', 'var/lib/dpkg/status.d/netbase'],
    ],
  );
  const [sqlite, ...others] = inventoryOf([fixtureTree('debian/distroless-b.tar.gz')]).packages;
  assert.deepEqual(others, []);
  assert.deepEqual(sqlite?.source, { name: 'sqlite3', version: '3.34.1-3' });
  assert.equal(sqlite?.architecture, 'arm64');
  assert.deepEqual(sqlite?.licences, ['public-domain', 'GPL-2+']);
  assert.ok(sqlite?.files.includes('usr/lib/aarch64-linux-gnu/libsqlite3.so.0.8.6'));
  assert.equal(sqlite?.files.length, 6);
});

const STATES: readonly (readonly [status: string | null, installed: boolean])[] = [
  [null, true],
  ['install ok installed', true],
  ['hold ok installed', true],
  ['deinstall ok installed', true],
  ['install ok unpacked', true],
  ['install ok half-configured', true],
  ['install reinstreq half-installed', true],
  ['install ok triggers-awaited', true],
  ['install ok triggers-pending', true],
  ['deinstall ok config-files', false],
  ['purge ok not-installed', false],
];
for (const [status, installed] of STATES) {
  test(`status ${status ?? 'absent'}`, () => {
    const line = status === null ? '' : `Status: ${status}\n`;
    assert.equal(catalog({ [STATUS]: `Package: a\n${line}Version: 1\n` }).length, installed ? 1 : 0);
  });
}

const SOURCES: readonly (readonly [field: string, name: string, version: string | null])[] = [
  ['', 'a', '1:2-3+b1'],
  ['Source: src\n', 'src', '1:2-3+b1'],
  ['Source: src (2-3)\n', 'src', '2-3'],
  ['Source: src   (1:2-3)\n', 'src', '1:2-3'],
  ['Source: not a source\n', 'a', '1:2-3+b1'],
];
for (const [field, name, version] of SOURCES) {
  test(`source ${JSON.stringify(field)}`, () => {
    const [pkg] = catalog({ [STATUS]: `Package: a\n${field}Version: 1:2-3+b1\n` });
    assert.deepEqual(pkg?.source, { name, version });
  });
}

function paragraph(architecture: string): string {
  return `Package: libz\nStatus: install ok installed\nArchitecture: ${architecture}\nMulti-Arch: same\nVersion: 1\n\n`;
}

test('one package in two architectures, each with its own list', () => {
  const packages = catalog({
    [STATUS]: paragraph('amd64') + paragraph('i386'),
    'var/lib/dpkg/info/libz:amd64.list': '/.\n/usr\n/usr/lib\n/usr/lib/a.so\n',
    'var/lib/dpkg/info/libz:i386.list': '/.\n/usr\n/usr/lib\n/usr/lib/i.so\n',
  });
  assert.deepEqual(
    packages.map(({ architecture, files }) => [architecture, files]),
    [
      ['amd64', ['usr/lib/a.so']],
      ['i386', ['usr/lib/i.so']],
    ],
  );
});

test('dependencies name what is installed: the alternative, the provider, the qualified name', () => {
  const packages = catalog({
    [STATUS]: [
      'Package: a\nVersion: 1\nPre-Depends: libc6 (>= 2.36)\nDepends: x | debconf-2.0,\n python3:any (<< 4), a, absent [amd64] | gone',
      'Package: cdebconf\nVersion: 1\nProvides: debconf-2.0 (= 1)',
      'Package: python3\nVersion: 3',
      'Package: libc6\nVersion: 2',
    ].join('\n\n'),
  });
  assert.deepEqual(packages[0]?.dependencies, ['absent', 'cdebconf', 'libc6', 'python3']);
});

test('licences of a package whose documentation is linked to that of its library', () => {
  const dep5 =
    'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: Expat\n';
  const packages = catalog({
    [STATUS]: [
      'Package: gcc-12-base\nSource: gcc-12\nVersion: 1',
      'Package: libstdc++6\nSource: gcc-12\nVersion: 1\nDepends: gcc-12-base (= 1)',
      'Package: other\nVersion: 1\nDepends: gcc-12-base',
    ].join('\n\n'),
    'usr/share/doc/gcc-12-base/copyright': dep5,
  });
  assert.deepEqual(
    packages.map(({ licences }) => licences),
    [['Expat'], ['Expat'], []],
  );
});

test('only copyright files in their place are asked for', () => {
  const accepts =
    dpkgCataloger.interests.find(({ names }) => names?.includes('copyright'))?.accepts ?? assert.fail();
  assert.ok(accepts('usr/share/doc/bash/copyright'));
  for (const path of [
    'copyright',
    'srv/copyright',
    'usr/share/doc/copyright',
    'usr/share/doc/a/b/copyright',
  ]) {
    assert.ok(!accepts(path), path);
  }
});

const DAMAGED: readonly (readonly [what: string, text: string, packages: number, coverage: number])[] = [
  ['an empty database', '', 0, 0],
  ['rubbish', '\u0000\u0001\u0002', 0, 1],
  ['cut in a field', 'Package: a\nVersion: 1\n\nPackage: b\nVer', 2, 0],
  ['a paragraph without name', 'Version: 1\n\nPackage: a\nVersion: 1\n', 1, 1],
  ['a name that is no name', 'Package: ../../etc\nVersion: 1\n', 0, 1],
  ['Windows line ends', 'Package: a\r\nVersion: 1\r\n\r\nPackage: b\r\nVersion: 2\r\n', 2, 0],
  ['blanks between paragraphs', 'Package: a\nVersion: 1\n \t\nPackage: b\nVersion: 1\n', 2, 0],
];
for (const [what, text, packages, coverage] of DAMAGED) {
  test(`damage: ${what}`, () => {
    const { record, coverage: seen } = read(STATUS, text);
    assert.equal((record as { packages: unknown[] } | null)?.packages.length, packages);
    assert.equal(seen.length, coverage);
  });
}

test('no text makes it throw, and what it reads can be cataloged', () => {
  const name = fc.constantFrom('Package', 'Status', 'Version', 'Source', 'Depends', 'License', 'Format', 'X');
  const line = fc.oneof(
    fc.tuple(name, fc.string()).map(([field, value]) => `${field}: ${value}`),
    fc.string().map((value) => ` ${value}`),
    fc.string(),
    fc.constant(''),
  );
  const path = fc.constantFrom(
    STATUS,
    'var/lib/dpkg/status.d/a',
    'var/lib/dpkg/info/a.list',
    'usr/share/doc/a/copyright',
  );
  fc.assert(
    fc.property(fc.dictionary(path, fc.array(line)), (files) => {
      catalog(Object.fromEntries(Object.entries(files).map(([key, lines]) => [key, lines.join('\n')])));
    }),
    { numRuns: 300 },
  );
});

const STATES_OF_DPKG = [
  'half-installed',
  'unpacked',
  'half-configured',
  'triggers-awaited',
  'installed',
] as const;

test('dpkg-query reads the same from one database, whatever state a package is in', (context) => {
  const directory = mkdtempSync(join(tmpdir(), 'hallmark-dpkg-'));
  try {
    const common = 'Maintainer: M <m@example.org>\nDescription: d\n long\n .\n text\nArchitecture: amd64\n';
    const states = [...STATES_OF_DPKG, 'config-files'].map((state) => {
      const extra = state === 'triggers-awaited' ? 'Triggers-Awaited: p-installed\n' : '';
      return `Package: p-${state}\nStatus: install ok ${state}\nVersion: 1:2~rc1-3+b1\n${extra}Source: p (2~rc1-3)\n${common}`;
    });
    const foreign = `Package: p-foreign\nStatus: install ok installed\nMulti-Arch: same\n${common.replace('amd64', 'i386')}Version: 3\n`;
    const text = [...states, foreign].join('\n');
    writeFileSync(join(directory, 'status'), text);
    const format =
      '${Package}\\t${Version}\\t${Architecture}\\t${source:Package}\\t${source:Version}\\t${db:Status-Status}\\n';
    const query = spawnSync('dpkg-query', [`--admindir=${directory}`, '-W', '-f', format], {
      encoding: 'utf8',
    });
    if (query.error !== undefined) {
      context.skip('dpkg-query is not installed');
      return;
    }
    const expected = query.stdout
      .trim()
      .split('\n')
      .map((line) => line.split('\t'))
      .filter(([, , , , , state]) => state !== 'config-files')
      .map((fields) => fields.slice(0, 5));
    assert.equal(expected.length, STATES_OF_DPKG.length + 1);
    const found = catalog({ [STATUS]: text }).map((pkg) => [
      pkg.name,
      pkg.version,
      pkg.architecture,
      pkg.source?.name,
      pkg.source?.version,
    ]);
    assert.deepEqual(sortedRows(found), sortedRows(expected));
  } finally {
    rmSync(directory, { recursive: true });
  }
});

function sortedRows(rows: readonly (readonly unknown[])[]): string[] {
  return rows.map((row) => row.join(' ')).sort();
}
