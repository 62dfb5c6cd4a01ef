import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { openProgramme } from './open-programme.ts';

test('links among definitions are followed, and none that leads out of their folder', (t) => {
  const folder = temporaryDirectory(t);
  const library = join(folder, 'library');
  mkdirSync(library);
  writeFileSync(join(library, 'first'), 'Maintainers: Ann (@ann)\n');
  writeFileSync(join(folder, 'private'), 'TOKEN=secret\n');
  symlinkSync('first', join(library, 'second'));
  symlinkSync('../private', join(library, 'third'));
  symlinkSync('nowhere', join(library, 'fourth'));
  const { repositories, broken } = openProgramme(folder);
  assert.deepEqual([...repositories.keys()], ['first', 'second']);
  assert.deepEqual(
    broken.map(({ problems }) => problems.join('; ').replace(`${library}/`, '')),
    ['fourth missing', 'third is a link that leads out of its folder'],
  );
});

test('a file whose name no repository can have is broken, whatever it says', (t) => {
  const folder = temporaryDirectory(t);
  const library = join(folder, 'library');
  mkdirSync(library);
  for (const name of ['good', 'good~', 'README.md', 'a b']) {
    writeFileSync(join(library, name), 'Maintainers: Ann (@ann)\n');
  }
  const { repositories, broken } = openProgramme(folder);
  assert.deepEqual([...repositories.keys()], ['good']);
  assert.deepEqual(
    broken.map(({ problems }) => problems.join('; ').replace(`${library}/`, '')),
    [
      '"README.md" cannot be the name of a repository',
      '"a b" cannot be the name of a repository',
      '"good~" cannot be the name of a repository',
    ],
  );
});
