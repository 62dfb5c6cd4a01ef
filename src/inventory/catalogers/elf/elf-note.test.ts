import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { fixture, inventoryOf, type LayerFiles } from '../../../../test/inventory/layer-stack.ts';
import { dpkgCataloger } from '../os/dpkg.ts';
import { distributionCataloger } from '../../distribution.ts';
import { elfNoteCataloger } from './elf-note.ts';

const LIBRARY = gunzipSync(fixture('elf/libsystemd.so.0.35.0.gz'));
const PROGRAM = gunzipSync(fixture('elf/systemctl.gz'));
const NOTE = 'pkg:deb/debian/systemd@252.39-1~deb12u2?arch=amd64&distro=debian';
const CATALOGERS = { catalogers: [distributionCataloger, dpkgCataloger, elfNoteCataloger] };

const inventory = (...layers: readonly LayerFiles[]) => inventoryOf(layers, CATALOGERS);

/** The library with another note, which must not be longer than its own. */
function withNote(note: Readonly<Record<string, unknown>> | string): Buffer {
  const content = Buffer.from(LIBRARY);
  const start = content.indexOf('{"type"', 0, 'latin1');
  const text = typeof note === 'string' ? note : JSON.stringify(note);
  const sizeBytes = content.readUInt32LE(start - 12);
  assert.ok(text.length < sizeBytes);
  content.fill(0, start, start + sizeBytes).write(text, start);
  return content;
}

test('of several programs with one note: one package, with the note as readelf shows it', () => {
  const { packages, coverage } = inventory({
    'opt/bin/systemctl': PROGRAM,
    'opt/lib/libsystemd.so.0': LIBRARY,
  });
  assert.deepEqual(
    packages.map(({ purl, type, version, architecture, source, evidence }) => ({
      purl,
      type,
      version,
      architecture,
      source,
      evidence: evidence.map(({ path }) => path),
    })),
    [
      {
        purl: NOTE,
        type: 'deb',
        version: '252.39-1~deb12u2',
        architecture: 'amd64',
        source: { name: 'systemd', version: '252.39-1~deb12u2' },
        evidence: ['opt/bin/systemctl', 'opt/lib/libsystemd.so.0'],
      },
    ],
  );
  assert.deepEqual(coverage, []);
});

describe('notes of others', () => {
  for (const [note, purl] of [
    [
      { type: 'rpm', name: 'coreutils', version: '9.4-7.fc40', osCpe: 'cpe:/o:fedoraproject:fedora:40' },
      'pkg:rpm/fedora/coreutils@9.4-7.fc40?distro=fedora-40',
    ],
    [
      { type: 'apk', os: 'wolfi', name: 'curl', version: '8.9.1-r0', architecture: 'x86_64' },
      'pkg:apk/wolfi/curl@8.9.1-r0?arch=x86_64&distro=wolfi',
    ],
    [{ type: 'rpm', name: 'a' }, 'pkg:rpm/a'],
    [{ type: 'vendor', name: 'tool', version: '1.0' }, 'pkg:generic/tool@1.0'],
  ] as const) {
    test(purl, () => {
      const { packages } = inventory({ 'opt/a': withNote(note) });
      assert.deepEqual(
        packages.map((pkg) => pkg.purl),
        [purl],
      );
    });
  }

  for (const [what, note] of [
    ['no JSON', '{"type":'],
    ['no name', { type: 'deb', version: '1' }],
    ['a name that is none', { type: 'deb', name: 'a b' }],
    ['no type', { name: 'a', version: '1' }],
    ['a list', '[]'],
  ] as const) {
    test(`${what}: said`, () => {
      const { packages, coverage } = inventory({ 'opt/a': withNote(note) });
      assert.deepEqual(
        [packages, coverage.map(({ code, subject }) => [code, subject])],
        [[], [['EVIDENCE_UNREADABLE', 'opt/a']]],
      );
    });
  }
});

test('a packed program: said, for nothing in it can be seen', () => {
  const content = Buffer.from(PROGRAM.subarray(0, 2000));
  content.fill(0, 32, 64).write('UPX!', 300);
  assert.match(inventory({ 'opt/a': content }).coverage[0]?.message ?? '', /packed with UPX/);
});

const RELEASE = 'ID=debian\nVERSION_ID="12"\n';
const status = (name: string, version: string, source = '') =>
  `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\n${source}Version: ${version}\n\n`;

const image = (databases: string, list: string | null, more: LayerFiles = {}): LayerFiles => ({
  'etc/os-release': RELEASE,
  'var/lib/dpkg/status': databases,
  ...(list === null ? {} : { 'var/lib/dpkg/info/libsystemd0:amd64.list': list }),
  'usr/lib/libsystemd.so.0': LIBRARY,
  ...more,
});
describe('where a package database is', () => {
  const installed = status('libsystemd0', '252.39-1~deb12u2', 'Source: systemd\n');
  const old = status('libsystemd0', '247.3-7', 'Source: systemd\n');

  for (const [what, files, notes] of [
    ['its source package is listed', image(installed, null), 0],
    ['the package itself is listed, with an epoch', image(status('systemd', '1:252.39-1~deb12u2'), null), 0],
    ['its file is owned', image(old, '/usr/lib/libsystemd.so.0\n'), 0],
    [
      'its file is owned by the name before links',
      image(old, '/lib/libsystemd.so.0\n', { lib: { link: 'usr/lib' } }),
      0,
    ],
    ['another version is listed', image(old, null), 1],
    ['something else is listed', image(status('bash', '5.2'), null), 1],
    [
      'not all of its files are owned',
      image(old, '/usr/lib/libsystemd.so.0\n', { 'opt/systemctl': PROGRAM }),
      1,
    ],
  ] as const) {
    test(`${what}: ${notes === 0 ? 'said already' : 'one more package'}`, () => {
      const { packages, coverage } = inventory(files);
      assert.equal(packages.filter(({ cataloger }) => cataloger === 'elf-note').length, notes);
      assert.equal(packages.length, notes + 1);
      assert.ok(packages.every(({ id, purl }) => id === purl));
      assert.deepEqual(coverage, []);
    });
  }

  test('what layers did is told by the database alone', () => {
    const { changes } = inventory(image(installed, null), { 'usr/bin/systemctl': PROGRAM });
    assert.deepEqual(
      changes.map(({ added }) => added),
      [['pkg:deb/debian/libsystemd0@252.39-1~deb12u2?arch=amd64&distro=debian-12'], []],
    );
  });
});

test('notes are no package database: that it is missing is still said', () => {
  const { packages, coverage } = inventory({ 'etc/os-release': RELEASE, 'usr/lib/libsystemd.so.0': LIBRARY });
  assert.deepEqual(
    packages.map(({ purl }) => purl),
    [NOTE],
  );
  assert.deepEqual(
    coverage.map(({ subject }) => subject),
    ['etc/os-release'],
  );
});

test('a program with any bytes for its note is read or said', () => {
  const start = LIBRARY.indexOf('FDO\0{', 0, 'latin1') - 12;
  fc.assert(
    fc.property(fc.nat(160), fc.nat(255), (offset, byte) => {
      const content = Buffer.from(LIBRARY.subarray(0, 40_000));
      content[start + offset] = byte;
      const { record } = elfNoteCataloger.read({ path: 'a', content });
      if (record !== null) elfNoteCataloger.catalog(new Map([['a', record]]), { distribution: null });
    }),
    { numRuns: 300 },
  );
});
