import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { contentAt, toLink, type TreeFile } from './definition-links.ts';

const FILES = new Map<string, TreeFile>([
  ['secret', { kind: 'file', blob: 'of the repository' }],
  ['library/app', { kind: 'file', blob: 'of app' }],
  ['library/old/app', { kind: 'file', blob: 'of old app' }],
  ...(
    [
      ['same', 'app'],
      ['dotted', './/old/../app'],
      ['below', 'old/app'],
      ['chain', 'same'],
      ['roundabout', '../library/app'],
      ['folder', 'old'],
      ['through', 'folder/app'],
      ['gone', 'nothing'],
      ['itself', 'itself'],
      ['neighbour', '../secret'],
      ['beyond', '../../../etc/passwd'],
      ['absolute', '/library/app'],
      ['misleading', '../library-of-others/app'],
      ['long', 'x'.repeat(256)],
    ] as const
  ).map(([name, target]): [string, TreeFile] => [`library/${name}`, toLink(target)]),
  ['library/binary', toLink({ reason: 'is not UTF-8' })],
]);

const OUT = 'is a link that leads out of its folder';

suite('a definition at a commit that is a link', () => {
  const cases: readonly (readonly [name: string, expected: string])[] = [
    ['app', 'of app'],
    ['same', 'of app'],
    ['dotted', 'of app'],
    ['below', 'of old app'],
    ['chain', 'of app'],
    ['roundabout', 'of app'],
    ['through', 'of old app'],
    ['folder', 'missing'],
    ['gone', 'missing'],
    ['itself', 'cannot be read (ELOOP)'],
    ['neighbour', OUT],
    ['beyond', OUT],
    ['absolute', OUT],
    ['misleading', OUT],
    ['long', 'is a link that cannot be read'],
    ['binary', 'is a link that cannot be read'],
  ];
  for (const [name, expected] of cases) {
    test(name, () => {
      const found = contentAt(FILES, 'library/', `library/${name}`);
      assert.equal('blob' in found ? found.blob : found.reason, expected);
    });
  }
});
