import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { examined } from '../../../test/library/examined.ts';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { digestOf } from '../../model/digest.ts';
import type { BuildId, RecipeId } from '../builds/build.ts';
import type { SourceId } from '../sources/source.ts';
import { openState } from '../state/open-state.ts';
import { logFileFor, pruneLogs } from './prune-logs.ts';

const DAY = 86_400;
const NOW = 1_000 * DAY;
const recipeId = 'c'.repeat(64) as RecipeId;

type Ending = 'admitted' | 'rejected' | 'unexamined' | 'failed' | 'running';

/** A state in which attempts were made, one after the other. */
function programme(t: TestContext) {
  const folder = temporaryDirectory(t);
  const state = openState(folder);
  t.after(() => state.close());
  function attempt(
    day: number,
    ending: Ending,
    { id = 'b', generation = 1, source = 'a', tag = 'redis:8' } = {},
  ): string {
    const buildId = id.repeat(64) as BuildId;
    const sourceId = source.repeat(64) as SourceId;
    const place = { architecture: 'amd64', buildId, generation, startedAt: day * DAY } as const;
    const log = logFileFor(place, place.startedAt * 1000);
    mkdirSync(dirname(join(folder, log)), { recursive: true });
    writeFileSync(join(folder, log), 'said');
    const engine = { name: 'test', version: '1', parts: {} };
    const begun = state.beginAttempt({
      ...place,
      sourceId,
      recipeId,
      engine,
      log,
      tags: [tag],
      parents: [],
      arguments: {},
      reasons: [{ kind: 'new' }],
    });
    if (ending === 'running') return log;
    const [reference, digest] = ['registry.example/q/amd64:1', digestOf(log)];
    const outcome =
      ending === 'failed'
        ? ({ kind: 'failed', code: 'BUILD_FAILED', because: 'it was told to' } as const)
        : ({ kind: 'built', reference, digest } as const);
    state.endAttempt(begun.id, outcome, day * DAY + 60);
    if (ending === 'admitted' || ending === 'rejected') {
      const { architecture } = place;
      const identity = { buildId, generation, architecture, recipeId, reference, digest };
      state.recordAdmission(
        {
          ...identity,
          source: examined(),
          verdict: ending,
          checks: [],
          evidence: [],
          findings: null,
          at: '2026-11-21T00:00:00Z',
        },
        day * DAY + 90,
      );
    }
    return log;
  }
  const prune = (keep: number | null) =>
    pruneLogs({ state: folder, logs: { keep } }, state, ['amd64', 's390x'], NOW);
  return { folder, attempt, prune, has: (log: string) => existsSync(join(folder, log)) };
}

suite('logs that are kept', () => {
  const cases: readonly (readonly [what: string, day: number, ending: Ending, isKept: boolean])[] = [
    ['a young one', 950, 'failed', true],
    ['an old one of a build that failed', 900, 'failed', false],
    ['an old one of an image that was rejected', 900, 'rejected', false],
    ['an old one of the image that stands', 900, 'admitted', true],
    ['an old one of an image that waits to be examined', 900, 'unexamined', true],
    ['an old one of a build that goes on', 900, 'running', true],
  ];
  for (const [what, day, ending, isKept] of cases) {
    test(what, (t) => {
      const { attempt, prune, has } = programme(t);
      const log = attempt(day, ending);
      assert.equal(prune(90 * DAY), isKept ? 0 : 1);
      assert.equal(has(log), isKept);
      assert.equal(prune(null), 0);
    });
  }

  test('an image that another one took the place of stands no more', (t) => {
    const { attempt, prune, has } = programme(t);
    const [first, second] = [attempt(800, 'admitted'), attempt(850, 'admitted', { generation: 2 })];
    assert.equal(prune(90 * DAY), 1);
    assert.deepEqual([has(first), has(second)], [false, true]);
  });

  test('as long as one of its tags has no newer image, it stands', (t) => {
    const { attempt, prune, has } = programme(t);
    const first = attempt(800, 'admitted', { tag: 'redis:8.0' });
    attempt(850, 'admitted', { id: 'd', source: 'e', tag: 'redis:8.1' });
    assert.equal(prune(90 * DAY), 0);
    assert.ok(has(first));
  });

  test('what is no log of an attempt is not touched; a log whose attempt nobody remembers is one', (t) => {
    const { folder, attempt, prune } = programme(t);
    const other = join(dirname(join(folder, attempt(999, 'failed'))), 'notes.txt');
    const forgotten = join(dirname(other), `${'f'.repeat(64)}-1-1.log`);
    for (const file of [other, forgotten]) writeFileSync(file, '');
    assert.equal(prune(90 * DAY), 1);
    assert.deepEqual([existsSync(other), existsSync(forgotten)], [true, false]);
  });
});

test('two attempts of one build within a second have a log each', () => {
  const build = { architecture: 'amd64', buildId: 'b'.repeat(64) as BuildId, generation: 1 } as const;
  assert.notEqual(logFileFor(build, NOW * 1000), logFileFor(build, NOW * 1000 + 1));
});
