import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../../test/images/temporary-directory.ts';
import { linkFolder } from './link-folder.ts';

test('a second folder with the same files, which stay when the first one goes', (t) => {
  const folder = temporaryDirectory(t);
  const [first, second] = [join(folder, 'first'), join(folder, 'deep', 'second')];
  mkdirSync(join(first, 'blobs', 'sha256'), { recursive: true });
  writeFileSync(join(first, 'index.json'), '{}');
  writeFileSync(join(first, 'blobs', 'sha256', 'a'), 'blob');
  linkFolder(first, second);
  assert.equal(statSync(join(second, 'index.json')).ino, statSync(join(first, 'index.json')).ino);
  rmSync(first, { recursive: true });
  assert.equal(readFileSync(join(second, 'blobs', 'sha256', 'a'), 'utf8'), 'blob');
  assert.throws(() => linkFolder(first, join(folder, 'third')), { code: 'ENOENT' });
});

const SHARED_MEMORY = '/dev/shm';

test(
  'files of another disk are copied',
  {
    skip:
      existsSync(SHARED_MEMORY) && statSync(SHARED_MEMORY).dev !== statSync(tmpdir()).dev
        ? false
        : `${SHARED_MEMORY} is no other disk`,
  },
  (t) => {
    const first = mkdtempSync(join(SHARED_MEMORY, 'hallmark-link-'));
    t.after(() => rmSync(first, { recursive: true }));
    writeFileSync(join(first, 'a'), 'content');
    const second = join(temporaryDirectory(t), 'second');
    linkFolder(first, second);
    assert.equal(readFileSync(join(second, 'a'), 'utf8'), 'content');
  },
);
