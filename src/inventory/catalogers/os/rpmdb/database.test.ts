import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import * as fc from 'fast-check';
import {
  asExpected,
  type ExpectedRpm,
  expectedRpms,
  readRpmFixture,
  RPM_FIXTURE_NAMES,
  RPM_FIXTURES,
  type RpmFixture,
  sortExpected,
} from '../../../../../test/inventory/rpm-fixtures.ts';
import { parseFileList } from '../file-list.ts';
import { readRpmDatabase, type RpmDatabase } from './database.ts';

function read(content: Uint8Array): RpmDatabase {
  const database = readRpmDatabase(content);
  assert.ok(database, 'no format was recognised');
  return database;
}

for (const name of RPM_FIXTURE_NAMES) {
  test(`${name}: every package with every field`, () => {
    const { format, packages, losses } = read(readRpmFixture(name));
    assert.equal(losses, null);
    assert.equal({ sqlite: 'rpmdb.sqlite', ndb: 'Packages.db', bdb: 'Packages' }[format], RPM_FIXTURES[name]);
    assert.deepEqual(asExpected(packages), expectedRpms(name));
  });
}

function hasProgram(name: string): boolean {
  return spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0;
}

const NO_RPM = hasProgram('rpm') ? false : "Debian's rpm is not installed";
const NO_RPMBUILD = hasProgram('rpm') && hasProgram('rpmbuild') ? false : "Debian's rpm is not installed";

function temporaryDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'hallmark-rpm-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

function runRpm(directory: string, args: readonly string[]): string {
  return execFileSync('rpm', ['--dbpath', directory, ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', HOME: directory },
  });
}

const COLUMNS = [
  'NAME',
  'EPOCH',
  'VERSION',
  'RELEASE',
  'ARCH',
  'SOURCERPM',
  'VENDOR',
  'MODULARITYLABEL',
  'LICENSE',
];

/** The packages as rpm itself prints them. */
function queryRpm(directory: string): ExpectedRpm[] {
  const format = `${COLUMNS.map((column) => `%{${column}}`).join('\\t')}\\n`;
  const rows = runRpm(directory, ['-qa', '--qf', format]).trimEnd().split('\n');
  return sortExpected(
    rows.map((row) => {
      const [name, epoch, version, release, arch, sourcerpm, vendor, modularitylabel, license] = row
        .split('\t')
        .map((value) => (value === '(none)' ? null : value));
      return {
        name: name ?? '',
        epoch: epoch ? Number(epoch) : null,
        version: version ?? '',
        release: release ?? '',
        arch: arch ?? null,
        sourcerpm: sourcerpm ?? null,
        vendor: vendor ?? null,
        modularitylabel: modularitylabel ?? null,
        license: license ?? null,
      };
    }),
  );
}

/** Paths by package, without leading slash. */
function queryFiles(directory: string): Map<string, string[]> {
  const files = new Map<string, string[]>();
  for (const row of runRpm(directory, ['-qa', '--qf', '[%{=NAME}\\t%{FILENAMES}\\n]'])
    .trimEnd()
    .split('\n')) {
    const [name = '', path = ''] = row.split('\t');
    files.set(name, [...(files.get(name) ?? []), path.slice(1)]);
  }
  return files;
}

function assertSameAsRpm(directory: string, content: Buffer): void {
  const { packages } = read(content);
  assert.deepEqual(asExpected(packages), queryRpm(directory));
  const files = queryFiles(directory);
  for (const pkg of packages.filter(({ name }) => name !== 'gpg-pubkey')) {
    const all = files.get(pkg.name) ?? [];
    const parents = new Set(all.map((path) => path.slice(0, path.lastIndexOf('/'))));
    const leaves = all.filter((path) => path !== '' && !parents.has(path)).sort();
    assert.deepEqual(parseFileList(pkg.files), leaves, pkg.name);
  }
}

for (const name of RPM_FIXTURE_NAMES.filter((fixture) => RPM_FIXTURES[fixture] !== 'Packages.db')) {
  test(`${name}: the same as rpm reads`, { skip: NO_RPM }, (t) => {
    const directory = temporaryDirectory(t);
    const content = readRpmFixture(name);
    writeFileSync(join(directory, RPM_FIXTURES[name]), content);
    assertSameAsRpm(directory, content);
  });
}

const SPEC = `
Name: hallmark-sample
Epoch: 0
Version: 1.0~rc1^git2
Release: 3
Summary: Beispiel für Ümläute
License: MIT AND Apache-2.0
URL: https://example.org/sample
Vendor: Ünïcode & Söhne
BuildArch: noarch
Provides: sample(tool) = 1
%description
%package extra
Summary: More
Requires: sample(tool) /opt/sample/bin/run
%description extra
%install
mkdir -p %{buildroot}/opt/sample/bin '%{buildroot}/opt/sample/a b'
echo > %{buildroot}/opt/sample/bin/run
echo > '%{buildroot}/opt/sample/a b/ä.txt'
echo > %{buildroot}/opt/sample/extra
%files
%dir /opt/sample
/opt/sample/bin
"/opt/sample/a b/ä.txt"
%files extra
/opt/sample/extra
`;

