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
  asking('ending', { suffixes: ['.jar', '.deps.json'], maxBytes: 40 }),
  asking('below', { parents: [{ name: 'conda-meta', suffix: '.json' }], maxBytes: 50 }),
  asking('python', { names: ['python3'], magic: ['elf'], maxBytes: 60 }),
  asking('elf', { magic: ['elf', 'pe'], accepts: (path) => !path.endsWith('.o'), maxBytes: 70 }),
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
  ['srv/a.jar', { ending: 40 }],
  ['a.jar', { ending: 40 }],
  ['srv/a.jar/b', {}],
  ['srv.jar/b', {}],
  ['srv/app.deps.json', { ending: 40 }],
  ['srv/deps.json', {}],
  ['opt/conda/conda-meta/x.json', { below: 50 }],
  ['conda-meta/x.json', { below: 50 }],
  ['conda-meta/deep/x.json', {}],
  ['conda-meta/history', {}],
  ['usr/bin/python3', {}],
  ['', {}],
];

for (const [path, routes] of CASES) {
  test(`routes ${JSON.stringify(path)}`, () => {
    const found = router.byPath(path).map(({ cataloger, maxBytes }) => [cataloger.name, maxBytes]);
    assert.deepEqual(Object.fromEntries(found), routes);
  });
}

const ELF = Buffer.from('\x7fELF\x02\x01', 'latin1');

for (const [path, head, routes] of [
  ['usr/bin/python3', ELF, { python: 60, elf: 70 }],
  ['usr/bin/python3', Buffer.from('#!/bin/sh'), {}],
  ['usr/bin/other', ELF, { elf: 70 }],
  ['usr/bin/other.o', ELF, {}],
  ['app.exe', Buffer.from('MZ'), { elf: 70 }],
  ['a.jar', Buffer.from('MZ'), { ending: 40, elf: 70 }],
  ['a.jar', Buffer.from('M'), { ending: 40 }],
  ['empty', Buffer.alloc(0), {}],
] as const) {
  test(`routes ${path} that begins with ${head.toString('latin1').slice(1)}`, () => {
    const found = router.byContent(path, head).map(({ cataloger, maxBytes }) => [cataloger.name, maxBytes]);
    assert.deepEqual(Object.fromEntries(found), routes);
  });
}

test('files are looked into only for those who ask', () => {
  assert.equal(router.looksInside, true);
  assert.equal(compileInterests([asking('exact', { paths: ['a'], maxBytes: 1 })]).looksInside, false);
  const named = asking('named', { names: ['a'], magic: ['elf'], maxBytes: 1 });
  assert.equal(compileInterests([named]).looksInside, true);
});

test('an entry that nobody asks for costs no list of its own', () => {
  assert.equal(router.byPath('usr/bin/bash'), router.byPath('usr/lib/x/package.jsoN'));
});

test('names of catalogers are unique, for they are part of records and cache keys', () => {
  const names = CATALOGERS.map(({ name }) => name);
  assert.deepEqual(names, [...new Set(names)]);
});
