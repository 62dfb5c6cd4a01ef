import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRobust, catalogOf, expectedRows } from '../../../../test/inventory/lock-files.ts';
import { fixture, fixtureTree, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { ghcInstalledCataloger } from './ghc-installed.ts';
import { splitPackageId } from './haskell-package.ts';
import { haskellLockCataloger } from './haskell-lock.ts';

test('registered libraries are those that ghc-pkg lists', () => {
  const { packages, coverage } = inventoryOf([fixtureTree('haskell/ghc.tar.gz')]);
  const rows = packages.map(({ name, version, dependencies }) => [name, version, ...dependencies].join('\t'));
  assert.deepEqual(rows.sort(), expectedRows('haskell/ghc.expected.tsv'));
  assert.deepEqual(coverage, []);
});

test('a library with all that is said of it', () => {
  const { packages } = inventoryOf([fixtureTree('haskell/ghc.tar.gz')]);
  const found = packages.find(({ name }) => name === 'aeson');
  assert.deepEqual(
    [found?.purl, found?.presence, found?.licences, found?.supplier, found?.description, found?.homepage],
    [
      'pkg:hackage/aeson@2.0.3.0',
      'installed',
      ['BSD-3-Clause'],
      'Adam Bergmark <adam@bergmark.nl>',
      'Fast JSON parsing and encoding',
      'https://github.com/haskell/aeson',
    ],
  );
  assert.ok(found?.dependsOn.includes('pkg:hackage/attoparsec@0.14.4'));
});

test('the internal library of a package is that package', () => {
  const main = 'name: a\nversion: 1.0\nid: a-1.0-X\ndepends: a-1.0-X-inner base-4.15.1.0\n';
  const inner =
    'name: z-a-z-inner\nversion: 1.0\npackage-name: a\nlib-name: inner\nid: a-1.0-X-inner\ndepends: b-2.0-Y\n';
  const { packages } = catalogOf(ghcInstalledCataloger, {
    'root/.cabal/store/ghc-9.0.2/package.db/a-1.0-X-inner.conf': inner,
    'root/.cabal/store/ghc-9.0.2/package.db/a-1.0-X.conf': main,
  });
  assert.deepEqual(
    packages.map(({ purl, evidence, dependencies }) => [
      purl,
      evidence.length,
      evidence[0]?.path,
      ...dependencies,
    ]),
    [['pkg:hackage/a@1.0', 2, 'root/.cabal/store/ghc-9.0.2/package.db/a-1.0-X.conf', 'b', 'base']],
  );
});

const IDS: readonly (readonly [string, string | null])[] = [
  ['aeson-2.0.3.0-H8BOQwtT8HYFvWPR1b6zvB', 'aeson 2.0.3.0'],
  ['base-4.15.1.0', 'base 4.15.1.0'],
  ['text-short-0.1.5-9bvR93i5uk7DRYSOuH9YD6', 'text-short 0.1.5'],
  ['rts', null],
  ['', null],
];
for (const [id, expected] of IDS) {
  test(`identifier ${id}`, () => {
    const found = splitPackageId(id);
    assert.equal(found && `${found.name} ${found.version}`, expected);
  });
}

test('a freeze file names versions and flags', () => {
  const { purls, codes } = catalogOf(haskellLockCataloger, {
    'srv/cabal.project.freeze': fixture('haskell/cabal.project.freeze'),
  });
  assert.deepEqual(purls, [
    'pkg:hackage/aeson@2.0.3.0',
    'pkg:hackage/attoparsec@0.14.4',
    'pkg:hackage/base@4.15.1.0',
    'pkg:hackage/zlib@0.6.3.0',
  ]);
  assert.deepEqual(codes, []);
});

const STACK =
  'pkg:hackage/stack@2.9.3?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fcommercialhaskell%2Fstack.git%40e7b331f14bcffb8367cd58fbfc8b40ec7642100a';

test('what Stack’s project adds is known from its file, and better from its lock', () => {
  const project = { 'srv/stack.yaml': fixture('haskell/stack.yaml') };
  const lock = { 'srv/stack.yaml.lock': fixture('haskell/stack.yaml.lock') };
  const hackage = ['pkg:hackage/acme-missiles@0.3', 'pkg:hackage/zlib@0.6.3.0'];
  assert.deepEqual(catalogOf(haskellLockCataloger, project).purls, hackage);
  const { packages, purls, codes } = catalogOf(haskellLockCataloger, { ...project, ...lock });
  assert.deepEqual(purls, [hackage[0], STACK, hackage[1]]);
  assert.ok(packages.every(({ evidence }) => evidence[0]?.path === 'srv/stack.yaml.lock'));
  assert.deepEqual(codes, []);
});

const OTHERS: readonly (readonly [path: string, text: string, codes: number])[] = [
  ['srv/cabal.project.freeze', 'constraints:\n', 0],
  ['srv/cabal.project.freeze', 'something else', 1],
  ['srv/stack.yaml', 'resolver: lts-20.5\n', 0],
  ['srv/stack.yaml', '{', 1],
  ['srv/stack.yaml', 'extra-deps: a\n', 0],
  ['srv/stack.yaml.lock', 'packages: []\nsnapshots: []\n', 0],
  ['srv/stack.yaml.lock', 'packages:\n- completed:\n    hackage: x\n', 1],
  ['srv/stack.yaml.lock', '- a\n', 1],
  ['srv/node_modules/a/stack.yaml', 'extra-deps: [a-1.0]\n', 0],
];
for (const [path, text, codes] of OTHERS) {
  test(`${path}: ${JSON.stringify(text)}`, () => {
    const found = catalogOf(haskellLockCataloger, { [path]: text });
    assert.deepEqual([found.codes.length, found.purls], [codes, []]);
  });
}

test('a registration without identifier is said', () => {
  const path = 'var/lib/ghc/package.conf.d/a.conf';
  assert.deepEqual(catalogOf(ghcInstalledCataloger, { [path]: 'name: a\nversion: 1\n' }).codes, [
    `EVIDENCE_UNREADABLE ${path}`,
  ]);
});

test('no file makes them throw', () => {
  const pieces = [
    'name:',
    'version:',
    ' ',
    '\n',
    '-',
    '1.0',
    'constraints:',
    '==',
    '@',
    'depends:',
    'packages:',
    'id:',
  ];
  for (const name of ['cabal.project.freeze', 'stack.yaml', 'stack.yaml.lock']) {
    assertRobust(haskellLockCataloger, name, fixture(`haskell/${name}`), pieces);
  }
  const path = 'var/lib/ghc/package.conf.d/zlib-0.6.3.0.conf';
  const content = fixtureTree('haskell/ghc.tar.gz')[path];
  assert.ok(content instanceof Uint8Array);
  assertRobust(ghcInstalledCataloger, path, content, pieces);
});
