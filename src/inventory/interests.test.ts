import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Cataloger, defineCataloger, type Interest } from './cataloger.ts';
import { CATALOGERS } from './catalogers/register.ts';
import { compileInterests } from './interests.ts';

function asking(name: string, ...interests: Interest[]): Cataloger {
  return defineCataloger<null>({
    name,
    version: 1,
    interests,
    read: () => ({ record: null, coverage: [] }),
    catalog: () => ({ packages: [], coverage: [] }),
  });
}

const router = compileInterests([
  asking('exact', { paths: ['etc/os-release', 'rooted'], maxBytes: 10 }),
  asking('named', { names: ['package.json'], accepts: (path) => !path.includes('test/'), maxBytes: 20 }),
  asking('inside', {
    in: [{ directory: 'var/lib/info', suffix: '.list' }, { directory: 'opt' }],
    maxBytes: 30,
  }),
  asking('twice', { paths: ['opt/a'], maxBytes: 1 }, { names: ['a'], maxBytes: 2 }),
]);

const CASES: readonly (readonly [path: string, routes: Readonly<Record<string, number>>])[] = [
  ['etc/os-release', { exact: 10 }],
  ['rooted', { exact: 10 }],
  ['usr/etc/os-release', {}],
  ['etc/os-releasE', {}],
  ['package.json', { named: 20 }],
  ['a/b/package.json', { named: 20 }],
  ['test/package.json', {}],
  ['a/xpackage.json', {}],
  ['var/lib/info/a.list', { inside: 30 }],
  ['var/lib/info/a.md5sums', {}],
  ['var/lib/info/deep/a.list', {}],
  ['opt/a', { inside: 30, twice: 2 }],
  ['a', { twice: 2 }],
  ['opt', {}],
  ['', {}],
];

for (const [path, routes] of CASES) {
  test(`routes ${JSON.stringify(path)}`, () => {
    const found = router.byPath(path).map(({ cataloger, maxBytes }) => [cataloger.name, maxBytes]);
    assert.deepEqual(Object.fromEntries(found), routes);
  });
}

test('an entry that nobody asks for costs no list of its own', () => {
  assert.equal(router.byPath('usr/bin/bash'), router.byPath('usr/lib/x/package.jsoN'));
});

test('names of catalogers are unique, for they are part of records and cache keys', () => {
  const names = CATALOGERS.map(({ name }) => name);
  assert.deepEqual(names, [...new Set(names)]);
});