test('a database that rpm writes here', { skip: NO_RPMBUILD }, (t) => {
  const directory = temporaryDirectory(t);
  const spec = join(directory, 'sample.spec');
  writeFileSync(spec, SPEC);
  execFileSync('rpmbuild', ['-bb', '--quiet', '--define', `_topdir ${directory}`, spec], { stdio: 'ignore' });
  const built = ['hallmark-sample', 'hallmark-sample-extra'].map((name) => {
    return join(directory, 'RPMS/noarch', `${name}-1.0~rc1^git2-3.noarch.rpm`);
  });
  const databases = join(directory, 'db');
  mkdirSync(databases);
  runRpm(databases, [
    '--define',
    '_db_backend sqlite',
    '-i',
    '--justdb',
    '--nodeps',
    '--nosignature',
    ...built,
  ]);

  const content = readFileSync(join(databases, 'rpmdb.sqlite'));
  assertSameAsRpm(databases, content);
  const { losses, packages } = read(content);
  assert.equal(losses, null);
  const [sample, extra] = packages;
  assert.equal(sample?.epoch, 0);
  assert.equal(sample.version, '1.0~rc1^git2');
  assert.equal(sample.vendor, 'Ünïcode & Söhne');
  assert.equal(sample.summary, 'Beispiel für Ümläute');
  assert.equal(sample.files, 'opt/sample/a b/ä.txt\nopt/sample/bin/run');
  assert.deepEqual(extra?.dependencies, ['hallmark-sample']);
});

/** One of each format, small. */
const SAMPLES: readonly RpmFixture[] = [
  'real-rhel8-libuuid',
  'real-sle15-small',
  'rebuilt-centos5-plain',
  'rebuilt-fedora35',
];

for (const name of SAMPLES) {
  test(`${name}: cut anywhere, what is missing is said`, () => {
    const content = readRpmFixture(name);
    const whole = new Set(read(content).packages.map((pkg) => pkg.name));
    for (let part = 1; part < 64; part += 1) {
      const { packages, losses } = read(content.subarray(0, Math.floor((content.length * part) / 64)));
      assert.ok(packages.every((pkg) => whole.has(pkg.name)));
      assert.ok(losses !== null && losses.places > 0, `${part}/64`);
    }
  });

  test(`${name}: changed bytes neither throw nor invent`, () => {
    const content = readRpmFixture(name);
    const count = read(content).packages.length;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(content.length - 1), fc.nat(255)), {
          minLength: 1,
          maxLength: 30,
          size: 'max',
        }),
        (changes) => {
          const damaged = Buffer.from(content);
          for (const [at, value] of changes) damaged[at] = value;
          assert.ok((readRpmDatabase(damaged)?.packages.length ?? 0) <= count + changes.length);
        },
      ),
      { numRuns: 75 },
    );
  });
}

test('changed bytes in what holds the formats together', () => {
  for (const name of SAMPLES) {
    const content = readRpmFixture(name);
    fc.assert(
      fc.property(fc.nat(255), fc.nat(255), fc.nat(15), (at, value, page) => {
        const damaged = Buffer.from(content);
        damaged[Math.min(page * 4096 + at, damaged.length - 1)] = value;
        readRpmDatabase(damaged);
      }),
      { numRuns: 200 },
    );
  }
});

test('no format, and nothing at all', () => {
  assert.equal(readRpmDatabase(new Uint8Array()), null);
  assert.equal(readRpmDatabase(Buffer.alloc(100_000)), null);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => readRpmDatabase(bytes) === null));
});

test('a long directory for many base names ends at the bound for file names', () => {
  const baseNames = 100_000;
  const values = [
    [1000, 6, 1, Buffer.from('bomb\0')],
    [1116, 4, baseNames, Buffer.alloc(baseNames * 4)],
    [1117, 8, baseNames, Buffer.alloc(baseNames)],
    [1118, 8, 1, Buffer.from(`/${'d'.repeat(4000)}/\0`)],
  ] as const;
  const index = Buffer.alloc(8 + values.length * 16);
  index.writeUInt32BE(values.length, 0);
  index.writeUInt32BE(
    values.reduce((sum, [, , , data]) => sum + data.length, 0),
    4,
  );
  let offset = 0;
  for (const [entry, [tag, type, count, data]] of values.entries()) {
    for (const [column, value] of [tag, type, offset, count].entries()) {
      index.writeUInt32BE(value, 8 + entry * 16 + column * 4);
    }
    offset += data.length;
  }
  const header = Buffer.concat([index, ...values.map(([, , , data]) => data)]);

  // ndb, with the one package behind the page of slots
  const blocks = Math.ceil((header.length + 28) / 16);
  const content = Buffer.alloc(4096 + blocks * 16);
  content.write('RpmP');
  content.writeUInt32LE(1, 12);
  for (let at = 32; at < 4096; at += 16) content.write('Slot', at);
  for (const [column, value] of [1, 256, blocks].entries()) content.writeUInt32LE(value, 36 + column * 4);
  content.write('BlbS', 4096);
  content.writeUInt32LE(1, 4100);
  content.writeUInt32LE(header.length, 4108);
  header.copy(content, 4112);
  content.writeUInt32LE(header.length, content.length - 8);
  content.write('BlbE', content.length - 4);

  const { packages, losses } = read(content);
  assert.equal(packages[0]?.name, 'bomb');
  assert.ok(packages[0].files.length <= 192 * 1024 * 1024);
  assert.equal(losses?.places, 2, losses?.first);
});
