import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { openState, stateFile } from './open-state.ts';
import { openReadOnly } from './read-only-database.ts';

test('who reads a file as one that does not change notices when it does', (t) => {
  const folder = temporaryDirectory(t);
  const file = stateFile(folder);
  openState(folder).close();
  const { database, check } = openReadOnly(file, 1);
  t.after(() => database.close());
  check();
  const writer = openState(folder);
  writer.remember('a', 'b');
  check();
  // what it has written gets from its log into the file
  writer.close();
  assert.throws(check, /written to while it was read/);
});

test('what an open writer has not put into the file yet is read too', (t) => {
  const folder = temporaryDirectory(t);
  const writer = openState(folder);
  t.after(() => writer.close());
  writer.remember('a', 'b');
  const { database, check } = openReadOnly(stateFile(folder), 1);
  t.after(() => database.close());
  assert.equal(database.prepare('SELECT value FROM memory').get()?.['value'], 'b');
  writer.remember('a', 'c');
  check();
  assert.equal(database.prepare('SELECT value FROM memory').get()?.['value'], 'c');
});
