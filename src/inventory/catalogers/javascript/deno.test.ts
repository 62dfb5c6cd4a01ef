import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture, fixtureTree, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { assertRobust, catalogOf, edgesOf } from '../../../../test/inventory/lock-files.ts';
import { denoCataloger } from './deno.ts';
import { specifiedPackage } from './deno-specifier.ts';

const LOCK = 'srv/app/deno.lock';
const JSR = '?repository_url=https:%2F%2Fnpm.jsr.io';
const deno = (lock: unknown) =>
  catalogOf(denoCataloger, { [LOCK]: lock instanceof Uint8Array ? lock : JSON.stringify(lock) });

test('version 5: npm, JSR and addresses, with their edges', () => {
  const { packages, purls, codes } = deno(fixture('javascript/deno/deno-5.lock'));
  assert.equal(packages.length, 28);
  assert.deepEqual(codes, []);
  for (const purl of [
    'pkg:npm/chalk@4.1.2',
    'pkg:npm/use-sync-external-store@1.2.0',
    `pkg:npm/%40jsr/hallmark__print@2.1.0${JSR}`,
    'pkg:generic/modules.example/greet@1.2.3',
    'pkg:generic/modules.example/x/hash@v0.4.0',
  ]) {
    assert.ok(
      purls.some((found) => found === purl),
      purl,
    );
  }
  assert.ok(!purls.some((purl) => purl.includes('fsevents')), 'for another system');
  const edges = edgesOf(packages);
  assert.deepEqual(edges['chalk'], ['ansi-styles@4.3.0', 'supports-color@7.2.0']);
  assert.deepEqual(edges['use-sync-external-store'], ['react@18.2.0']);
  assert.deepEqual(edges['@jsr/hallmark__print'], [`%40jsr/hallmark__colour@1.0.0${JSR}`]);
});

const COUNTS = [
  ['3', 41, ['code-block-writer@13.0.1']],
  ['4', 62, []],
] as const;
for (const [version, count, needed] of COUNTS) {
  test(`version ${version}: every package, and the edges between registries`, () => {
    const { packages, codes } = deno(fixture(`javascript/deno/deno-${version}.lock`));
    assert.equal(packages.length, count);
    assert.deepEqual(codes, []);
    const edges = edgesOf(packages);
    for (const need of needed) assert.ok(edges['@jsr/deno__dnt']?.includes(need), need);
    const named = packages.filter(({ dependencies, dependsOn }) => dependencies.length !== dependsOn.length);
    // two versions of one name are one name
    assert.deepEqual(
      named.map(({ name }) => name),
      [],
    );
  });
}

const LOCKS: readonly (readonly [what: string, lock: unknown, purls: readonly string[]])[] = [
  [
    'version 1',
    { 'https://deno.land/std@0.120.0/fmt/colors.ts': 'a', 'https://deno.land/std@0.120.0/fs/mod.ts': 'b' },
    ['pkg:generic/deno.land/std@0.120.0'],
  ],
  [
    'version 2',
    {
      version: '2',
      remote: {},
      npm: {
        specifiers: { 'a@1': 'a@1.0.0' },
        packages: {
          'a@1.0.0': { integrity: 'x', dependencies: { b: 'b@2.0.0_c@3.0.0' } },
          'b@2.0.0_c@3.0.0': {},
        },
      },
    },
    ['pkg:npm/a@1.0.0', 'pkg:npm/b@2.0.0'],
  ],
  [
    'an alias, and several versions of one name',
    {
      version: '5',
      npm: {
        '@aa/pkg@2.1.5': { dependencies: ['othername@npm:@b/pkg@2.0.5', 'c@1.0.0'] },
        '@b/pkg@2.0.5': { dependencies: ['c@2.0.0'] },
        'c@1.0.0': {},
        'c@2.0.0': {},
      },
    },
    ['pkg:npm/%40aa/pkg@2.1.5', 'pkg:npm/%40b/pkg@2.0.5', 'pkg:npm/c@1.0.0', 'pkg:npm/c@2.0.0'],
  ],
  ['another system', { version: '5', npm: { 'a@1.0.0': { os: ['win32'], dependencies: ['b'] } } }, []],
  ['nothing', { version: '5' }, []],
];
for (const [what, lock, expected] of LOCKS) {
  test(`lock: ${what}`, () => {
    const { purls, codes } = deno(lock);
    assert.deepEqual(purls, expected);
    assert.deepEqual(codes, []);
  });
}

