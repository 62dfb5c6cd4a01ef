import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture } from '../../../../test/inventory/layer-stack.ts';
import {
  assertRobust,
  catalogOf,
  edgesOf,
  expectedRows,
  rowOf,
} from '../../../../test/inventory/lock-files.ts';
import { bunLockCataloger } from './bun-lock.ts';

const LOCK = 'srv/app/bun.lock';
const bun = (packages: Record<string, unknown>, workspaces: Record<string, unknown> = {}) => {
  const dependencies = Object.fromEntries(Object.keys(packages).map((name) => [name, '*']));
  const lock = {
    lockfileVersion: 1,
    workspaces: { '': { name: 'p', dependencies }, ...workspaces },
    packages,
  };
  return catalogOf(bunLockCataloger, { [LOCK]: JSON.stringify(lock) });
};

test('what Bun installs for production', () => {
  const { packages, codes } = catalogOf(bunLockCataloger, { [LOCK]: fixture('javascript/bun/bun.lock') });
  // the lock names the archive of greeting, but not its version
  const expected = expectedRows('javascript/bun/bun.expected.tsv').map((row) =>
    row.replace(/^greeting\t.*/, 'greeting\t'),
  );
  assert.deepEqual(packages.map(rowOf).sort(), expected);
  assert.deepEqual(codes, []);
  assert.ok(packages.every(({ checksums }) => checksums[0]?.algorithm === 'sha512'));
  const edges = edgesOf(packages);
  assert.deepEqual(edges['to-regex-range'], ['is-number@7.0.0'], 'the nearer of two');
  assert.deepEqual(edges['is-odd'], ['is-number@6.0.0']);
  assert.deepEqual(edges['use-sync-external-store'], ['react@18.2.0']);
});

const ENTRIES: readonly (readonly [what: string, entry: unknown, purls: readonly string[]])[] = [
  ['an alias', ['@s/a@1.0.0', '', {}, 'sha512-x'], ['pkg:npm/%40s/a@1.0.0']],
  ['a workspace', ['x@workspace:packages/x'], []],
  ['a workspace of version 0', ['x@workspace:packages/x', { dependencies: {} }], []],
  ['a directory', ['x@file:../x', {}], []],
  ['a link', ['x@link:../x', {}], []],
  ['another system', ['x@1.0.0', '', { os: 'darwin' }, ''], []],
  ['several systems', ['x@1.0.0', '', { os: ['darwin', 'linux'] }, ''], ['pkg:npm/x@1.0.0']],
  ['GitHub', ['x@github:o/x#0a1b', {}, 'o-x-0a1b'], ['pkg:npm/x?vcs_url=git%2Bgithub:o%2Fx%230a1b']],
  [
    'Git',
    ['x@git+ssh://git.example/x#0a1b', {}, '0a1b'],
    ['pkg:npm/x?vcs_url=git%2Bssh:%2F%2Fgit.example%2Fx%230a1b'],
  ],
];
for (const [what, entry, expected] of ENTRIES) {
  test(`entry: ${what}`, () => {
    const { purls, codes } = bun({ x: entry });
    assert.deepEqual(purls, expected);
    assert.deepEqual(codes, []);
  });
}

test('what only one workspace uses is found below its name', () => {
  const { purls } = bun(
    {
      site: ['site@workspace:packages/site'],
      'site/@s/a': ['@s/a@2.0.0', '', {}, ''],
      'site/@s/a/b': ['b@3.0.0', '', {}, ''],
      c: ['c@1.0.0', '', {}, ''],
    },
    { 'packages/site': { name: 'site', dependencies: { '@s/a': '2' } } },
  );
  assert.deepEqual(purls, ['pkg:npm/%40s/a@2.0.0', 'pkg:npm/c@1.0.0']);
});

test('the binary lock file is reported', () => {
  const path = 'srv/app/bun.lockb';
  const { codes } = catalogOf(bunLockCataloger, { [path]: fixture('javascript/bun/bun.lockb') });
  assert.deepEqual(codes, [`EVIDENCE_UNREADABLE ${path}`]);
  assert.deepEqual(catalogOf(bunLockCataloger, { [path]: 'something else' }).codes, []);
});

test('damage is said', () => {
  for (const text of ['', '[]', '{"a": 1}', '{"lockfileVersion": 1, "packages": {"a": 7}}']) {
    assert.deepEqual(
      catalogOf(bunLockCataloger, { [LOCK]: text }).codes,
      [`EVIDENCE_UNREADABLE ${LOCK}`],
      text,
    );
  }
});

test('no file makes it throw', () => {
  const pieces = [
    '{"lockfileVersion": 1,',
    '"packages":',
    '{',
    '}',
    '[',
    ']',
    '"a@1":',
    '"__proto__":',
    ',',
    '//',
  ];
  assertRobust(bunLockCataloger, LOCK, fixture('javascript/bun/bun.lock'), pieces);
});
