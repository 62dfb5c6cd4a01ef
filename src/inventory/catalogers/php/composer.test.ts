import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { fixture, fixtureTree, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { composerCataloger } from './composer.ts';
import type { ComposerReading } from './composer-package.ts';

const TREE = fixtureTree('php/composer.tar.gz');
const INSTALLED = 'srv/acme/vendor/composer/installed.json';
const LOCK = 'srv/acme/composer.lock';

function read(value: unknown, path = INSTALLED) {
  const content = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  const { record, coverage } = composerCataloger.read({ path, content });
  return { reading: record as ComposerReading | null, coverage };
}

test('every package that `composer show` lists, and no lock file beside them', () => {
  const { packages, coverage } = inventoryOf([TREE]);
  const expected = fixture('php/composer.expected.tsv').toString().trim().split('\n');
  assert.equal(expected.length, 75);
  assert.deepEqual(
    packages.map(({ name, version, evidence }) => `${evidence[0]?.path}\t${name}\t${version}`).sort(),
    expected.sort(),
  );
  assert.ok(packages.every(({ presence, licences }) => presence === 'installed' && licences.length === 1));
  assert.deepEqual(coverage, []);
});

test('a package as Composer describes it', () => {
  const { packages } = inventoryOf([TREE]);
  const dompdf = packages.find(({ name }) => name === 'dompdf/dompdf') ?? assert.fail();
  const { purl, type, licences, supplier, description, homepage, dependencies, dependsOn } = dompdf;
  assert.deepEqual(
    { purl, type, licences, supplier, description, homepage, dependencies, dependsOn },
    {
      purl: 'pkg:composer/dompdf/dompdf@v2.0.1',
      type: 'composer',
      licences: ['LGPL-2.1'],
      supplier: 'The Dompdf Community',
      description: 'DOMPDF is a CSS 2.1 compliant HTML to PDF converter',
      homepage: 'https://github.com/dompdf/dompdf',
      dependencies: ['masterminds/html5', 'phenx/php-font-lib', 'phenx/php-svg-lib'],
      dependsOn: [
        'pkg:composer/masterminds/html5@2.7.6',
        'pkg:composer/phenx/php-font-lib@0.5.4',
        'pkg:composer/phenx/php-svg-lib@0.5.0',
      ],
    },
  );
});

const acme = () => inventoryOf([{ [INSTALLED]: TREE[INSTALLED] ?? null }]).packages;

describe('what Composer 2.5 wrote for three packages', () => {
  test('a package for development that is installed is a package', () => {
    const beta = acme().find(({ name }) => name === 'acme/beta');
    assert.deepEqual([beta?.version, beta?.presence], ['2.0.0-RC1', 'installed']);
  });

  test('several licences are for the user to choose from', () => {
    assert.deepEqual(acme().find(({ name }) => name === 'acme/alpha')?.licences, ['MIT OR GPL-3.0-or-later']);
  });

  test('a package is needed under the name that it replaces', () => {
    const alpha = acme().find(({ name }) => name === 'acme/alpha');
    assert.deepEqual(alpha?.dependencies, ['acme/mbstring-polyfill']);
    assert.deepEqual(alpha?.dependsOn, ['pkg:composer/acme/everything@1.4.0']);
  });

  test('a list without an object around it, as Composer 1 wrote it', () => {
    const text = Buffer.from(TREE[INSTALLED] as Uint8Array).toString();
    const { packages } = JSON.parse(text) as { packages: unknown };
    assert.deepEqual(read(packages).reading, read(text).reading);
    assert.equal(read(packages).reading?.packages.length, 3);
  });
});

describe('lock files', () => {
  test('what only a lock names is declared, without packages for development', () => {
    const lock = TREE['usr/share/mediawiki/vendor/composer.lock'] as Uint8Array;
    const stated = JSON.parse(Buffer.from(lock).toString()) as Record<string, { name: string }[]>;
    const { packages } = inventoryOf([{ 'srv/composer.lock': lock }]);
    assert.deepEqual(
      packages.map(({ name }) => name),
      stated['packages']?.map(({ name }) => name).sort(),
    );
    assert.deepEqual(
      stated['packages-dev']?.map(({ name }) => name),
      ['php-parallel-lint/php-parallel-lint'],
    );
    assert.ok(packages.every(({ presence }) => presence === 'declared'));
  });

  test('packages from directories of the project are its own code', () => {
    assert.deepEqual(inventoryOf([{ [LOCK]: TREE[LOCK] ?? null }]).packages, []);
  });
});

const PLACES: readonly (readonly [path: string, isEvidence: boolean])[] = [
  ['vendor/composer/installed.json', true],
  ['opt/bitnami/app/libraries/composer/installed.json', true],
  ['srv/vendor/rector/rector/vendor/composer/installed.json', true],
  ['srv/vendor/acme/tool/tests/fixtures/vendor/composer/installed.json', false],
  ['srv/installed.json', false],
  ['composer.lock', true],
  ['srv/vendor/composer.lock', false],
  ['srv/vendor/acme/tool/composer.lock', false],
];
for (const [path, isEvidence] of PLACES) {
  test(`${isEvidence ? 'evidence' : 'no evidence'}: ${path}`, () => {
    const { packages } = inventoryOf([{ [path]: '{"packages":[{"name":"a/b","version":"1.0"}]}' }]);
    assert.equal(packages.length, isEvidence ? 1 : 0);
  });
}

const FILES: readonly (readonly [what: string, value: unknown, packages: number | null, coverage: number])[] =
  [
    ['no packages', { packages: [] }, 0, 0],
    ['another format', { dependencies: {} }, null, 0],
    ['no JSON', '{"packages": [', null, 1],
    ['an empty file', '', null, 1],
    ['an entry without name', { packages: [{ version: '1' }, { name: 'a/b' }] }, 1, 1],
    ['a name without vendor', [{ name: 'php', version: '8' }], 0, 1],
    ['a name that climbs', [{ name: '../b', version: '8' }], 0, 1],
  ];
for (const [what, value, count, losses] of FILES) {
  test(`a file with ${what}`, () => {
    const { reading, coverage } = read(value);
    assert.equal(reading?.packages.length ?? null, count);
    const later =
      reading === null
        ? []
        : composerCataloger.catalog(new Map([[INSTALLED, reading]]), { distribution: null }).coverage;
    assert.equal(coverage.length + later.length, losses);
  });
}

const origins: readonly (readonly [entry: object, repository: string | null])[] = [
  [
    { source: { type: 'git', url: 'https://git.example/a', reference: 'abc' } },
    'git+https://git.example/a@abc',
  ],
  [
    { source: { type: 'git', url: 'https://u:p@git.example/a', reference: 'abc' } },
    'git+https://git.example/a@abc',
  ],
  [
    {
      source: { type: 'git', url: 'https://git.example/a', reference: 'abc' },
      'notification-url': 'https://p/',
    },
    null,
  ],
  [{}, null],
];
for (const [entry, repository] of origins) {
  test(`origin of ${JSON.stringify(entry)}`, () => {
    assert.equal(read([{ name: 'a/b', ...entry }]).reading?.packages[0]?.repository, repository);
  });
}

test('a list beyond all measure is cut, visibly', () => {
  const { reading } = read(Array.from({ length: 50_001 }, (_, index) => ({ name: `a/b${index}` })));
  assert.equal(reading?.packages.length, 50_000);
  const { coverage } = composerCataloger.catalog(new Map([[INSTALLED, { ...reading, packages: [] }]]), {
    distribution: null,
  });
  assert.deepEqual(
    coverage.map(({ code, subject }) => [code, subject]),
    [['LIMIT_REACHED', INSTALLED]],
  );
});

test('no file makes it throw, and what it reads can be cataloged', () => {
  const fields = fc.constantFrom(
    'name',
    'version',
    'license',
    'authors',
    'require',
    'replace',
    'source',
    'dist',
  );
  const entry = fc.oneof(fc.dictionary(fields, fc.jsonValue()), fc.jsonValue());
  const named = entry.map((value) => ({ ...(value as object), name: 'a/b' }));
  fc.assert(
    fc.property(fc.oneof(fc.array(fc.oneof(entry, named)), fc.jsonValue()), (value) => {
      const { reading } = read(value);
      if (reading !== null)
        composerCataloger.catalog(new Map([[INSTALLED, reading]]), { distribution: null });
    }),
    { numRuns: 300 },
  );
});
