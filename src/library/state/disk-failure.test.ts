import assert from 'node:assert/strict';
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { LibraryError } from '../errors.ts';
import { diskFailure } from './disk-failure.ts';
import { openState, stateFile } from './open-state.ts';

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return null;
}

test('what a disk refuses is told from other errors', () => {
  const device = openSync('/dev/full', 'w');
  const full = thrownBy(() => writeSync(device, 'x'));
  closeSync(device);
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE t (x); PRAGMA max_page_count = 2');
  const fullDatabase = thrownBy(() => database.exec('INSERT INTO t VALUES (zeroblob(100000))'));
  const wrong = thrownBy(() => database.exec('nonsense'));
  database.close();
  for (const error of [full, fullDatabase]) {
    const failure = diskFailure(error, '/state');
    assert.ok(failure instanceof LibraryError && failure.cause === error, String(error));
    assert.equal(failure.code, 'STATE_UNWRITABLE');
  }
  const missing = thrownBy(() => openSync('/nowhere/at/all', 'r'));
  for (const error of [wrong, missing, new TypeError('a fault'), 'a text', null]) {
    assert.equal(diskFailure(error, '/state'), null);
  }
});

test('a state that is damaged says so, and what to do', (t) => {
  const folder = temporaryDirectory(t);
  openState(folder).close();
  const file = stateFile(folder);
  const bytes = readFileSync(file);
  // all but the first page, which has the header and the tables' definitions
  bytes.fill(0xa5, bytes.readUInt16BE(16));
  writeFileSync(file, bytes);
  const state = openState(folder);
  const failure = thrownBy(() => state.snapshot());
  state.close();
  assert.ok(failure instanceof LibraryError);
  assert.equal(failure.code, 'STATE_UNREADABLE');
  assert.match(failure.message, /is damaged: database disk image is malformed$/);
  assert.match(failure.remedy, /backup/);
});
