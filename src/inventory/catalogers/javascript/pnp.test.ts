import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixtureTree, inventoryOf, type LayerFiles } from '../../../../test/inventory/layer-stack.ts';
import { assertRobust, catalogOf, edgesOf } from '../../../../test/inventory/lock-files.ts';
import { pnpCataloger } from './pnp.ts';
import { readPnpMap } from './pnp-map.ts';

const TREE = fixtureTree('javascript/yarn/pnp-4.tar.gz');
const MAP = 'srv/app/.pnp.cjs';

/** As `yarn info --all --recursive` lists them, the one that is unpacked left out. */
const INSTALLED: readonly (readonly [name: string, version: string, needs: readonly string[]])[] = [
  ['debug', '4.3.4', ['ms@2.1.2']],
  ['greeting', '1.0.0', ['left-pad@1.3.0']],
  ['is-odd', '3.0.1', ['is-number@6.0.0']],
  ['left-pad', '1.3.0', []],
  ['ms', '2.1.2', []],
  ['picocolors', '1.0.0', []],
];

function bytesOf(files: LayerFiles, path: string): Uint8Array {
  const file = files[path];
  assert.ok(file instanceof Uint8Array);
  return file;
}

test('a real installation: archives, what is unpacked, and no lock file beside them', () => {
  const { packages, coverage } = inventoryOf([TREE]);
  assert.deepEqual(
    packages.map(({ name, cataloger, presence }) => `${presence} ${name} ${cataloger}`),
    [...INSTALLED.map(([name]) => `installed ${name} yarn-pnp`), 'installed is-number npm-installed'].sort(),
  );
  const edges = edgesOf(packages);
  for (const [name, version, needs] of INSTALLED) {
    const pkg = packages.find((found) => found.name === name);
    assert.equal(pkg?.version, version);
    assert.deepEqual(edges[name] ?? [], needs);
    assert.ok((pkg?.licences.length ?? 0) > 0, name);
    assert.equal(pkg?.evidence[0]?.path, MAP);
    assert.match(pkg?.evidence[1]?.path ?? '', /\.yarn\/cache\/.*\.zip$/);
  }
  assert.deepEqual(coverage, []);
});

test('the map in a file of its own, and as Yarn 3 writes it', () => {
  for (const name of ['pnp-3', 'pnp-4d']) {
    const { packages, codes } = catalogOf(pnpCataloger, fixtureTree(`javascript/yarn/${name}.tar.gz`));
    assert.deepEqual(
      packages.map((pkg) => pkg.name),
      INSTALLED.map(([pkg]) => pkg),
      name,
    );
    assert.deepEqual(codes, []);
    // their archives were not copied
    assert.ok(packages.every(({ presence }) => presence === 'declared'));
  }
});

test('an archive that no map names is cache', () => {
  const { [MAP]: _map, ...rest } = TREE;
  assert.deepEqual(catalogOf(pnpCataloger, rest).purls, []);
});

test('a cache outside of the project is believed', () => {
  const map = {
    packageRegistryData: [
      [null, [[null, { packageLocation: './', packageDependencies: [['a', 'npm:1.0.0']] }]]],
      [
        'a',
        [
          [
            'npm:1.0.0',
            {
              packageLocation: '../root/.yarn/berry/cache/a-npm-1.0.0-0-0.zip/node_modules/a/',
              packageDependencies: [],
            },
          ],
          ['workspace:packages/a', { packageLocation: './packages/a/', packageDependencies: [] }],
        ],
      ],
    ],
  };
  const { packages } = catalogOf(pnpCataloger, { 'srv/.pnp.data.json': JSON.stringify(map) });
  assert.deepEqual(
    packages.map(({ purl, presence }) => [purl, presence]),
    [['pkg:npm/a@1.0.0', 'installed']],
  );
});

test('what is no map', () => {
  assert.equal(readPnpMap('{"a": 1}'), null);
  assert.equal(readPnpMap("RAW_RUNTIME_STATE =\n'{\\\n"), null);
  assert.deepEqual(catalogOf(pnpCataloger, { [MAP]: 'module.exports = 1' }).codes, [
    `EVIDENCE_UNREADABLE ${MAP}`,
  ]);
});

test('no file makes it throw', () => {
  const pieces = [
    "RAW_RUNTIME_STATE ='",
    '{"packageRegistryData":',
    '[',
    ']',
    '\\\n',
    "'",
    '"a"',
    ',',
    '{"packageLocation":""}',
  ];
  assertRobust(pnpCataloger, MAP, bytesOf(TREE, MAP), pieces);
  const zip = Object.keys(TREE).find((path) => path.includes('/cache/ms-')) ?? assert.fail();
  assertRobust(pnpCataloger, zip, bytesOf(TREE, zip), ['PK\u0003\u0004', 'PK\u0005\u0006', '\0\0']);
});
