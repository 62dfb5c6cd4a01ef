import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../test/advisories/feed-fixtures.ts';
import { AdvisoryError } from './errors.ts';
import { replaceFile } from './replace-file.ts';

test('a new file takes the place of the old one when it is complete', (t) => {
  const file = join(temporaryFolder(t), 'below', 'a.db');
  assert.equal(
    replaceFile(file, (partial) => {
      writeFileSync(partial, 'new');
      return 7;
    }),
    7,
  );
  assert.equal(readFileSync(file, 'utf8'), 'new');
});

test('a failure leaves what was there and nothing else', (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'a.db');
  writeFileSync(file, 'old');
  assert.throws(
    () =>
      replaceFile(file, (partial) => {
        writeFileSync(partial, 'half');
        throw new Error('no room');
      }),
    (error) =>
      error instanceof AdvisoryError &&
      error.code === 'DATABASE_NOT_WRITTEN' &&
      /no room/.test(error.message),
  );
  assert.deepEqual(readdirSync(folder), ['a.db']);
  assert.equal(readFileSync(file, 'utf8'), 'old');
});

test('a place that is no folder is one clear error', (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'file'), '');
  assert.throws(
    () => replaceFile(join(folder, 'file', 'a.db'), () => undefined),
    (error) => error instanceof AdvisoryError && error.code === 'DATABASE_NOT_WRITTEN',
  );
});
