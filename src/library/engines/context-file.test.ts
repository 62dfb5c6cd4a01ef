import assert from 'node:assert/strict';
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { LibraryError } from '../errors.ts';
import { contextFile, findContextFile } from './context-file.ts';

test('files are found through links that stay within, and by no others', async (t) => {
  const folder = temporaryDirectory(t);
  const context = join(folder, 'context');
  mkdirSync(join(context, 'blobs'), { recursive: true });
  writeFileSync(join(folder, 'secret'), 'secret');
  writeFileSync(join(context, 'file'), '');
  writeFileSync(join(context, '..file'), '');
  symlinkSync('../file', join(context, 'blobs', 'within'));
  symlinkSync('../../secret', join(context, 'blobs', 'out'));
  symlinkSync(join(folder, 'secret'), join(context, 'absolute'));
  symlinkSync('..', join(context, 'up'));
  symlinkSync('loop', join(context, 'loop'));

  const root = realpathSync(context);
  assert.equal(await contextFile(context, 'file'), join(root, 'file'));
  assert.equal(await contextFile(context, '..file'), join(root, '..file'));
  assert.equal(await contextFile(context, 'blobs/within'), join(root, 'file'));
  for (const file of ['../secret', 'blobs/out', 'absolute', 'up/secret', '/etc/passwd', 'blobs', '.']) {
    await assert.rejects(
      findContextFile(context, file),
      (error) => error instanceof LibraryError && error.code === 'CONTEXT_INVALID',
      file,
    );
  }
  for (const file of ['missing', 'file/below', 'loop']) {
    assert.equal(await findContextFile(context, file), null);
    await assert.rejects(contextFile(context, file), /is not in the context/);
  }
});
