import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRobust, catalogOf } from '../../../../test/inventory/lock-files.ts';
import { fixture, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { pubInstalledCataloger } from './pub-installed.ts';
import { pubLockCataloger } from './pub-lock.ts';

const LOCK = { 'srv/pubspec.lock': fixture('dart/pubspec.lock') };
const CONFIG = { 'srv/.dart_tool/package_config.json': fixture('dart/package_config.json') };
const PUBSPEC = fixture('dart/http_parser.pubspec.yaml');
const IN_CACHE = 'root/.pub-cache/hosted/pub.dev/http_parser-4.0.2/pubspec.yaml';

test('a lock file: other repositories and Git are told, development, kits and directories are left out', () => {
  const { packages, coverage } = inventoryOf([LOCK]);
  assert.deepEqual(
    packages.map(({ purl, presence, version }) => [purl, presence, version]),
    [
      ['pkg:pub/async@2.11.0', 'declared', '2.11.0'],
      [
        'pkg:pub/collection@1.18.0?repository_url=https:%2F%2Fpackages.example.org%2Fpub',
        'declared',
        '1.18.0',
      ],
      [
        'pkg:pub/http@1.2.1?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fdart-lang%2Fhttp.git%40f0b3cc3b2b6a7a2d3b1c5d4e6f708192a3b4c5d6',
        'declared',
        '1.2.1',
      ],
    ],
  );
  assert.deepEqual(packages[0]?.checksums, [
    { algorithm: 'sha256', hex: '947bfcf187f74dbc5e146c9eb9c0f10c9f8b30743e341481c1e2ed3ecc18c20c' },
  ]);
  assert.deepEqual(coverage, []);
});

test('the map of packages counts where there is no lock file', () => {
  assert.deepEqual(catalogOf(pubLockCataloger, CONFIG).purls, ['pkg:pub/async@2.11.0']);
  const { packages } = catalogOf(pubLockCataloger, { ...LOCK, ...CONFIG });
  assert.ok(packages.every(({ evidence }) => evidence[0]?.path === 'srv/pubspec.lock'));
});

test('a package in the cache', () => {
  const { packages } = inventoryOf([{ [IN_CACHE]: PUBSPEC }]);
  assert.deepEqual(
    packages.map(({ purl, presence, description, homepage, dependencies }) => ({
      purl,
      presence,
      description,
      homepage,
      dependencies,
    })),
    [
      {
        purl: 'pkg:pub/http_parser@4.0.2',
        presence: 'installed',
        description: 'A platform-independent package for parsing and serializing HTTP formats.',
        homepage: 'https://github.com/dart-lang/http_parser',
        dependencies: ['collection', 'source_span'],
      },
    ],
  );
});

const PLACES: readonly (readonly [path: string, purls: readonly string[]])[] = [
  ['root/.pub-cache/git/http_parser-0123456/pubspec.yaml', ['pkg:pub/http_parser@4.0.2']],
  [
    'root/.pub-cache/hosted/pub.example.org/http_parser-4.0.2/pubspec.yaml',
    ['pkg:pub/http_parser@4.0.2?repository_url=https:%2F%2Fpub.example.org'],
  ],
  ['root/.pub-cache/hosted/pub.dev/http_parser-4.0.2/example/pubspec.yaml', []],
  ['srv/pubspec.yaml', []],
];
for (const [path, purls] of PLACES) {
  test(`a pubspec at ${path}`, () => {
    assert.deepEqual(catalogOf(pubInstalledCataloger, { [path]: PUBSPEC }).purls, purls);
  });
}

const OTHERS: readonly (readonly [path: string, text: string, codes: number])[] = [
  ['srv/pubspec.lock', '{', 1],
  ['srv/pubspec.lock', 'packages: {}\n', 0],
  ['srv/pubspec.lock', 'packages:\n  a: 1\n  b-c:\n    version: "1"\n', 1],
  ['srv/example/pubspec.lock', '{', 0],
  ['root/.pub-cache/hosted/pub.dev/a-1.0.0/pubspec.lock', '{', 0],
  ['srv/.dart_tool/package_config.json', '{', 1],
  [
    'srv/.dart_tool/package_config.json',
    '{"packages": [{"name": "a", "rootUri": "/hosted/pub.dev/b-1.0.0"}]}',
    0,
  ],
  ['srv/package_config.json', '{', 0],
  [IN_CACHE, 'name: ../a\n', 1],
];
for (const [path, text, codes] of OTHERS) {
  test(`${path}: ${JSON.stringify(text)}`, () => {
    const { packages, coverage } = inventoryOf([{ [path]: text }], {
      catalogers: [pubLockCataloger, pubInstalledCataloger],
    });
    assert.deepEqual([packages, coverage.filter(({ subject }) => subject === path).length], [[], codes]);
  });
}

test('no file makes them throw', () => {
  const pieces = [
    'packages:',
    '\n',
    '  ',
    'name: ',
    'version: ',
    '"',
    '{',
    '}',
    '[',
    ']',
    ',',
    'source: git',
    'a',
  ];
  assertRobust(pubLockCataloger, 'pubspec.lock', LOCK['srv/pubspec.lock'], pieces);
  assertRobust(
    pubLockCataloger,
    '.dart_tool/package_config.json',
    fixture('dart/package_config.json'),
    pieces,
  );
  assertRobust(pubInstalledCataloger, IN_CACHE, PUBSPEC, pieces);
});
