import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRobust, catalogOf } from '../../../../test/inventory/lock-files.ts';
import { fixture, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { vcpkgInstalledCataloger } from './vcpkg-installed.ts';
import { vcpkgManifestCataloger } from './vcpkg-manifest.ts';

const ROOT = 'opt/vcpkg/installed';
const STATUS = `${ROOT}/vcpkg/status`;
const FACTS = `${ROOT}/x64-linux/share/zlib/vcpkg.spdx.json`;
const FILES = {
  [STATUS]: fixture('vcpkg/status'),
  [`${ROOT}/vcpkg/updates/0000000001`]: fixture('vcpkg/update'),
  [`${ROOT}/vcpkg/info/zlib_1.2.13_x64-linux.list`]: fixture('vcpkg/zlib.list'),
  [FACTS]: fixture('vcpkg/zlib.spdx.json'),
};

test('the database with its updates: the last word on each port counts', () => {
  const { packages, coverage } = inventoryOf([FILES]);
  assert.deepEqual(
    packages.map(({ purl, presence, version, dependsOn }) => [purl, presence, version, ...dependsOn]),
    [
      [
        'pkg:vcpkg/libpng@1.6.39?port_version=1',
        'installed',
        '1.6.39#1',
        'pkg:vcpkg/vcpkg-cmake@2023-05-04',
        'pkg:vcpkg/zlib@1.2.13?port_version=2',
      ],
      ['pkg:vcpkg/vcpkg-cmake@2023-05-04', 'installed', '2023-05-04'],
      ['pkg:vcpkg/zlib@1.2.13?port_version=2', 'installed', '1.2.13#2', 'pkg:vcpkg/vcpkg-cmake@2023-05-04'],
    ],
  );
  assert.deepEqual(coverage, []);
});

test('a port with its files, licence and home page', () => {
  const zlib = inventoryOf([FILES]).packages.find(({ name }) => name === 'zlib');
  assert.deepEqual(
    [zlib?.licences, zlib?.homepage, zlib?.description, zlib?.architecture],
    [['Zlib'], 'https://www.zlib.net/', 'A compression library', 'x64-linux'],
  );
  assert.deepEqual(
    zlib?.files,
    [
      'include/zconf.h',
      'include/zlib.h',
      'lib/libz.a',
      'share/zlib/copyright',
      'share/zlib/vcpkg.spdx.json',
    ].map((path) => `${ROOT}/x64-linux/${path}`),
  );
  assert.deepEqual(
    zlib?.evidence.map(({ path }) => path),
    [STATUS, FACTS],
  );
});

test('the description of a port shows it where the database was not copied', () => {
  const { packages } = catalogOf(vcpkgInstalledCataloger, {
    'usr/local/share/zlib/vcpkg.spdx.json': fixture('vcpkg/zlib.spdx.json'),
  });
  assert.deepEqual(
    packages.map(({ purl, licences }) => [purl, ...licences]),
    [['pkg:vcpkg/zlib@1.2.13?port_version=2', 'Zlib']],
  );
});

test('a manifest names ports, and versions only where it overrides them', () => {
  const { packages } = catalogOf(vcpkgManifestCataloger, { 'srv/vcpkg.json': fixture('vcpkg/vcpkg.json') });
  assert.deepEqual(
    packages.map(({ purl, presence }) => [purl, presence]),
    [
      ['pkg:vcpkg/fmt', 'declared'],
      ['pkg:vcpkg/zlib@1.2.13?port_version=2', 'declared'],
    ],
  );
});

const OTHERS: readonly (readonly [path: string, text: string, codes: number])[] = [
  ['srv/vcpkg.json', '{', 1],
  ['srv/vcpkg.json', '{"name": "a"}', 0],
  ['srv/vcpkg.json', '{"dependencies": [1]}', 1],
  ['opt/vcpkg/ports/zlib/vcpkg.json', '{', 0],
  ['srv/vcpkg/status', 'something else', 0],
  ['srv/vcpkg/status', 'Package: ../a\nArchitecture: x\nStatus: install ok installed\n', 0],
  [FACTS, '{', 1],
  [FACTS, '{"packages": [{"SPDXID": "SPDXRef-port"}]}', 1],
];
for (const [path, text, codes] of OTHERS) {
  test(`${path}: ${text}`, () => {
    const { packages, coverage } = inventoryOf([{ [path]: text }], {
      catalogers: [vcpkgManifestCataloger, vcpkgInstalledCataloger],
    });
    assert.deepEqual([packages, coverage.filter(({ subject }) => subject === path).length], [[], codes]);
  });
}

test('no file makes them throw', () => {
  const pieces = [
    'Package: a\n',
    'Architecture: x\n',
    'Status: install ok installed\n',
    '\n',
    ' ',
    ':',
    '{',
    '}',
    '"a"',
    '[',
    ']',
  ];
  for (const [path, content] of Object.entries(FILES))
    assertRobust(vcpkgInstalledCataloger, path, content, pieces);
  assertRobust(vcpkgManifestCataloger, 'vcpkg.json', fixture('vcpkg/vcpkg.json'), pieces);
});
