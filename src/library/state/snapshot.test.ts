/** Of a programme of years one image is asked for at a time: that costs what one image costs, however many there are. */
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { openState, stateFile } from './open-state.ts';
import { createSnapshot } from './snapshot.ts';
import { toStateDatabase } from './state-database.ts';

test('whoever asks for one build, target or tag has nothing searched from end to end', (t) => {
  const folder = temporaryDirectory(t);
  openState(folder).close();
  const database = new DatabaseSync(stateFile(folder));
  t.after(() => database.close());
  const prepared: string[] = [];
  const told = toStateDatabase(database, folder);
  createSnapshot({
    ...told,
    prepare(sql) {
      prepared.push(sql);
      return told.prepare(sql);
    },
  });
  const lookups = prepared.filter((sql) => sql.includes('?'));
  assert.ok(lookups.length >= 5, `${lookups.length} lookups`);
  for (const sql of lookups) {
    const steps = database
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all('key')
      .map(({ detail }) => String(detail));
    assert.ok(steps.length > 0);
    assert.deepEqual(
      steps.filter((step) => step.startsWith('SCAN')),
      [],
      sql,
    );
  }
});
