import assert from 'node:assert/strict';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../../test/images/temporary-directory.ts';
import { readBoundedFile } from './bounded-file.ts';

test('a file is read up to its bound, over several parts, and not one byte beyond', (t) => {
  const file = join(temporaryDirectory(t), 'file');
  for (const length of [0, 1, 300_000]) {
    const content = Buffer.alloc(length, 'abc');
    writeFileSync(file, content);
    assert.ok(readBoundedFile(file, length)?.equals(content), `${length} bytes`);
    assert.ok(readBoundedFile(file, length + 1)?.equals(content), `${length} bytes`);
    if (length > 0) assert.equal(readBoundedFile(file, length - 1), null);
  }
});

test('what has a terabyte, or no end, is refused by its first bytes', (t) => {
  const file = join(temporaryDirectory(t), 'large');
  writeFileSync(file, '');
  truncateSync(file, 2 ** 40);
  for (const path of [file, '/dev/zero']) assert.equal(readBoundedFile(path, 1000), null, path);
});

test('what cannot be read is said as Node says it', (t) => {
  assert.throws(() => readBoundedFile(join(temporaryDirectory(t), 'absent'), 1), { code: 'ENOENT' });
});
