import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fixture, inventoryOf, scanFiles } from '../../../../test/inventory/layer-stack.ts';
import { pythonArchiveCataloger } from './python-archive.ts';

const WHEEL = 'iniconfig-2.0.0-py3-none-any.whl';
const EGG = 'docopt-0.6.2-py3.11.egg';

/** As Python's `zipfile` lists the archives and `importlib.metadata` reads them. */
const ARCHIVES: readonly (readonly [
  file: string,
  expected: readonly (readonly [purl: string, inside: string])[],
])[] = [
  [WHEEL, [['pkg:pypi/iniconfig@2.0.0', 'iniconfig-2.0.0.dist-info/METADATA']]],
  [EGG, [['pkg:pypi/docopt@0.6.2', 'EGG-INFO/PKG-INFO']]],
  ['app.pyz', [['pkg:pypi/iniconfig@2.0.0', 'site-packages/iniconfig-2.0.0.dist-info/METADATA']]],
  [
    'app.pex',
    [
      [
        'pkg:pypi/iniconfig@2.0.0',
        '.deps/iniconfig-2.0.0-py3-none-any.whl/iniconfig-2.0.0.dist-info/METADATA',
      ],
      [
        'pkg:pypi/itsdangerous@2.2.0',
        '.deps/itsdangerous-2.2.0-py3-none-any.whl/itsdangerous-2.2.0.dist-info/METADATA',
      ],
    ],
  ],
];
for (const [file, expected] of ARCHIVES) {
  test(`distributions in ${file}`, () => {
    const { packages, coverage } = inventoryOf([{ [`srv/${file}`]: fixture(`python/${file}`) }]);
    assert.deepEqual(
      packages.map(({ purl, evidence }) => [purl, evidence[0]?.inside]),
      expected,
    );
    assert.ok(
      packages.every(
        ({ presence, evidence }) => presence === 'installed' && evidence[0]?.path === `srv/${file}`,
      ),
    );
    assert.deepEqual(coverage, []);
  });
}

const checksumsOf = (file: string) =>
  inventoryOf([{ [file]: fixture(`python/${file}`) }]).packages.map(({ checksums }) => checksums);

test('the digest of a wheel is its distribution’s; that of an application is nobody’s', () => {
  const hex = createHash('sha256')
    .update(fixture(`python/${WHEEL}`))
    .digest('hex');
  assert.deepEqual(checksumsOf(WHEEL), [[{ algorithm: 'sha256', hex }]]);
  assert.deepEqual(checksumsOf('app.pyz'), [[]]);
});

const PLACES: readonly (readonly [what: string, path: string, count: number])[] = [
  ['what ensurepip brings along', `usr/local/lib/python3.12/ensurepip/_bundled/${WHEEL}`, 1],
  ['wheels of Debian for virtual environments', `usr/share/python-wheels/${WHEEL}`, 1],
  ['a cache of pip', `root/.cache/pip/wheels/aa/${WHEEL}`, 0],
  ['tests of Python itself', `usr/local/lib/python3.12/test/wheeldata/${WHEEL}`, 0],
];
for (const [what, path, count] of PLACES) {
  test(`place: ${what}`, () => {
    assert.equal(inventoryOf([{ [path]: fixture(`python/${WHEEL}`) }]).packages.length, count);
  });
}

const DAMAGED: readonly (readonly [
  what: string,
  path: string,
  content: string | Uint8Array,
  coverage: number,
])[] = [
  ['a wheel that was cut off', 'a.whl', fixture(`python/${WHEEL}`).subarray(0, 3000), 1],
  ['a wheel that is none', 'a.whl', 'hello', 1],
  ['an empty wheel', 'a.whl', '', 1],
  ['an application that is a script', 'a.pyz', '#!/usr/bin/python3\nprint(1)\n', 0],
  ['an egg of something else', 'a.egg', 'an omelette', 0],
];
for (const [what, path, content, expected] of DAMAGED) {
  test(`damage: ${what}`, () => {
    const { packages, coverage } = inventoryOf([{ [path]: content }]);
    assert.equal(packages.length, 0);
    assert.deepEqual(
      coverage.map(({ code, subject }) => [code, subject]),
      Array.from({ length: expected }, () => ['EVIDENCE_UNREADABLE', path]),
    );
  });
}

test('no bytes make it throw, and what it reads can be cataloged', () => {
  const real = fixture(`python/${WHEEL}`);
  fc.assert(
    fc.property(fc.nat(real.length), fc.nat(real.length - 1), fc.nat(255), (length, at, byte) => {
      const content = Buffer.from(real);
      content[at] = byte;
      const cut = length % 4 === 0 ? content.subarray(0, length) : content;
      for (const { path, record } of scanFiles({ 'a.whl': cut }, [pythonArchiveCataloger]).records) {
        if (record !== null)
          pythonArchiveCataloger.catalog(new Map([[path, record]]), { distribution: null });
      }
    }),
    { numRuns: 300 },
  );
});