test('an import map counts where there is no lock', () => {
  const manifest = fixture('javascript/deno/deno.jsonc');
  const alone = catalogOf(denoCataloger, { 'srv/app/deno.jsonc': manifest });
  assert.deepEqual(alone.purls, [
    'pkg:generic/modules.example/greet@1.2.3',
    `pkg:npm/%40jsr/hallmark__print${JSR}`,
    'pkg:npm/chalk@4.1.2',
    'pkg:npm/chokidar',
    'pkg:npm/react@18.2.0',
    'pkg:npm/use-sync-external-store@1.2.0',
  ]);
  const beside = catalogOf(denoCataloger, {
    'srv/app/deno.jsonc': manifest,
    [LOCK]: fixture('javascript/deno/deno-5.lock'),
  });
  assert.equal(beside.packages.length, 28);
});

const SPECIFIERS: readonly (readonly [specifier: string, name: string | null, version: string])[] = [
  ['npm:chalk@4.1.2', 'chalk', '4.1.2'],
  ['npm:/chalk@4.1.2/source/index.js', 'chalk', '4.1.2'],
  ['npm:@s/a@^1/x', '@s/a', ''],
  ['npm:chalk', 'chalk', ''],
  ['jsr:@std/path@1.0.0', '@jsr/std__path', '1.0.0'],
  ['jsr:path@1', null, ''],
  ['https://deno.land/std@0.208.0/path/mod.ts', 'deno.land/std', '0.208.0'],
  ['https://deno.land/x/oak@v12.6.1/mod.ts', 'deno.land/x/oak', 'v12.6.1'],
  ['https://esm.sh/react@18.2.0', 'react', '18.2.0'],
  ['https://esm.sh/v135/@s/a@1.2.3/es2022/a.mjs?dev', '@s/a', '1.2.3'],
  ['https://esm.sh/*react-dom@18.2.0&dev/client', 'react-dom', '18.2.0'],
  ['https://esm.sh/react@18', null, ''],
  ['https://esm.sh/gh/o/r@v1.0.0/mod.ts', 'esm.sh/gh/o/r', 'v1.0.0'],
  ['https://unpkg.com/react@18.2.0/umd/react.js', 'react', '18.2.0'],
  ['https://cdn.jsdelivr.net/npm/react@18.2.0/+esm', 'react', '18.2.0'],
  ['https://raw.example.org/o/r/main/mod.ts', null, ''],
  ['./local.ts', null, ''],
];
for (const [specifier, name, version] of SPECIFIERS) {
  test(`specifier: ${specifier}`, () => {
    const found = specifiedPackage(specifier);
    assert.deepEqual([found?.name ?? null, found?.version ?? ''], [name, version]);
  });
}

test('modules that Deno keeps are installed, and then the lock adds only what is not of npm', () => {
  const { packages } = inventoryOf([
    { ...fixtureTree('javascript/deno/modules.tar.gz'), [LOCK]: fixture('javascript/deno/deno-5.lock') },
  ]);
  const installed = packages.filter(({ presence }) => presence === 'installed');
  assert.deepEqual(installed.map(({ purl }) => purl).slice(0, 3), [
    'pkg:npm/ansi-styles@4.3.0',
    'pkg:npm/chalk@4.1.2',
    'pkg:npm/chokidar@3.6.0',
  ]);
  assert.equal(installed.length, 9);
});

test('damage is said', () => {
  for (const lock of [[], { a: 1 }, { version: 5 }, { version: '5', npm: { a: 7 } }]) {
    assert.deepEqual(deno(lock).codes, [`EVIDENCE_UNREADABLE ${LOCK}`], JSON.stringify(lock));
  }
});

test('no file makes it throw', () => {
  const pieces = [
    '{"version":"5",',
    '"npm":',
    '"jsr":',
    '"@s/a@1":',
    '{',
    '}',
    '[',
    ']',
    '"a@1.0.0":',
    '"dependencies":',
  ];
  for (const version of ['3', '5']) {
    assertRobust(denoCataloger, LOCK, fixture(`javascript/deno/deno-${version}.lock`), pieces);
  }
  assertRobust(denoCataloger, 'srv/deno.jsonc', fixture('javascript/deno/deno.jsonc'), pieces);
});
