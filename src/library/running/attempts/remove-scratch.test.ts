import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../../../../test/images/temporary-directory.ts';
import { removeScratch } from './remove-scratch.ts';

test('the folder of a build is removed, and one that cannot be is told of', (t) => {
  const folder = temporaryDirectory(t);
  const scratch = join(folder, '1');
  mkdirSync(join(scratch, 'layout'), { recursive: true });
  assert.equal(removeScratch(scratch), null);
  assert.equal(existsSync(scratch), false);
  assert.equal(removeScratch(scratch), null);
  // a name that no disk has
  const impossible = join(folder, 'x'.repeat(300));
  assert.match(removeScratch(impossible) ?? '', /^the folder of a build cannot be removed: .*too long/);
});
