import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { assertRobust, catalogOf } from '../../../../test/inventory/lock-files.ts';
import { fixture, fixtureTree, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { conanInstalledCataloger } from './conan-installed.ts';
import { conanLockCataloger } from './conan-lock.ts';
import { conanPurl, parseReference } from './conan-reference.ts';

const V05 = fixture('conan/v05.conan.lock');
const V04 = fixture('conan/v04.conan.lock');
const REQUIRED = fixture('conan/conanfile.txt');

const REFERENCES: readonly (readonly [text: string, purl: string | null])[] = [
  ['zlib/1.3.1', 'pkg:conan/zlib@1.3.1'],
  ['zlib/1.3.1@', 'pkg:conan/zlib@1.3.1'],
  ['zlib/1.3.1#0', 'pkg:conan/zlib@1.3.1'],
  ['zlib/1.3.1@acme/stable#abc%1700000000.5', 'pkg:conan/zlib@1.3.1?channel=stable&rrev=abc&user=acme'],
  ['zlib/[>=1.2 <2]', null],
  ['zlib', null],
  ['/1.0', null],
  [`zlib/${'1'.repeat(700)}`, null],
];
for (const [text, purl] of REFERENCES) {
  test(`reference ${text.slice(0, 50)}`, () => {
    const reference = parseReference(text);
    assert.equal(reference && conanPurl(reference), purl);
  });
}

test('what Conan installed, and what that needs', () => {
  const { packages, coverage } = inventoryOf([fixtureTree('conan/installed.tar.gz')]);
  assert.deepEqual(
    packages.map(({ purl, presence, architecture, dependencies }) => [
      purl,
      presence,
      architecture,
      ...dependencies,
    ]),
    [
      ['pkg:conan/cmk@3.28.1', 'installed', null],
      ['pkg:conan/libpng@1.6.40?channel=stable&user=acme', 'installed', 'x86_64', 'zlib'],
      ['pkg:conan/libpng@1.6.43', 'installed', 'x86_64', 'zlib'],
      ['pkg:conan/zlib@1.2.13', 'installed', 'x86_64'],
      ['pkg:conan/zlib@1.3.1', 'installed', 'x86_64'],
    ],
  );
  assert.deepEqual(
    packages.map(({ dependsOn }) => dependsOn),
    [[], ['pkg:conan/zlib@1.2.13'], ['pkg:conan/zlib@1.3.1'], [], []],
  );
  assert.deepEqual(coverage, []);
});

test('a lock file of Conan 2, without tools', () => {
  const { packages, purls, codes } = catalogOf(conanLockCataloger, { 'srv/conan.lock': V05 });
  assert.deepEqual(purls, [
    'pkg:conan/libpng@1.6.43?rrev=549aa8afa3eaaa671dee3a084ca79242',
    'pkg:conan/zlib@1.3.1?rrev=0b24d642338ebaeb1537933e7e885759',
  ]);
  assert.ok(packages.every(({ presence }) => presence === 'declared'));
  assert.deepEqual(codes, []);
});

test('a lock file of Conan 1 has edges', () => {
  const { packages, codes } = catalogOf(conanLockCataloger, { 'srv/conan.lock': V04 });
  assert.deepEqual(
    packages.map(({ purl, dependsOn }) => [purl, ...dependsOn]),
    [
      ['pkg:conan/libpng@1.6.40?channel=stable&user=acme', 'pkg:conan/zlib@1.2.13'],
      ['pkg:conan/zlib@1.2.13'],
    ],
  );
  assert.deepEqual(codes, []);
});

test('requirements count where there is no lock file', () => {
  const required = { 'srv/conanfile.txt': REQUIRED };
  assert.deepEqual(catalogOf(conanLockCataloger, required).purls, ['pkg:conan/libpng@1.6.43']);
  const both = catalogOf(conanLockCataloger, { ...required, 'srv/conan.lock': V05 });
  assert.ok(both.packages.every(({ evidence }) => evidence[0]?.path === 'srv/conan.lock'));
});

const OTHERS: readonly (readonly [path: string, text: string, codes: number, purls?: readonly string[]])[] = [
  ['srv/conan.lock', '{', 1],
  ['srv/conan.lock', '{"version": "0.5", "requires": []}', 0],
  ['srv/conan.lock', '{"requires": ["a", 1, "b/1.0"]}', 1, ['pkg:conan/b@1.0']],
  [
    'srv/conan.lock',
    '{"graph_lock": {"nodes": {"1": {"ref": "a/1", "context": "build"}, "2": {"ref": "b/1", "requires": ["__proto__", "9"]}}}}',
    0,
    ['pkg:conan/b@1'],
  ],
  ['srv/conanfile.txt', 'something else', 0],
  [
    'srv/conanfile.txt',
    '[requires]\nzlib/[>=1.2]\nfmt/10.1.1 # formats\n# no/1\n',
    0,
    ['pkg:conan/fmt@10.1.1'],
  ],
  ['srv/conanfile.txt', '[requires]\nzlib\n', 1],
  ['root/.conan2/p/a/e/conanfile.txt', '[requires]\nzlib/1\n', 0],
];
for (const [path, text, codes, purls = []] of OTHERS) {
  test(`${path}: ${JSON.stringify(text)}`, () => {
    const found = catalogOf(conanLockCataloger, { [path]: text });
    assert.deepEqual([found.codes.length, found.purls], [codes, purls]);
  });
}

test('a path that names no package', () => {
  assert.deepEqual(
    catalogOf(conanInstalledCataloger, { 'root/.conan2/p/b/zlib1/p/conaninfo.txt': '' }).purls,
    [],
  );
});

test('no file makes them throw', () => {
  const pieces = [
    '[',
    ']',
    '{',
    '}',
    '"requires":',
    '"a/1"',
    'a/1',
    '#',
    '@',
    '[requires]',
    '\n',
    'arch=',
    ',',
  ];
  assertRobust(conanLockCataloger, 'conan.lock', V04, pieces);
  assertRobust(conanLockCataloger, 'conan.lock', V05, pieces);
  assertRobust(conanLockCataloger, 'conanfile.txt', REQUIRED, pieces);
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string()), { maxLength: 30 }), (parts) => {
      const path = 'srv/full_deploy/host/a/1/conaninfo.txt';
      assert.deepEqual(catalogOf(conanInstalledCataloger, { [path]: parts.join('') }).purls, [
        'pkg:conan/a@1',
      ]);
    }),
    { numRuns: 200 },
  );
});
