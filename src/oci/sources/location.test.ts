import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { parseLocation } from './location.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const nothing = { name: null, digest: null };

test('a path, and which image behind it is meant', async (t) => {
  const directory = temporaryDirectory(t);
  mkdirSync(join(directory, 'layout'));
  writeFileSync(join(directory, 'a:b.tar'), '');
  writeFileSync(join(directory, 'a@b'), '');
  const cases: readonly (readonly [text: string, path: string, chosen: object])[] = [
    ['layout', 'layout', {}],
    ['layout:', 'layout', {}],
    ['layout:1.0', 'layout', { name: '1.0' }],
    ['layout:repo/image:1.0', 'layout', { name: 'repo/image:1.0' }],
    ['layout:localhost:5000/image:1.0', 'layout', { name: 'localhost:5000/image:1.0' }],
    [`layout@${DIGEST}`, 'layout', { digest: DIGEST }],
    [`layout:1.0@${DIGEST}`, 'layout', { name: '1.0', digest: DIGEST }],
    ['layout:@12', 'layout', { name: '@12' }],
    ['a:b.tar', 'a:b.tar', {}],
    ['a:b.tar:c:d', 'a:b.tar', { name: 'c:d' }],
    ['a@b', 'a@b', {}],
    ['missing', 'missing', {}],
    ['missing:a:b', 'missing', { name: 'a:b' }],
  ];
  for (const [text, path, chosen] of cases) {
    assert.deepEqual(
      await parseLocation(join(directory, text)),
      { path: join(directory, path), ...nothing, ...chosen },
      text,
    );
  }
});
