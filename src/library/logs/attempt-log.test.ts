/** Logs of attempts, while another process makes them. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import type { Architecture } from '../../definitions/architectures.ts';
import { createStyle } from '../../report/style.ts';
import type { BuildId, RecipeId } from '../builds/build.ts';
import { LibraryError } from '../errors.ts';
import type { SourceId } from '../sources/source.ts';
import { openState } from '../state/open-state.ts';
import { followAttempt, logFileOf } from './attempt-log.ts';
import { chooseAttempts } from './choose-attempts.ts';
import { formatAttempts } from './format-attempts.ts';

function programme(t: TestContext) {
  const folder = temporaryDirectory(t);
  const [state, elsewhere] = [openState(folder), openState(folder)];
  t.after(() => {
    state.close();
    elsewhere.close();
  });
  const begin = (tags: readonly string[], architecture: Architecture = 'amd64') =>
    elsewhere.beginAttempt({
      tags,
      architecture,
      buildId: 'b'.repeat(64) as BuildId,
      sourceId: 'a'.repeat(64) as SourceId,
      recipeId: 'c'.repeat(64) as RecipeId,
      generation: 1,
      engine: { name: 'test', version: '1', parts: {} },
      parents: [],
      arguments: {},
      reasons: [{ kind: 'requested', by: 'ann\u001b[2J', at: '2026-11-21T00:00:00Z', note: '' }],
      startedAt: 1_700_000_000,
      log: `logs/${architecture}/1.log`,
    });
  return { settings: { state: folder }, state, elsewhere, begin };
}

test('whoever follows a build hears all of it, and that it has ended', async (t) => {
  const { settings, state, elsewhere, begin } = programme(t);
  const attempt = begin(['redis:8']);
  const file = logFileOf(attempt, settings);
  let text = '';
  // a builder that goes on whenever it was heard
  const answers: Readonly<Record<string, () => void>> = {
    'one\n': () => appendFileSync(file, 'two\n'),
    'one\ntwo\n': () => elsewhere.endAttempt(attempt.id, { kind: 'lost' }, 1_700_000_060),
  };
  const following = followAttempt(attempt, {
    settings,
    state,
    write(part) {
      text += part;
      answers[text]?.();
    },
    signal: new AbortController().signal,
  });
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, 'one\n');
  await following;
  assert.equal(text, 'one\ntwo\n');
});

suite('attempts of an image', () => {
  test('are chosen by name, architecture and number, the newest first', (t) => {
    const { state, begin } = programme(t);
    const first = begin(['redis:8', 'redis:latest']);
    const second = begin(['redis:8', 'redis:latest'], 's390x');
    const third = begin(['redis:8', 'redis:latest']);
    begin(['redisson:8']);
    const ids = (reference: string, architecture: Architecture | null = null, id: number | null = null) =>
      chooseAttempts(state, { reference, architecture, id }).map((attempt) => attempt.id);
    assert.deepEqual(ids('redis'), [third.id, second.id, first.id]);
    assert.deepEqual(ids('redis:latest', 'amd64'), [third.id, first.id]);
    assert.deepEqual(ids('redis', null, first.id), [first.id]);
    for (const wrong of [() => ids('red'), () => ids('redis:7'), () => ids('redis', 'arm64v8')])
      assert.throws(wrong, (error) => error instanceof LibraryError && error.code === 'DEFINITION_NOT_FOUND');
  });

  test('are told, with nothing in them that acts on a terminal', (t) => {
    const { settings, state, elsewhere, begin } = programme(t);
    const failed = begin(['redis:8']);
    const outcome = { kind: 'failed', code: 'BUILD_FAILED', because: 'no\u001b[2J' } as const;
    elsewhere.endAttempt(failed.id, outcome, 1_700_000_061);
    begin(['redis:8']);
    const style = createStyle({ colour: false, width: 100 });
    assert.equal(
      formatAttempts(state.attempts(), settings, style),
      `attempt 2 of redis:8 on amd64, begun 2023-11-14T22:13:20Z  running
  because ann\\u{1b}[2J asked for it on 2026-11-21
  its log was cleared away
attempt 1 of redis:8 on amd64, begun 2023-11-14T22:13:20Z  failed after 1 min 1 s
  because ann\\u{1b}[2J asked for it on 2026-11-21
  BUILD_FAILED: no\\u{1b}[2J
  its log was cleared away
`,
    );
  });
});
