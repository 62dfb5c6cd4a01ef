import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fixture, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { bitnamiCataloger } from './bitnami.ts';

const DOCUMENT = 'opt/bitnami/postgresql/.spdx-postgresql.spdx';
const LIST = 'opt/bitnami/.bitnami_components.json';
const SPDX = fixture('bitnami/spdx-postgresql.spdx');

const GEOS = 'pkg:bitnami/geos@3.12.1?arch=amd64&distro=debian-12';
const GOSU = 'pkg:bitnami/gosu@1.17.0-2?arch=amd64&distro=debian-12';
const POSTGRESQL = 'pkg:bitnami/postgresql@16.2.0-7?arch=amd64&distro=debian-12';

test('a component with the libraries in it; what the list restates is one thing', () => {
  const { packages, coverage } = inventoryOf([
    { [DOCUMENT]: SPDX, [LIST]: fixture('bitnami/components.json') },
  ]);
  assert.deepEqual(
    packages.map(({ purl, version, licences, supplier, homepage, cpes, dependsOn }) => {
      return [purl, version, licences, supplier, homepage, cpes, dependsOn];
    }),
    [
      [GEOS, '3.12.1', ['LGPL-2.1-only'], null, null, [], []],
      [GOSU, '1.17.0-2', [], null, null, [], []],
      [
        POSTGRESQL,
        '16.2.0-7',
        ['PostgreSQL'],
        'Example Supplier',
        'https://www.postgresql.org/',
        ['cpe:2.3:*:postgresql:postgresql:16.2.0:*:*:*:*:*:*:*'],
        [GEOS],
      ],
    ],
  );
  assert.deepEqual(
    packages[1]?.checksums.map(({ algorithm }) => algorithm),
    ['sha256'],
  );
  assert.deepEqual(coverage, []);
});

test('the list alone', () => {
  const { packages } = inventoryOf([{ [LIST]: fixture('bitnami/components.json') }]);
  assert.deepEqual(
    packages.map(({ purl }) => purl),
    [GOSU, POSTGRESQL],
  );
});

const DAMAGED: readonly (readonly [text: string, coverage: number])[] = [
  ['', 1],
  ['SPDXVersion: SPDX-2.3\n', 1],
  ['{}', 1],
  ['{"packages":[]}', 0],
  ['{"packages":[{"SPDXID":"a","externalRefs":[{"referenceType":"purl","referenceLocator":"no purl"}]}]}', 0],
];
for (const [text, count] of DAMAGED) {
  test(`damage: ${text}`, () => {
    const { packages, coverage } = inventoryOf([{ [DOCUMENT]: text }]);
    assert.deepEqual([packages.length, coverage.length], [0, count]);
  });
}

test('documents elsewhere are not its own', () => {
  const { packages } = inventoryOf([{ 'srv/.spdx-a.spdx': SPDX, 'opt/bitnami/a/b.spdx': SPDX }], {
    catalogers: [bitnamiCataloger],
  });
  assert.deepEqual(packages, []);
});

test('no document makes it throw', () => {
  const text = SPDX.toString();
  const words = text.split('"');
  fc.assert(
    fc.property(fc.nat(words.length - 1), fc.string(), fc.json(), (at, word, json) => {
      inventoryOf([{ [DOCUMENT]: words.with(at, word).join('"'), [LIST]: json }], {
        catalogers: [bitnamiCataloger],
      });
    }),
    { numRuns: 300 },
  );
});
