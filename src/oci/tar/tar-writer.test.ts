import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readAll } from '../../../test/images/opened.ts';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { readHeader } from './header.ts';
import { type TarFile, writeTar } from './tar-writer.ts';

function file(path: string, content: string, sizeBytes = content.length): TarFile {
  return {
    path,
    content: {
      sizeBytes,
      async *open() {
        yield Buffer.from(content.slice(0, 2));
        yield Buffer.from(content.slice(2));
      },
    },
  };
}

test('tar reads what was written: names, sizes and nothing of this machine', async (t) => {
  const archive = join(temporaryDirectory(t), 'x.tar');
  const files = [{ path: 'blobs/', content: null }, file('blobs/a', 'x'.repeat(513)), file('empty', '')];
  writeFileSync(archive, await readAll(writeTar(files)));
  const listed = execFileSync('tar', ['--utc', '--numeric-owner', '-tvf', archive], { encoding: 'utf8' });
  assert.deepEqual(
    listed
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/).join(' ')),
    [
      'drwxr-xr-x 0/0 0 1970-01-01 00:00 blobs/',
      '-rw-r--r-- 0/0 513 1970-01-01 00:00 blobs/a',
      '-rw-r--r-- 0/0 0 1970-01-01 00:00 empty',
    ],
  );
  assert.equal(execFileSync('tar', ['-xOf', archive, 'blobs/a'], { encoding: 'utf8' }), 'x'.repeat(513));
});

test('sizes beyond eleven octal digits have a form of their own', async () => {
  for (const size of [0o77777777777, 0o77777777777 + 1, 2 ** 40 + 5]) {
    const chunks = writeTar([file('large', '', size)]);
    const { value } = await chunks.next();
    const header = readHeader(Buffer.from(value ?? []), 0);
    assert.equal(typeof header === 'string' ? header : header.size, size);
    await chunks.return();
  }
});

test('a content of another length is not packed', async () => {
  await assert.rejects(readAll(writeTar([file('a', 'four', 5)])), RangeError);
  await assert.rejects(readAll(writeTar([file('a'.repeat(101), '')])), RangeError);
});
