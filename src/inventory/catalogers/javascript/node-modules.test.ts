import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applicationOf, isInsideModule, isModuleManifest, moduleNameOf } from './node-modules.ts';

const MANIFESTS: readonly (readonly [path: string, isModule: boolean])[] = [
  ['node_modules/a/package.json', true],
  ['srv/app/node_modules/a/package.json', true],
  ['srv/app/node_modules/@s/a/package.json', true],
  ['srv/app/node_modules/a/node_modules/b/package.json', true],
  ['srv/app/node_modules/test/node_modules/b/package.json', true],
  ['srv/app/node_modules/@s/test/node_modules/b/package.json', true],
  ['srv/app/node_modules/.pnpm/a@1.0.0/node_modules/@s/a/package.json', true],
  ['srv/app/node_modules/a/server/node_modules/b/package.json', true],
  ['usr/local/lib/node_modules/npm/package.json', true],
  ['usr/share/nodejs/semver/package.json', true],
  ['usr/share/nodejs/@types/node/package.json', true],
  ['usr/share/nodejs/a/node_modules/b/package.json', true],
  ['usr/lib/nodejs/a/package.json', true],
  ['usr/lib/x86_64-linux-gnu/nodejs/a/package.json', true],
  ['opt/yarn-v1.22.22/package.json', true],
  ['deno-dir/npm/npm.example.org/a/1.0.0/package.json', true],
  ['root/.cache/deno/npm/npm.example.org/@s/a/1.0.0-rc.1/package.json', true],

  ['deno-dir/npm/npm.example.org/a/1.0.0/esm/package.json', false],
  ['deno-dir/npm/npm.example.org/a/package.json', false],
  ['srv/npm/a/1.0.0/package.json', false],
  ['package.json', false],
  ['srv/app/package.json', false],
  ['node_modules/package.json', false],
  ['node_modules/@s/package.json', false],
  ['node_modules/.cache/package.json', false],
  ['node_modules/a/esm/package.json', false],
  ['node_modules/@s/a/esm/package.json', false],
  ['node_modules/resolve/test/resolver/baz/package.json', false],
  ['node_modules/a/test/fixtures/node_modules/b/package.json', false],
  ['node_modules/a/lib/__tests__/node_modules/b/package.json', false],
  ['my_node_modules/a/package.json', false],
  ['srv/nodejs/a/package.json', false],
  ['opt/yarn/package.json', false],
];
for (const [path, isModule] of MANIFESTS) {
  test(`${path} is ${isModule ? '' : 'not '}the manifest of a module`, () => {
    assert.equal(isModuleManifest(path), isModule);
  });
}

test('names come from directories', () => {
  assert.equal(moduleNameOf('node_modules/a'), 'a');
  assert.equal(moduleNameOf('node_modules/@s/a'), '@s/a');
  assert.equal(moduleNameOf('node_modules/.bin'), null);
  assert.equal(moduleNameOf(''), null);
});

test('a module belongs to the outermost application', () => {
  assert.equal(applicationOf('srv/app/node_modules/a/node_modules/b/package.json'), 'srv/app');
  assert.equal(applicationOf('node_modules/a/package.json'), '');
  assert.equal(applicationOf('deno-dir/npm/npm.example.org/a/1.0.0/package.json'), '');
  assert.equal(applicationOf('usr/share/nodejs/a/package.json'), null);
});

test('what lies in modules, and what does not', () => {
  for (const path of [
    'node_modules/a/lib/x',
    'srv/node_modules/a/',
    'usr/share/nodejs/a/x',
    'usr/lib/nodejs/a/',
  ])
    assert.ok(isInsideModule(path), path);
  for (const path of ['', '/', 'srv/app/', 'usr/share/node/a', 'srv/usr/share/nodejs/a/'])
    assert.ok(!isInsideModule(path), path);
});
