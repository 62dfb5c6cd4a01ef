import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fixture, fixtureTree, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { npmInstalledCataloger } from './npm-installed.ts';
import type { NpmModule } from './npm-manifest.ts';

const PATH = 'srv/app/node_modules/a/package.json';

function read(manifest: unknown, path = PATH) {
  const text = typeof manifest === 'string' ? manifest : JSON.stringify(manifest);
  const { record, coverage } = npmInstalledCataloger.read({ path, content: Buffer.from(text) });
  return { module: record as NpmModule | null, coverage };
}

test('a real installation: the modules that npm lists, and nothing of their test suites', () => {
  const { packages, coverage } = inventoryOf([fixtureTree('npm/modules.tar.gz')]);
  const expected = fixture('npm/modules.expected.tsv').toString().trim().split('\n').sort();
  assert.equal(expected.length, 88);
  assert.deepEqual(
    packages
      .map(({ name, version, evidence }) => {
        const path = evidence[0]?.path.replace(/^srv\/app\//, '').replace(/\/package\.json$/, '');
        return `${name}\t${version}\t${path}`;
      })
      .sort(),
    expected,
  );
  assert.deepEqual(coverage, []);
  assert.ok(packages.every(({ licences }) => licences.length > 0));
});

test('one version in two places is two packages, told apart by their paths', () => {
  const { packages } = inventoryOf([fixtureTree('npm/modules.tar.gz')]);
  assert.equal(new Set(packages.map(({ id }) => id)).size, packages.length);
  const width = packages.filter(({ name }) => name === 'string-width');
  assert.deepEqual(
    width.map(({ id }) => id),
    ['pkg:npm/string-width@4.2.3'],
    'the alias string-width-cjs stands under its real name',
  );
});

test('a module as its manifest describes it', () => {
  const { packages } = inventoryOf([fixtureTree('npm/modules.tar.gz')]);
  const { layer, evidence, ...frame } =
    packages.find(({ name }) => name === '@babel/code-frame') ?? assert.fail();
  assert.deepEqual(evidence, [
    { path: 'srv/app/node_modules/@babel/code-frame/package.json', layer, step: 0 },
  ]);
  assert.deepEqual(frame, {
    id: 'pkg:npm/%40babel/code-frame@7.12.11',
    purl: 'pkg:npm/%40babel/code-frame@7.12.11',
    type: 'npm',
    name: '@babel/code-frame',
    version: '7.12.11',
    architecture: null,
    source: null,
    licences: ['MIT'],
    supplier: 'Sebastian McKenzie <sebmck@gmail.com>',
    description: 'Generate errors that contain a code frame that point to source locations.',
    homepage: 'https://babeljs.io/',
    modularityLabel: null,
    files: [],
    ownedBy: null,
    dependencies: ['@babel/highlight'],
    presence: 'installed',
    cataloger: 'npm-installed',
    licenceExpression: 'MIT',
    licenceTexts: [],
    cpes: [],
    checksums: [],
    dependsOn: ['pkg:npm/%40babel/highlight@7.25.9'],
  });
});

test('the layout of pnpm', () => {
  const { packages } = inventoryOf([fixtureTree('npm/pnpm-modules.tar.gz')]);
  assert.deepEqual(
    packages.map(({ purl }) => purl),
    ['pkg:npm/%40types/ms@0.7.31', 'pkg:npm/debug@4.3.4', 'pkg:npm/ms@2.1.2'],
  );
});

const MANIFESTS: readonly (readonly [
  what: string,
  manifest: unknown,
  name: string | null,
  version: string | null,
  coverage: number,
])[] = [
  ['name and version', { name: 'a', version: '1.0.0' }, 'a', '1.0.0', 0],
  ['a byte order mark', '\ufeff{"name":"a","version":"1.0.0"}', 'a', '1.0.0', 0],
  ['no version', { name: 'a' }, 'a', '', 0],
  ['no name', { version: '1.0.0' }, 'a', '1.0.0', 0],
  ['a module type alone', { type: 'module' }, null, null, 0],
  ['a name that is no name', { name: '../../a', version: '1' }, null, null, 1],
  ['a version that is no text', { name: 'a', version: { major: 1 } }, 'a', '', 0],
  ['a list', [], null, null, 1],
  ['no JSON', '{"name": "a",', null, null, 1],
  ['an empty file', '', null, null, 1],
];
for (const [what, manifest, name, version, coverage] of MANIFESTS) {
  test(`a manifest with ${what}`, () => {
    const { module, coverage: seen } = read(manifest);
    assert.deepEqual([module?.name ?? null, module?.version ?? null], [name, version]);
    assert.equal(seen.length, coverage);
    if (coverage > 0) assert.deepEqual([seen[0]?.code, seen[0]?.subject], ['EVIDENCE_UNREADABLE', PATH]);
  });
}

test('no manifest makes it throw, and what it reads can be cataloged', () => {
  const field = fc.constantFrom(
    'name',
    'version',
    'license',
    'licenses',
    'author',
    'dependencies',
    'homepage',
  );
  const manifest = fc.oneof(fc.string(), fc.dictionary(field, fc.jsonValue()), fc.jsonValue());
  fc.assert(
    fc.property(manifest, (value) => {
      const { module } = read(value);
      if (module !== null) npmInstalledCataloger.catalog(new Map([[PATH, module]]), { distribution: null });
    }),
    { numRuns: 500 },
  );
});
