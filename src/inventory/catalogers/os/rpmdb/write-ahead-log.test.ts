import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { countCommittedFrames } from './write-ahead-log.ts';

test('a log that SQLite left behind', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'hallmark-wal-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, 'rpmdb.sqlite');
  const db = new DatabaseSync(path);
  t.after(() => db.close());
  db.exec(
    'PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE Packages (hnum INTEGER, blob BLOB)',
  );
  const log = () => readFileSync(`${path}-wal`);

  const first = countCommittedFrames(log());
  assert.ok(first > 0);
  db.exec('INSERT INTO Packages VALUES (1, zeroblob(20000))');
  const whole = log();
  const second = countCommittedFrames(whole);
  assert.ok(second > first + 3);
  assert.equal(
    countCommittedFrames(whole.subarray(0, -1)),
    first,
    'a transaction without its end does not count',
  );

  // after a checkpoint the next transaction begins the log anew, before frames of the round before
  db.exec('PRAGMA wal_checkpoint(RESTART); DELETE FROM Packages');
  assert.equal(log().length, whole.length);
  assert.ok(countCommittedFrames(log()) < second);
});

test('what is no log has no frames', () => {
  for (const bytes of [Buffer.alloc(0), Buffer.alloc(31), Buffer.alloc(5000)]) {
    assert.equal(countCommittedFrames(bytes), 0);
  }
});
