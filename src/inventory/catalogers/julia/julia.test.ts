import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fixture, inventoryOf, scanFiles } from '../../../../test/inventory/layer-stack.ts';
import { juliaInstalledCataloger } from './julia-installed.ts';
import { juliaManifestCataloger } from './julia-manifest.ts';

const EXAMPLE = '7876af07-990d-54b4-ab0e-23690620f79a';
const IN_DEPOT = 'root/.julia/packages/Example/aqsx3/Project.toml';

test('a package in a depot', () => {
  const { packages, coverage } = inventoryOf([{ [IN_DEPOT]: fixture('julia/Example.Project.toml') }]);
  assert.deepEqual(
    packages.map(({ purl, presence, supplier, dependencies }) => [purl, presence, supplier, ...dependencies]),
    [[`pkg:julia/Example@0.5.1?uuid=${EXAMPLE}`, 'installed', 'Example Author <author@example.org>', 'Test']],
  );
  assert.deepEqual(coverage, []);
});

test('the project of an application, and one deeper in a package, are no packages', () => {
  const project = fixture('julia/Example.Project.toml');
  const { packages } = inventoryOf([
    { 'srv/app/Project.toml': project, 'root/.julia/packages/Example/aqsx3/docs/Project.toml': project },
  ]);
  assert.deepEqual(packages, []);
});

test('a manifest of format 1: the standard library has no version', () => {
  const { packages, coverage } = inventoryOf([{ 'srv/Manifest.toml': fixture('julia/Manifest-1.toml') }]);
  const dates = 'pkg:julia/Dates?uuid=ade2ca70-3891-5945-98fb-dc099432e06a';
  const printf = 'pkg:julia/Printf?uuid=de0858da-6303-5e67-8744-51eddeeeb8d7';
  assert.deepEqual(
    packages.map(({ purl, version, presence, dependsOn }) => [purl, version, presence, ...dependsOn]),
    [
      [dates, '', 'declared', printf],
      [`pkg:julia/Example@0.5.1?uuid=${EXAMPLE}`, '0.5.1', 'declared', dates],
      [printf, '', 'declared'],
    ],
  );
  assert.deepEqual(coverage, []);
});

test('a manifest of format 2: two packages of one name, a repository, and the application’s own', () => {
  const { packages } = inventoryOf([{ 'srv/Manifest-v1.11.toml': fixture('julia/Manifest-2.toml') }]);
  const shown = packages.map(({ name, version, dependsOn }) => [
    `${name} ${version}`,
    ...dependsOn.map((id) => id.replace(/^pkg:julia\/([^?]*)\?.*/, '$1')),
  ]);
  assert.deepEqual(shown, [
    ['A 1.0.0', 'B@2.0.0'],
    ['B 2.0.0'],
    ['B 3.0.0'],
    ['Dates ', 'Printf'],
    ['Example 0.5.4', 'Dates'],
    ['Printf '],
  ]);
  assert.equal(
    packages.find(({ name }) => name === 'Example')?.purl,
    `pkg:julia/Example@0.5.4?uuid=${EXAMPLE}&vcs_url=git%2Bhttps:%2F%2Fgithub.com%2FJuliaLang%2FExample.jl.git%40master`,
  );
});

test('manifests of packages’ developers, tests and documentation name nothing that is there', () => {
  const manifest = fixture('julia/Manifest-1.toml');
  const { packages } = inventoryOf([
    {
      'root/.julia/packages/Example/aqsx3/Manifest.toml': manifest,
      'srv/app/docs/Manifest.toml': manifest,
      'srv/app/test/Manifest.toml': manifest,
    },
  ]);
  assert.deepEqual(packages, []);
});

const DAMAGED: readonly (readonly [path: string, text: string, coverage: number])[] = [
  [IN_DEPOT, '= no TOML', 1],
  [IN_DEPOT, 'name = "Example"\n', 1],
  [IN_DEPOT, 'name = "Example"\nuuid = "7876af07"\n', 1],
  ['Manifest.toml', 'uuid = "\n=', 1],
  ['Manifest.toml', '[[deps.A]]\nuuid = "x"\n', 1],
  ['Manifest.toml', 'manifest_format = "2.0"\n', 0],
  ['Manifest.toml', '[package]\nname = "something else"\n', 0],
  ['Manifest.toml', 'something else', 0],
];
for (const [path, text, expected] of DAMAGED) {
  test(`damage: ${path} ${JSON.stringify(text)}`, () => {
    const { packages, coverage } = inventoryOf([{ [path]: text }]);
    assert.deepEqual(packages, []);
    assert.deepEqual(
      coverage.map(({ code, subject }) => [code, subject]),
      Array.from({ length: expected }, () => ['EVIDENCE_UNREADABLE', path]),
    );
  });
}

test('no file makes them throw, and what they read can be cataloged', () => {
  const real = ['Example.Project.toml', 'Manifest-1.toml', 'Manifest-2.toml'].map((name) =>
    fixture(`julia/${name}`),
  );
  const mutation = fc.tuple(fc.nat(), fc.nat(), fc.nat(255), fc.boolean());
  fc.assert(
    fc.property(fc.constantFrom(...real), mutation, (content, [cut, at, byte, whole]) => {
      const copy = Buffer.from(whole ? content : content.subarray(0, cut % content.length));
      if (copy.length > 0) copy[at % copy.length] = byte;
      for (const [cataloger, path] of [
        [juliaInstalledCataloger, IN_DEPOT],
        [juliaManifestCataloger, 'Manifest.toml'],
      ] as const) {
        for (const { record } of scanFiles({ [path]: copy }, [cataloger]).records) {
          if (record !== null) cataloger.catalog(new Map([[path, record]]), { distribution: null });
        }
      }
    }),
    { numRuns: 300 },
  );
});
