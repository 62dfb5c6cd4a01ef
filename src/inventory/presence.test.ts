import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pkg } from '../../test/packages.ts';
import type { Package } from '../model/package.ts';
import { dropInstalledDeclarations } from './presence.ts';

const at = (path: string) => [{ path, layer: null, step: null }];
const installed = (name: string): Package =>
  pkg('pypi', name, '1', { evidence: at(`usr/lib/python3/${name}.dist-info/METADATA`) });
const declared = (name: string, lock: string): Package =>
  pkg('pypi', name, '1', { presence: 'declared', evidence: at(lock) });

const namesOf = (packages: readonly Package[]) => packages.map(({ name, presence }) => `${presence} ${name}`);

test('a lock file of which half is installed names nothing more', () => {
  const packages = [installed('flask'), declared('flask', 'app/uv.lock'), declared('pytest', 'app/uv.lock')];
  assert.deepEqual(namesOf(dropInstalledDeclarations(packages)), ['installed flask']);
});

test('a lock file of which nothing is installed is all that tells', () => {
  const packages = [
    installed('flask'),
    declared('flask', 'app/uv.lock'),
    declared('django', 'other/uv.lock'),
    declared('pytest', 'other/uv.lock'),
  ];
  assert.deepEqual(namesOf(dropInstalledDeclarations(packages)), [
    'installed flask',
    'declared django',
    'declared pytest',
  ]);
});

test('a package of the same name from another ecosystem says nothing', () => {
  const packages = [pkg('npm', 'flask', '1'), declared('flask', 'app/uv.lock')];
  assert.deepEqual(namesOf(dropInstalledDeclarations(packages)), ['installed flask', 'declared flask']);
});

const MODULES: readonly (readonly [module: string, lock: string, isCarriedOut: boolean])[] = [
  ['srv/app/node_modules/ms', 'srv/app/yarn.lock', true],
  ['srv/app/node_modules/.pnpm/ms@2/node_modules/ms', 'srv/app/pnpm-lock.yaml', true],
  ['srv/app/node_modules/ms', 'srv/app/node_modules/.package-lock.json', true],
  ['srv/node_modules/ms', 'srv/app/yarn.lock', true],
  ['node_modules/ms', 'srv/app/yarn.lock', true],
  ['deno-dir/npm/npm.example.org/ms/2.0.0', 'srv/app/deno.lock', true],
  ['usr/local/lib/node_modules/npm/node_modules/ms', 'srv/app/yarn.lock', false],
  ['usr/share/nodejs/ms', 'srv/app/yarn.lock', false],
  ['srv/other/node_modules/ms', 'srv/app/yarn.lock', false],
];
for (const [module, lock, isCarriedOut] of MODULES) {
  test(`${module} is ${isCarriedOut ? '' : 'not '}what ${lock} had installed`, () => {
    const packages = [
      pkg('npm', 'ms', '2', { evidence: at(`${module}/package.json`) }),
      pkg('npm', 'ms', '2', { presence: 'declared', evidence: at(lock) }),
    ];
    assert.equal(dropInstalledDeclarations(packages).length, isCarriedOut ? 1 : 2);
  });
}

test('what another registry has is a declaration of its own', () => {
  const lock = { presence: 'declared', evidence: at('srv/deno.lock') } as const;
  const packages = [
    pkg('npm', 'ms', '2', { evidence: at('deno-dir/npm/npm.example.org/ms/2.0.0/package.json') }),
    pkg('npm', 'ms', '2', lock),
    pkg('npm', '@jsr/std__path', '1', {
      ...lock,
      purl: 'pkg:npm/%40jsr/std__path@1?repository_url=https:%2F%2Fnpm.jsr.io' as Package['purl'],
    }),
  ];
  assert.deepEqual(namesOf(dropInstalledDeclarations(packages)), ['installed ms', 'declared @jsr/std__path']);
});

test('a lock file that does not tell what is for development is carried out by a part of it', () => {
  const ms = pkg('npm', 'ms', '2', { evidence: at('srv/node_modules/ms/package.json') });
  const lock = { presence: 'declared', evidence: at('srv/yarn.lock') } as const;
  const declaredModules = (count: number) =>
    ['ms', 'a', 'b', 'c', 'd', 'e'].slice(0, count).map((name) => pkg('npm', name, '1', lock));
  assert.equal(dropInstalledDeclarations([ms, ...declaredModules(5)]).length, 1);
  assert.equal(dropInstalledDeclarations([ms, ...declaredModules(6)]).length, 7);
});
