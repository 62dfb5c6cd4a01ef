import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inventoryOf, stackDiffId } from '../../../../test/inventory/layer-stack.ts';
import {
  expectedRpms,
  readContainerManifest,
  readRpmFixture,
  RPM_FIXTURE_NAMES,
  RPM_FIXTURES,
} from '../../../../test/inventory/rpm-fixtures.ts';
import type { Coverage } from '../../../model/coverage.ts';
import type { RpmPackage } from './rpmdb/package.ts';
import { rpmCataloger, type RpmRecord } from './rpm.ts';

const LIBUUID = readRpmFixture('real-rhel8-libuuid');
const SLE = readRpmFixture('real-sle15-small');
const FEDORA = readRpmFixture('rebuilt-fedora35');
const MARINER = readRpmFixture('real-mariner2-part');
const MANIFEST = 'var/lib/rpmmanifest/container-manifest-2';
const RHEL = { 'etc/os-release': 'ID="rhel"\nVERSION_ID="8.8"\n' };

function codes(coverage: readonly Coverage[]): string[] {
  return coverage.map(({ code, subject }) => `${code} ${subject}`);
}

/** As a set, with repetitions. */
function sorted(rows: readonly unknown[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}

for (const name of RPM_FIXTURE_NAMES) {
  test(`${name}: packages with version, source, epoch, module label and vendor`, () => {
    const path = `var/lib/rpm/${RPM_FIXTURES[name]}`;
    const { packages } = inventoryOf([{ ...RHEL, [path]: readRpmFixture(name) }]);
    const facts = packages.map((pkg) => ({
      name: pkg.name,
      version: pkg.version,
      architecture: pkg.architecture,
      source: pkg.source && `${pkg.source.name}-${pkg.source.version}`,
      supplier: pkg.supplier,
      modularityLabel: pkg.modularityLabel,
      licences: pkg.licences.join(),
      epoch: /[?&]epoch=(\d+)/.exec(pkg.purl)?.[1] ?? null,
    }));
    const expected = expectedRpms(name).map((row) => ({
      name: row.name,
      version: `${row.epoch === null ? '' : `${row.epoch}:`}${row.version}-${row.release}`,
      architecture: row.arch,
      source: row.sourcerpm?.replace(/\.(?:no)?src\.rpm$/, '') ?? null,
      supplier: row.vendor,
      modularityLabel: row.modularitylabel,
      licences: row.license ?? '',
      epoch: row.epoch === null ? null : String(row.epoch),
    }));
    assert.deepEqual(sorted(facts), sorted(expected));
  });
}

test('a package, whole', () => {
  const { packages, coverage } = inventoryOf([{ ...RHEL, 'var/lib/rpm/Packages': LIBUUID }]);
  assert.deepEqual(coverage, []);
  const [{ dependencies, ...pkg } = assert.fail('no package')] = packages;
  assert.ok(dependencies.includes('libc.so.6()(64bit)'));
  assert.deepEqual(pkg, {
    id: 'pkg:rpm/rhel/libuuid@2.32.1-42.el8_8?arch=x86_64&distro=rhel-8.8',
    purl: 'pkg:rpm/rhel/libuuid@2.32.1-42.el8_8?arch=x86_64&distro=rhel-8.8',
    type: 'rpm',
    name: 'libuuid',
    version: '2.32.1-42.el8_8',
    architecture: 'x86_64',
    source: { name: 'util-linux', version: '2.32.1-42.el8_8' },
    licences: ['BSD'],
    supplier: 'Red Hat, Inc.',
    description: 'Universally unique ID library',
    homepage: 'http://en.wikipedia.org/wiki/Util-linux',
    modularityLabel: null,
    presence: 'installed',
    cataloger: 'rpm',
    licenceExpression: 'LicenseRef-BSD',
    licenceTexts: [],
    cpes: [],
    checksums: [],
    dependsOn: [],
    layer: stackDiffId(0),
    evidence: [{ path: 'var/lib/rpm/Packages', layer: stackDiffId(0), step: 0 }],
    files: [
      'usr/lib/.build-id',
      'usr/lib/.build-id/df/ef6a880adac817216ab9866779a0725e017647',
      'usr/lib64/libuuid.so.1',
      'usr/lib64/libuuid.so.1.3.0',
      'usr/share/licenses/libuuid/COPYING',
      'usr/share/licenses/libuuid/COPYING.BSD-3',
    ],
    ownedBy: null,
  });
});

test('a database that a later layer replaced: packages belong to the layer that brought them', () => {
  const { packages } = inventoryOf([
    { ...RHEL, 'var/lib/rpm/rpmdb.sqlite': MARINER },
    { 'var/lib/rpm/rpmdb.sqlite': MARINER },
  ]);
  assert.equal(packages.length, 68);
  for (const pkg of packages) assert.equal(pkg.layer, stackDiffId(0));
});

const PKG: RpmPackage = {
  name: 'bash',
  epoch: null,
  version: '5.2',
  release: '1.el9',
  architecture: 'x86_64',
  sourceRpm: null,
  vendor: null,
  licence: null,
  summary: null,
  url: null,
  modularityLabel: null,
  files: '',
  dependencies: [],
};

function catalog(files: Readonly<Record<string, RpmRecord>>) {
  return rpmCataloger.catalog(new Map(Object.entries(files)), { distribution: null });
}

function catalogOne(facts: Partial<RpmPackage>) {
  const { packages } = catalog({
    'var/lib/rpm/Packages': { format: 'bdb', packages: [{ ...PKG, ...facts }] },
  });
  return packages[0] ?? assert.fail('no package');
}

const VERSIONS: readonly (readonly [facts: Partial<RpmPackage>, version: string, purl: string])[] = [
  [{}, '5.2-1.el9', 'pkg:rpm/bash@5.2-1.el9?arch=x86_64'],
  [{ epoch: 0 }, '0:5.2-1.el9', 'pkg:rpm/bash@5.2-1.el9?arch=x86_64&epoch=0'],
  [{ epoch: 2 }, '2:5.2-1.el9', 'pkg:rpm/bash@5.2-1.el9?arch=x86_64&epoch=2'],
  [{ architecture: null }, '5.2-1.el9', 'pkg:rpm/bash@5.2-1.el9'],
  [{ release: '' }, '5.2', 'pkg:rpm/bash@5.2?arch=x86_64'],
  [{ version: '', release: '' }, '', 'pkg:rpm/bash?arch=x86_64'],
];

for (const [facts, version, purl] of VERSIONS) {
  test(`version of ${JSON.stringify(facts)}`, () => {
    const pkg = catalogOne(facts);
    assert.deepEqual([pkg.version, pkg.purl], [version, purl]);
  });
}

const SOURCES: readonly (readonly [file: string | null, source: readonly [string, string] | null])[] = [
  ['util-linux-2.32.1-42.el8_8.src.rpm', ['util-linux', '2.32.1-42.el8_8']],
  ['java-1.8.0-openjdk-1.8.0.402.b06-2.el8.nosrc.rpm', ['java-1.8.0-openjdk', '1.8.0.402.b06-2.el8']],
  ['a-1-2.src.rpm', ['a', '1-2']],
  ['-1-2.src.rpm', null],
  ['a-1.src.rpm', null],
  ['a-1-2.x86_64.rpm', null],
  ['(none)', null],
  [null, null],
];

for (const [sourceRpm, source] of SOURCES) {
  test(`source of ${sourceRpm}`, () => {
    assert.deepEqual(catalogOne({ sourceRpm }).source, source && { name: source[0], version: source[1] });
  });
}

const list = (format: 'sqlite' | 'ndb' | 'bdb' | 'manifest', ...names: string[]): RpmRecord => ({
  format,
  packages: names.map((name) => ({ ...PKG, name })),
});

const VAR = 'var/lib/rpm';
const SYSIMAGE = 'usr/lib/sysimage/rpm';

const CHOICES: readonly (readonly [
  what: string,
  files: Readonly<Record<string, RpmRecord>>,
  chosen: string,
  differs: readonly string[],
])[] = [
  [
    'three formats: the newest',
    {
      [`${VAR}/Packages`]: list('bdb', 'a', 'old'),
      [`${VAR}/Packages.db`]: list('ndb', 'a'),
      [`${VAR}/rpmdb.sqlite`]: list('sqlite', 'a', 'b'),
    },
    `${VAR}/rpmdb.sqlite`,
    [`${VAR}/Packages`],
  ],
  [
    'the newest is empty',
    { [`${VAR}/Packages`]: list('bdb', 'a'), [`${VAR}/rpmdb.sqlite`]: list('sqlite') },
    `${VAR}/Packages`,
    [],
  ],
  [
    'two places: the newer one',
    { [`${VAR}/rpmdb.sqlite`]: list('sqlite', 'a'), [`${SYSIMAGE}/rpmdb.sqlite`]: list('sqlite', 'b') },
    `${SYSIMAGE}/rpmdb.sqlite`,
    [`${VAR}/rpmdb.sqlite`],
  ],
  [
    'the format counts before the place',
    { [`${SYSIMAGE}/Packages`]: list('bdb', 'a'), [`${VAR}/Packages.db`]: list('ndb', 'a') },
    `${VAR}/Packages.db`,
    [],
  ],
  [
    'a manifest is for want of a database',
    { [MANIFEST]: list('manifest', 'a'), [`${VAR}/Packages`]: list('bdb', 'a') },
    `${VAR}/Packages`,
    [],
  ],
  [
    'the format is what the file is, not how it is called',
    { [`${VAR}/Packages`]: list('sqlite', 'a'), [`${VAR}/Packages.db`]: list('bdb', 'a') },
    `${VAR}/Packages`,
    [],
  ],
];

for (const [what, files, chosen, differs] of CHOICES) {
  test(`several databases: ${what}`, () => {
    for (const entries of [Object.entries(files), Object.entries(files).reverse()]) {
      const { packages, coverage } = catalog(Object.fromEntries(entries));
      assert.deepEqual([...new Set(packages.flatMap((pkg) => pkg.evidence))], [chosen]);
      assert.deepEqual(
        codes(coverage),
        differs.map((path) => `EVIDENCE_UNREADABLE ${path}`),
      );
    }
  });
}

test('a write-ahead log with changes is said, one beside another database is not', () => {
  const log = { format: 'write-ahead-log', pages: 7 } as const;
  const database = { [`${VAR}/rpmdb.sqlite`]: list('sqlite', 'a') };
  const beside = catalog({ ...database, [`${VAR}/rpmdb.sqlite-wal`]: log });
  assert.deepEqual(codes(beside.coverage), [`EVIDENCE_UNREADABLE ${VAR}/rpmdb.sqlite-wal`]);
  assert.match(beside.coverage[0]?.message ?? '', /log of 7 pages/);
  assert.deepEqual(catalog({ ...database, [`${SYSIMAGE}/rpmdb.sqlite-wal`]: log }).coverage, []);
  assert.deepEqual(
    rpmCataloger.read({ path: `${VAR}/rpmdb.sqlite-wal`, content: Buffer.alloc(0) }).coverage,
    [],
  );
});

test('a distroless image: the manifest, whose packages have no licences', () => {
  const { packages, coverage } = inventoryOf([{ ...RHEL, [MANIFEST]: readContainerManifest() }]);
  assert.deepEqual(coverage, []);
  assert.equal(packages.length, 68);
  const tools = packages.find(({ name }) => name === 'ca-certificates-tools');
  assert.equal(tools?.version, '1:2.0.0-1.cm2');
  assert.equal(tools.supplier, 'Microsoft Corporation');
});

test('nothing readable is never nothing said', () => {
  const cases: readonly (readonly [path: string, content: Buffer, message: RegExp])[] = [
    [`${VAR}/Packages`, Buffer.alloc(0), /^The file is empty; the rpm packages/],
    [
      `${VAR}/Packages`,
      Buffer.from('#!/bin/sh\n'),
      /^The file is no Berkeley DB hash, ndb or SQLite database/,
    ],
    [`${VAR}/Packages`, LIBUUID.subarray(0, 4096), /0 packages were read; 1 of its parts could not be/],
    [`${VAR}/Packages.db`, SLE.subarray(0, 4096), /0 packages were read; 3 of its parts could not be/],
    [`${VAR}/rpmdb.sqlite`, FEDORA.subarray(0, 4096), /0 packages were read/],
    [MANIFEST, Buffer.from('one\ntwo\n'), /^2 lines of this list of rpm packages describe none/],
  ];
  for (const [path, content, message] of cases) {
    const { packages, coverage } = inventoryOf([{ ...RHEL, [path]: content }]);
    assert.deepEqual(packages, []);
    const entry = coverage.find(({ subject }) => subject === path);
    assert.equal(entry?.code, 'EVIDENCE_UNREADABLE');
    assert.match(entry.message, message);
  }
});

test('a damaged package costs its own place only', () => {
  const damaged = Buffer.from(SLE);
  damaged.writeUInt8(0, damaged.readUInt32LE(32 + 8) * 16);
  const { packages, coverage } = inventoryOf([{ ...RHEL, [`${VAR}/Packages.db`]: damaged }]);
  assert.equal(packages.length, 2);
  assert.match(
    coverage[0]?.message ?? '',
    /2 packages were read; 1 of its parts could not be.*package 1 is not framed/,
  );
});
