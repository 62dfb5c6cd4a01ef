/** Notes of an earlier run that cannot be read any more. */
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { admit, definedAs, planned } from '../../../test/library/publishing.ts';
import { publishingSetting } from '../../../test/library/publishing-setting.ts';
import { openState, stateFile } from '../state/open-state.ts';
import { publish, resumePublications } from './publish.ts';

test('a damaged note is withdrawn and told, once; the others are finished, and its tags can be published', async (t) => {
  const { registry, scene, publisher } = await publishingSetting(t);
  const folder = temporaryDirectory(t);
  const state = openState(folder);
  t.after(() => state.close());
  const image = await admit(scene, { architecture: 'amd64', id: 'a' });
  const publishing = (repository: string) =>
    publish(scene.settings, state, { ready: [planned(repository, ['1'], [image])], retired: [] }, publisher);
  for (const repository of ['app', 'other']) {
    const { entries } = await publishing(repository);
    const event = entries[0]?.event;
    assert.ok(event !== undefined);
    state.beginPublication({ id: repository, event, index: '', at: '2026-11-21T11:00:00Z' });
  }
  const database = new DatabaseSync(stateFile(folder));
  database.exec("UPDATE intents SET intent = '{}' WHERE id = 'app'");
  database.close();

  const defined = definedAs(scene, { app: ['1'], other: ['1'] });
  const resumed = await resumePublications(defined, state, publisher);
  assert.deepEqual(
    resumed.problems.map(({ error }) => [error.code, error.subject]),
    [['STATE_UNREADABLE', 'app']],
  );
  assert.deepEqual(
    resumed.entries.map(({ event }) => event.repository),
    ['other'],
  );
  assert.deepEqual((await resumePublications(defined, state, publisher)).problems, []);
  assert.deepEqual((await publishing('app')).problems, []);
  assert.ok(registry.repository('library/app').tags.has('1'));
});
