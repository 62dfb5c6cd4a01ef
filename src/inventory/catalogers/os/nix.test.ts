import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fixtureTree, inventoryOf, type LayerFiles } from '../../../../test/inventory/layer-stack.ts';
import { nixCataloger } from './nix.ts';
import { readNixDatabase } from './nix-database.ts';
import { parseStorePath } from './nix-name.ts';

const DATABASE = 'nix/var/nix/db/db.sqlite';
const TREE = fixtureTree('os/nix.tar.gz');
const CONTENT = Buffer.from(TREE[DATABASE] as Uint8Array);
const HASH = '7sz63yhzp487bs2sy2yi2b024w97y5hd';

const OPENSSL = 'pkg:nix/openssl@3.0.13?outputhash=7xdz85kwwa6wnjw56sx6m7bklm25c0kn';
const OPENSSL_BIN = 'pkg:nix/openssl@3.0.13?output=bin&outputhash=ffip9a1j8sim1k42v78clpb2ni8bsi8z';
const REQUESTS = 'pkg:nix/python3.11-requests@2.31.0?outputhash=zqc9yb31akdb56rs73i876m165s2bwbq';
const ZLIB = `pkg:nix/zlib@1.3.1?outputhash=${HASH}`;

/** Store paths with a version, and the rows of `Refs` between them, as sqlite3 prints the database. */
const EXPECTED: readonly (readonly [purl: string, ...needs: readonly string[]])[] = [
  ['pkg:nix/hello-unstable@2024-01-05?outputhash=qlzy93895sywrpyjycva9da524893w5z', OPENSSL_BIN, REQUESTS],
  [OPENSSL_BIN, OPENSSL],
  [OPENSSL, ZLIB],
  [REQUESTS, OPENSSL],
  ['pkg:nix/zlib@1.3.1?output=dev&outputhash=gcamg6jrdhragi9g0b7jm1kln912l1h3'],
  [ZLIB],
];

test('a store with its database: outputs, and what refers to what', () => {
  const { packages, coverage } = inventoryOf([TREE], { catalogers: [nixCataloger] });
  assert.deepEqual(
    new Map(packages.map(({ purl, dependsOn }) => [purl, dependsOn])),
    new Map(EXPECTED.map(([purl, ...needs]) => [purl, needs])),
  );
  assert.deepEqual(
    packages[0]?.evidence.map(({ path }) => path),
    ['nix/store/qlzy93895sywrpyjycva9da524893w5z-hello-unstable-2024-01-05/bin/hello', DATABASE],
  );
  assert.deepEqual(coverage, []);
});

test('a store alone, as dockerTools make it: each package comes with the layer that has its directory', () => {
  const layers = Object.entries(TREE)
    .filter(([path]) => path !== DATABASE)
    .map(([path, content]): LayerFiles => ({ [path]: content }));
  const { packages } = inventoryOf(layers);
  assert.deepEqual(packages.map(({ purl }) => purl).sort(), EXPECTED.map(([purl]) => purl).sort());
  assert.equal(new Set(packages.map(({ layer }) => layer)).size, packages.length);
});

test('a store path that an upper layer removes is gone', () => {
  const { packages } = inventoryOf([TREE, { [`nix/store/${HASH}-zlib-1.3.1`]: null }]);
  assert.equal(packages.length, EXPECTED.length - 1);
});

test('a database without its store names nothing that is there', () => {
  assert.deepEqual(inventoryOf([{ [DATABASE]: CONTENT }]).packages, []);
});

test('of a store path’s thousand files one is kept', () => {
  const files = Array.from({ length: 1000 }, (_, index) => [`nix/store/${HASH}-a-1/share/${index}`, '']);
  const [found] = inventoryOf([Object.fromEntries(files) as LayerFiles]).packages;
  assert.deepEqual(
    found?.evidence.map(({ path }) => path),
    [`nix/store/${HASH}-a-1/share/0`],
  );
});

const NAMES: readonly (readonly [baseName: string, name: string, version: string, output: string | null])[] =
  [
    ['hello-2.12.1', 'hello', '2.12.1', null],
    ['glibc-2.38-44', 'glibc', '2.38-44', null],
    ['glibc-2.38-44-bin', 'glibc', '2.38-44', 'bin'],
    ['python3.11-requests-2.31.0', 'python3.11-requests', '2.31.0', null],
    ['perl5.38.2-URI-5.21', 'perl5.38.2-URI', '5.21', null],
    ['hello-unstable-2024-01-05', 'hello-unstable', '2024-01-05', null],
    ['util-linux-minimal-2.39.4-lib', 'util-linux-minimal', '2.39.4', 'lib'],
    ['gcc-13.2.0-libgcc', 'gcc', '13.2.0', 'libgcc'],
    ['bash-interactive-5.2p26-man', 'bash-interactive', '5.2p26', 'man'],
    ['bind-9.18-rc1', 'bind', '9.18-rc1', null],
    ['user-environment', 'user-environment', '', null],
    ['stdenv-linux', 'stdenv-linux', '', null],
  ];
for (const [baseName, name, version, output] of NAMES) {
  test(`the name ${baseName}`, () => {
    assert.deepEqual(parseStorePath(`${HASH}-${baseName}`), { hash: HASH, name, version, output });
  });
}

test('the output that the database states is believed', () => {
  assert.equal(parseStorePath(`${HASH}-tool-1.0-man`, 'out')?.version, '1.0-man');
  assert.equal(parseStorePath(`${HASH}-tool-1.0-tls`, 'tls')?.output, 'tls');
});

test('what else lies in the store is no package', () => {
  const files: LayerFiles = {
    [`nix/store/${HASH}-hello-2.12.tar.gz`]: 'a source',
    [`nix/store/${HASH}-hello-2.12.drv`]: 'Derive()',
    [`nix/store/${HASH}-unit-hello/hello.service`]: 'no version',
    [`nix/store/${HASH}--1/a`]: 'no name',
    'nix/store/.links/1xyz-1.0/a': 'shared contents',
    'nix/store/hello-1.0/a': 'no hash',
    [`srv/nix/store/${HASH}-a-1/b`]: 'elsewhere',
  };
  const { packages, coverage } = inventoryOf([files]);
  assert.deepEqual([packages, coverage], [[], []]);
});

test('a damaged database is coverage, and the store is read all the same', () => {
  for (const damaged of [Buffer.from('no database'), Buffer.alloc(0), CONTENT.subarray(0, 20_000)]) {
    const { packages, coverage } = inventoryOf([{ ...TREE, [DATABASE]: damaged }]);
    assert.equal(packages.length, EXPECTED.length);
    assert.deepEqual(
      coverage.map(({ code, subject }) => [code, subject]),
      [['EVIDENCE_UNREADABLE', DATABASE]],
    );
  }
});

test('no database makes it throw', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(CONTENT.length - 1), fc.nat(255)), { maxLength: 8 }), (changes) => {
      const copy = Buffer.from(CONTENT);
      for (const [at, byte] of changes) copy[at] = byte;
      readNixDatabase(copy);
    }),
    { numRuns: 300 },
  );
});
