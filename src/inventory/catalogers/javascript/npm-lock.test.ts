import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fixture, inventoryOf, scanFiles } from '../../../../test/inventory/layer-stack.ts';
import { npmLockCataloger } from './npm-lock.ts';

const LOCK = 'srv/app/package-lock.json';

/** Purls of a file system with these files. */
function purls(files: Readonly<Record<string, string | Uint8Array>>): string[] {
  return inventoryOf([files]).packages.map(({ purl }) => purl);
}

function lock(...names: readonly string[]): string {
  const packages = Object.fromEntries(names.map((name) => [`node_modules/${name}`, { version: '1.0.0' }]));
  return JSON.stringify({ lockfileVersion: 3, packages });
}

/** What `npm ci --omit=dev` installed from the same lock. */
const INSTALLED = new Set(
  fixture('npm/modules.expected.tsv')
    .toString()
    .trim()
    .split('\n')
    .map((row) => row.split('\t').slice(0, 2).join('@')),
);

for (const version of [1, 2, 3]) {
  test(`lock file of version ${version}: what npm installs from it, without development`, () => {
    const files = { [LOCK]: fixture(`npm/package-lock-v${version}.json`) };
    const { packages, coverage } = inventoryOf([files]);
    const found = new Set(packages.map((pkg) => `${pkg.name}@${pkg.version}`));
    // version 1 does not tell for which systems an optional package is
    if (version === 1) assert.ok(found.delete('fsevents@2.3.3'));
    assert.deepEqual([...found].sort(), [...INSTALLED].sort());
    assert.ok(packages.every(({ evidence }) => evidence[0]?.path === LOCK));
    assert.deepEqual(coverage, []);
  });
}

test('edges and licences are kept', () => {
  const { packages } = inventoryOf([{ [LOCK]: fixture('npm/package-lock-v3.json') }]);
  const debug = packages.find(({ name }) => name === 'debug');
  assert.deepEqual([debug?.licences, debug?.dependencies], [['MIT'], ['ms']]);
});

const MODULE = '{"name":"m","version":"2.0.0"}';
const PLACES: readonly (readonly [
  what: string,
  files: Record<string, string>,
  expected: readonly string[],
])[] = [
  ['a lock alone', { [LOCK]: lock('a') }, ['pkg:npm/a@1.0.0']],
  ['a lock in the root directory', { 'package-lock.json': lock('a') }, ['pkg:npm/a@1.0.0']],
  [
    'modules beside it',
    { [LOCK]: lock('m', 'a'), 'srv/app/node_modules/m/package.json': MODULE },
    ['pkg:npm/m@2.0.0'],
  ],
  [
    'modules of another application',
    { [LOCK]: lock('m'), 'srv/other/node_modules/m/package.json': MODULE },
    ['pkg:npm/m@1.0.0', 'pkg:npm/m@2.0.0'],
  ],
  [
    'modules as pnpm lays them out',
    { [LOCK]: lock('m', 'a'), 'srv/app/node_modules/.pnpm/m@2/node_modules/m/package.json': MODULE },
    ['pkg:npm/m@2.0.0'],
  ],
  [
    'several locks',
    {
      [LOCK]: lock('a'),
      'srv/app/npm-shrinkwrap.json': lock('b'),
    },
    ['pkg:npm/b@1.0.0'],
  ],
  [
    'the lock of what npm last installed',
    {
      [LOCK]: lock('a'),
      'srv/app/npm-shrinkwrap.json': lock('b'),
      'srv/app/node_modules/.package-lock.json': lock('c'),
    },
    ['pkg:npm/c@1.0.0'],
  ],
  ['a lock inside a module', { 'srv/node_modules/m/package-lock.json': lock('a') }, []],
  // as the Debian package node-lodash ships lodash-cli
  ['a lock inside a module of Debian', { 'usr/share/nodejs/lodash-cli/npm-shrinkwrap.json': lock('a') }, []],
];
for (const [what, files, expected] of PLACES) {
  test(`place: ${what}`, () => assert.deepEqual(purls(files), expected));
}

