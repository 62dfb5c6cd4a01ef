import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/advisories/feed-fixtures.ts';
import { AdvisoryError } from '../errors.ts';
import { replaceDatabaseFile } from './replace-file.ts';

test('what keeps a database from being written is said as that; an error of its own room stays', (t) => {
  const file = join(temporaryFolder(t), 'a.db');
  for (const [thrown, code] of [
    [new Error('no room'), 'DATABASE_NOT_WRITTEN'],
    [new AdvisoryError('DATABASE_UNREADABLE', 'it is none'), 'DATABASE_UNREADABLE'],
  ] as const) {
    assert.throws(
      () =>
        replaceDatabaseFile(file, (partial) => {
          writeFileSync(partial, 'half');
          throw thrown;
        }),
      (error) =>
        error instanceof AdvisoryError && error.code === code && error.message.includes(thrown.message),
    );
  }
});
