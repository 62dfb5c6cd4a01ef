import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fixture, fixtureTree, inventoryOf, scanFiles } from '../../../../test/inventory/layer-stack.ts';
import { condaEnvironmentCataloger } from './conda-environment.ts';
import { condaInstalledCataloger } from './conda-installed.ts';
import { channelName } from './conda-purl.ts';

const META = 'opt/conda/conda-meta/a-1.0-0.json';

test('an environment: packages as rattler linked them', () => {
  const { packages, coverage } = inventoryOf([fixtureTree('conda/environment.tar.gz')]);
  const { layer, files, ...iniconfig } =
    packages.find(({ type, name }) => type === 'conda' && name === 'iniconfig') ?? assert.fail();
  const id = 'pkg:conda/iniconfig@2.0.0?build=pyhd8ed1ab_0&channel=conda-forge&subdir=noarch&type=conda';
  assert.deepEqual(iniconfig, {
    id,
    purl: id,
    type: 'conda',
    presence: 'installed',
    cataloger: 'conda-installed',
    name: 'iniconfig',
    version: '2.0.0',
    architecture: 'noarch',
    source: null,
    licences: ['MIT'],
    licenceExpression: iniconfig.licenceExpression,
    licenceTexts: [],
    supplier: null,
    description: null,
    homepage: null,
    cpes: [],
    checksums: iniconfig.checksums,
    modularityLabel: null,
    evidence: [{ path: 'opt/conda/conda-meta/iniconfig-2.0.0-pyhd8ed1ab_0.json', layer, step: 0 }],
    ownedBy: null,
    dependencies: ['python'],
    dependsOn: [
      'pkg:conda/python@3.11.7?build=hab00c5b_1_cpython&channel=conda-forge&subdir=linux-64&type=tar.bz2',
    ],
  });
  assert.deepEqual(
    iniconfig.checksums.map(({ algorithm, hex }) => [algorithm, hex.length]),
    [
      ['md5', 32],
      ['sha256', 64],
    ],
  );
  assert.ok(files.includes('opt/conda/lib/python3.11/site-packages/iniconfig/__init__.py'));
  assert.deepEqual(coverage, []);
});

test('a distribution of Python that conda installed is owned by its package', () => {
  const { packages } = inventoryOf([fixtureTree('conda/environment.tar.gz')]);
  assert.deepEqual(
    packages.filter(({ type }) => type === 'pypi').map(({ purl, ownedBy }) => [purl, ownedBy?.slice(0, 29)]),
    [
      ['pkg:pypi/iniconfig@2.0.0', 'pkg:conda/iniconfig@2.0.0?bui'],
      ['pkg:pypi/itsdangerous@2.2.0', 'pkg:conda/itsdangerous@2.2.0?'],
    ],
  );
});

test('an environment file: what is exact, and what pip was to install', () => {
  const { packages, coverage } = inventoryOf([{ 'srv/environment.yml': fixture('conda/environment.yml') }]);
  assert.deepEqual(
    packages.map(({ purl }) => purl),
    [
      'pkg:conda/iniconfig@2.0.0?build=pyhd8ed1ab_0&channel=conda-forge',
      'pkg:conda/itsdangerous@2.2.0?channel=conda-forge',
      'pkg:conda/zlib@1.3.1?build=h6a678d5_0&channel=defaults',
      'pkg:pypi/flask@3.0.3',
    ],
  );
  assert.ok(packages.every(({ presence }) => presence === 'declared'));
  assert.deepEqual(coverage, []);
});

test('an environment file beside its environment names nothing more', () => {
  const { packages } = inventoryOf([
    { ...fixtureTree('conda/environment.tar.gz'), 'srv/environment.yml': fixture('conda/environment.yml') },
  ]);
  assert.deepEqual(
    packages.filter(({ presence, type }) => presence === 'declared' && type === 'conda').length,
    0,
  );
});

const CHANNELS: readonly (readonly [
  written: string | null,
  subdir: string | null,
  expected: string | null,
])[] = [
  ['conda-forge', null, 'conda-forge'],
  ['pkgs/main', null, 'main'],
  ['https://conda.example/conda-forge/linux-64', 'linux-64', 'conda-forge'],
  ['https://conda.example/pkgs/main/noarch', null, 'main'],
  ['https://user:pw@conda.example/t/secret-token/private/linux-64', 'linux-64', 'private'],
  ['https://conda.example/conda-forge/label/rc/linux-64/a-1.0-0.conda', 'linux-64', 'conda-forge/label/rc'],
  ['file:///srv/channel/', 'noarch', 'channel'],
  ['https://conda.example/', null, null],
  [null, 'noarch', null],
];
for (const [written, subdir, expected] of CHANNELS) {
  test(`channel ${written}`, () => assert.equal(channelName(written, subdir), expected));
}

const DAMAGED: readonly (readonly [what: string, text: string, packages: number, coverage: number])[] = [
  ['no JSON', '{', 0, 1],
  ['no name', '{"version":"1"}', 0, 1],
  ['a name that is none', '{"name":"a/b"}', 0, 1],
  ['no version', '{"name":"a"}', 1, 0],
  ['fields that are no text', '{"name":"a","version":1,"depends":7,"files":[1],"md5":"x"}', 1, 0],
];
for (const [what, text, packages, coverage] of DAMAGED) {
  test(`damage: ${what}`, () => {
    const inventory = inventoryOf([{ [META]: text }]);
    assert.deepEqual([inventory.packages.length, inventory.coverage.length], [packages, coverage]);
  });
}

test('files that climb out of the environment are not owned', () => {
  const text = JSON.stringify({
    name: 'a',
    version: '1.0',
    files: ['lib/a', '../../etc/passwd', '/etc/shadow'],
  });
  const [pkg] = inventoryOf([{ [META]: text }]).packages;
  assert.deepEqual(pkg?.files, ['opt/conda/lib/a']);
});

test('an environment file of something else is none', () => {
  for (const text of ['environment: production\n', '- a\n', '{', 'dependencies: {a: 1}\n']) {
    const { packages, coverage } = inventoryOf([{ 'srv/environment.yml': text }]);
    assert.deepEqual([packages, coverage], [[], []]);
  }
});

test('no file makes them throw, and what they read can be cataloged', () => {
  const meta = fc.dictionary(
    fc.constantFrom(
      'name',
      'version',
      'channel',
      'subdir',
      'fn',
      'depends',
      'files',
      'license',
      'dependencies',
    ),
    fc.jsonValue(),
  );
  const text = fc.oneof(
    fc.string(),
    meta.map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(text, (content) => {
      for (const [cataloger, path] of [
        [condaInstalledCataloger, META],
        [condaEnvironmentCataloger, 'environment.yml'],
      ] as const) {
        for (const { record } of scanFiles({ [path]: content }, [cataloger]).records) {
          if (record !== null) cataloger.catalog(new Map([[path, record]]), { distribution: null });
        }
      }
    }),
    { numRuns: 300 },
  );
});