const ENTRIES: readonly (readonly [what: string, lock: unknown, expected: readonly string[]])[] = [
  [
    'v3 alias',
    { packages: { 'node_modules/x': { name: '@s/a', version: '1.0.0' } } },
    ['pkg:npm/%40s/a@1.0.0'],
  ],
  ['v3 link', { packages: { 'node_modules/x': { resolved: 'packages/x', link: true } } }, []],
  ['v3 workspace', { packages: { '': { name: 'p' }, 'packages/x': { version: '1.0.0' } } }, []],
  ['v3 development', { packages: { 'node_modules/x': { version: '1.0.0', dev: true } } }, []],
  [
    'v3 development or optional',
    { packages: { 'node_modules/x': { version: '1.0.0', devOptional: true } } },
    ['pkg:npm/x@1.0.0'],
  ],
  [
    'v3 bundled',
    { packages: { 'node_modules/x': { version: '1.0.0', inBundle: true } } },
    ['pkg:npm/x@1.0.0'],
  ],
  [
    'v3 nested',
    { packages: { 'node_modules/y/node_modules/@s/x': { version: '1.0.0' } } },
    ['pkg:npm/%40s/x@1.0.0'],
  ],
  ['v3 other system', { packages: { 'node_modules/x': { version: '1.0.0', os: ['darwin'] } } }, []],
  ['v3 not on linux', { packages: { 'node_modules/x': { version: '1.0.0', os: ['!linux'] } } }, []],
  [
    'v3 not on Windows',
    { packages: { 'node_modules/x': { version: '1.0.0', os: ['!win32'] } } },
    ['pkg:npm/x@1.0.0'],
  ],
  [
    'v3 registry archive',
    {
      packages: {
        'node_modules/x': { version: '1.0.0', resolved: 'https://npm.example.org/x/-/x-1.0.0.tgz' },
      },
    },
    ['pkg:npm/x@1.0.0'],
  ],
  [
    'v3 git',
    { packages: { 'node_modules/x': { version: '1.0.0', resolved: 'git+ssh://git@example.org/x.git#abc' } } },
    ['pkg:npm/x@1.0.0?vcs_url=git%2Bssh:%2F%2Fgit%40example.org%2Fx.git%23abc'],
  ],
  [
    'v3 with a password',
    {
      packages: {
        'node_modules/x': { version: '1.0.0', resolved: 'git+https://me:s3cret@example.org/x.git' },
      },
    },
    ['pkg:npm/x@1.0.0?vcs_url=git%2Bhttps:%2F%2Fexample.org%2Fx.git'],
  ],
  [
    'v3 archive from elsewhere',
    { packages: { 'node_modules/x': { version: '1.0.0', resolved: 'https://example.org/x.tgz' } } },
    ['pkg:npm/x@1.0.0?download_url=https:%2F%2Fexample.org%2Fx.tgz'],
  ],
  ['v1 alias', { dependencies: { x: { version: 'npm:@s/a@1.0.0' } } }, ['pkg:npm/%40s/a@1.0.0']],
  [
    'v1 git',
    { dependencies: { x: { version: 'git+https://example.org/x.git#abc' } } },
    ['pkg:npm/x?vcs_url=git%2Bhttps:%2F%2Fexample.org%2Fx.git%23abc'],
  ],
  ['v1 directory', { dependencies: { x: { version: 'file:packages/x' } } }, []],
  [
    'v1 archive',
    { dependencies: { x: { version: 'file:x-1.0.0.tgz' } } },
    ['pkg:npm/x?download_url=file:x-1.0.0.tgz'],
  ],
  ['v1 development', { dependencies: { x: { version: '1.0.0', dev: true } } }, []],
  ['v1 bundled', { dependencies: { x: { version: '1.0.0', bundled: true } } }, ['pkg:npm/x@1.0.0']],
  [
    'v1 nested',
    { dependencies: { x: { version: '1.0.0', dependencies: { y: { version: '2.0.0' } } } } },
    ['pkg:npm/x@1.0.0', 'pkg:npm/y@2.0.0'],
  ],
  ['no dependencies', { name: 'p', lockfileVersion: 3 }, []],
];
for (const [what, content, expected] of ENTRIES) {
  test(`entry: ${what}`, () => {
    const { packages, coverage } = inventoryOf([{ [LOCK]: JSON.stringify(content) }]);
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      expected,
    );
    assert.deepEqual(coverage, []);
  });
}

const DAMAGED: readonly (readonly [what: string, text: string, packages: number])[] = [
  ['no JSON', '{"packages":', 0],
  ['another JSON', '[]', 0],
  ['no lock', '{"hello": 1}', 0],
  ['an entry that is no object', '{"packages":{"node_modules/a":7,"node_modules/b":{"version":"1"}}}', 1],
  ['a name that is no name', '{"packages":{"node_modules/../b":{"version":"1"}}}', 0],
];
for (const [what, text, count] of DAMAGED) {
  test(`damage: ${what}`, () => {
    const { packages, coverage } = inventoryOf([{ [LOCK]: text }]);
    assert.equal(packages.length, count);
    assert.deepEqual(
      coverage.map(({ code, subject }) => [code, subject]),
      [['EVIDENCE_UNREADABLE', LOCK]],
    );
  });
}

test('a list beyond all measure is cut, visibly', () => {
  const names = Array.from({ length: 100_001 }, (_, index) => `a${index}`);
  const { packages, coverage } = inventoryOf([{ [LOCK]: lock(...names) }]);
  assert.equal(packages.length, 100_000);
  assert.deepEqual(
    coverage.map(({ code, subject }) => [code, subject]),
    [['LIMIT_REACHED', LOCK]],
  );
});

test('nesting as deep as the file is long', () => {
  const depth = 20_000;
  const text = `${'{"dependencies":{"a":'.repeat(depth)}{"version":"1.0.0"}${'}}'.repeat(depth)}`;
  assert.deepEqual(purls({ [LOCK]: text }), ['pkg:npm/a', 'pkg:npm/a@1.0.0']);
});

test('no lock file makes it throw, and what it reads can be cataloged', () => {
  const entry = fc.dictionary(
    fc.constantFrom(
      'version',
      'name',
      'resolved',
      'link',
      'dev',
      'os',
      'dependencies',
      'requires',
      'license',
    ),
    fc.jsonValue(),
  );
  const key = fc.oneof(
    fc.string(),
    fc.string().map((name) => `node_modules/${name}`),
  );
  const file = fc.record(
    {
      packages: fc.dictionary(key, fc.oneof(entry, fc.jsonValue())),
      dependencies: fc.dictionary(key, entry),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(file, fc.jsonValue()), (value) => {
      const { records } = scanFiles({ [LOCK]: JSON.stringify(value) }, [npmLockCataloger]);
      for (const { record } of records) {
        if (record !== null) npmLockCataloger.catalog(new Map([[LOCK, record]]), { distribution: null });
      }
    }),
    { numRuns: 500 },
  );
});
