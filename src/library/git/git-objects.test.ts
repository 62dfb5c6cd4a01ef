import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { isObjectId, parseCommit, parseTree } from './git-objects.ts';

const TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
const ID = 'a1'.repeat(20);

const commit = (...lines: readonly string[]) =>
  Buffer.from(`${lines.join('\n')}\n\nA message\ntree of nothing\n`);
const author = 'author Ann > Author <ann@example.org> 1700000000 +0100';
const committer = 'committer Ann <ann@example.org> 1700000005 -0330';

test('a commit names its tree and parents, and the later of its two times', () => {
  assert.deepEqual(
    parseCommit(commit(`tree ${TREE}`, `parent ${ID}`, author, committer, 'gpgsig x', ' parent y')),
    {
      tree: TREE,
      parents: [ID],
      epoch: 1_700_000_005,
    },
  );
  const later = author.replace('1700000000', '1800000000');
  assert.equal(parseCommit(commit(`tree ${TREE}`, later, committer)).epoch, 1_800_000_000);
});

for (const [what, bytes] of [
  ['no tree', commit(author, committer)],
  ['two trees', commit(`tree ${TREE}`, `tree ${TREE}`, author, committer)],
  ['a short parent', commit(`tree ${TREE}`, 'parent 123', author, committer)],
  ['no author', commit(`tree ${TREE}`, committer)],
  ['a time that is no number', commit(`tree ${TREE}`, author.replace('1700000000', 'now'), committer)],
  ['a time before 1970', commit(`tree ${TREE}`, author.replace('1700000000', '-1'), committer)],
] as const) {
  test(`a commit with ${what} is refused`, () => assert.throws(() => parseCommit(bytes), RangeError));
}

function tree(...entries: readonly (readonly [mode: string, name: string | Buffer])[]): Buffer {
  return Buffer.concat(
    entries.flatMap(([mode, name]) => [
      Buffer.from(`${mode} `),
      Buffer.from(name),
      Buffer.of(0),
      Buffer.from(ID, 'hex'),
    ]),
  );
}

test('a tree has files, executables, links, directories and submodules', () => {
  const bytes = tree(
    ['100644', 'a b'],
    ['100664', 'b'],
    ['100755', 'c'],
    ['120000', 'd'],
    ['40000', 'e'],
    ['160000', 'é'],
  );
  assert.deepEqual(
    parseTree(bytes, 20).map(({ name, kind }) => [name, kind]),
    [
      ['a b', 'file'],
      ['b', 'file'],
      ['c', 'executable'],
      ['d', 'link'],
      ['e', 'directory'],
      ['é', 'submodule'],
    ],
  );
  assert.ok(parseTree(bytes, 20).every(({ id }) => id === ID));
});

for (const [what, bytes] of [
  ['a name that climbs', tree(['40000', '..'])],
  ['a name with a slash', tree(['100644', 'a/b'])],
  ['an empty name', tree(['100644', ''])],
  ["git's own folder", tree(['40000', '.GIT'])],
  ['a name twice', tree(['120000', 'a'], ['40000', 'a'])],
  ['a name that is not UTF-8', tree(['100644', Buffer.of(0xff)])],
  ['an unknown mode', tree(['100600', 'a'])],
  ['a mode of every object', tree(['constructor', 'a'])],
  ['half an identifier', tree(['100644', 'a']).subarray(0, -1)],
  ['no identifier', Buffer.from('100644 a')],
] as const) {
  test(`a tree with ${what} is refused`, () => assert.throws(() => parseTree(bytes, 20), RangeError));
}

test('whatever the bytes, a tree is read or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        for (const { name, id } of parseTree(bytes, 20)) assert.ok(name !== '' && isObjectId(id));
      } catch (error) {
        assert.ok(error instanceof RangeError);
      }
    }),
  );
});
