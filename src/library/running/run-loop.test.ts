import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { examined } from '../../../test/library/examined.ts';
import { smallProgramme } from '../../../test/library/small-programme.ts';
import type { Architecture } from '../../definitions/architectures.ts';
import { digestOf } from '../../model/digest.ts';
import { OciError } from '../../oci/errors.ts';
import type { Admission } from '../admission/admission.ts';
import { type GraphTarget, targetName } from '../builds/build-graph.ts';
import type { RecipeId } from '../builds/build.ts';
import type { WorkItem } from '../plan/work.ts';
import { openState } from '../state/open-state.ts';
import type { AttemptOutcome, ProgrammeState } from '../state/programme-state.ts';
import type { RunEvent } from './run-event.ts';
import { type LoopOptions, runLoop } from './run-loop.ts';
import { defineProgramme, type Stock, takeStock } from './stock/take-stock.ts';

const RECIPE = 'c'.repeat(64) as RecipeId;

interface Script {
  readonly programme: string;
  /** Builds at the same time. */
  readonly places?: number;
  /** What an attempt comes to; default: an image. */
  readonly outcomeOf?: (name: string, attempts: number) => 'built' | 'failed';
  readonly verdictOf?: (name: string) => Admission['verdict'] | 'unreachable';
  /** What an attempt waits for. */
  readonly hold?: (name: string) => Promise<void>;
  /** What examinations wait for: an event. */
  readonly examineAfter?: string;
  readonly beforeStock?: () => Promise<void>;
  /** When something outside may have changed. Default: never. */
  readonly changed?: LoopOptions['changed'];
  /** Ends the run at an event. */
  readonly abortAt?: (event: RunEvent) => boolean;
}

/** Runs a programme to its end with engines, verifier and publisher that only say what they were told. */
async function play(t: TestContext, script: Script) {
  const folder = mkdtempSync(join(tmpdir(), 'hallmark-run-'));
  const state = openState(folder);
  t.after(() => {
    state.close();
    rmSync(folder, { recursive: true });
  });
  const { programme, sources } = smallProgramme(script.programme);
  const defined = defineProgramme(
    { ...programme, settings: { ...programme.settings, rules: { ...programme.settings.rules, settle: 0 } } },
    sources,
    [],
  );
  const events: string[] = [];
  const controller = new AbortController();
  let now = 1_800_000_000;
  let published = 0;
  const most = { running: 0, ever: 0 };
  const mostExamined = { running: 0, ever: 0 };
  const awaited = Promise.withResolvers<void>();
  if (script.examineAfter === undefined) awaited.resolve();

  const stock = () =>
    takeStock(defined, {
      state,
      recipeOf: () => RECIPE,
      outside: new Map(),
      fixesOf: () => new Map(),
      now: (now += 1),
    });
  const options: LoopOptions = {
    roles: {
      build: {
        places: () => script.places ?? 1,
        make: async (item, target) => {
          most.running += 1;
          most.ever = Math.max(most.ever, most.running);
          await script.hold?.(targetName(target));
          const outcome = record(state, item, target, script, now);
          most.running -= 1;
          return { outcome, log: 'log' };
        },
      },
      examine: async (attempt, _, target) => {
        mostExamined.running += 1;
        mostExamined.ever = Math.max(mostExamined.ever, mostExamined.running);
        await awaited.promise;
        mostExamined.running -= 1;
        const verdict = script.verdictOf?.(targetName(target)) ?? 'admitted';
        if (verdict === 'unreachable') throw new OciError('REGISTRY_UNAVAILABLE', 'nobody is there');
        const { buildId, generation, architecture, recipeId, outcome } = attempt;
        const check = {
          id: 'findings.gate',
          result: verdict === 'admitted' ? 'passed' : 'failed',
          because: 'it was told',
        } as const;
        const admission: Admission = {
          buildId,
          generation,
          architecture,
          recipeId,
          source: examined(),
          verdict,
          reference: outcome.reference,
          digest: outcome.digest,
          checks: [check],
          evidence: [],
          findings: null,
          gate: defined.gates('app'),
          at: '2026-11-21T00:00:00Z',
        };
        state.recordAdmission(admission, now);
        return admission;
      },
      publish: async () => {
        published += 1;
        return { entries: [], problems: [], withoutLog: [], unsigned: [] };
      },
    },
    takeStock: async () => {
      await script.beforeStock?.();
      return stock();
    },
    whenIdle: async () => 'end',
    changed: script.changed ?? (() => new Promise(() => {})),
    now: () => now * 1000,
    onEvent(event) {
      events.push(told(event));
      if (told(event) === script.examineAfter) awaited.resolve();
      if (script.abortAt?.(event) === true) controller.abort();
    },
    signal: controller.signal,
    cancel: (reason) => controller.abort(reason),
  };
  const end = await runLoop(options);
  return { events, end, published, most: most.ever, mostExamined: mostExamined.ever };
}

function record(
  state: ProgrammeState,
  { build, generation, reasons, attempts }: WorkItem,
  target: GraphTarget,
  { outcomeOf }: Script,
  at: number,
): Exclude<AttemptOutcome, { kind: 'running' }> {
  const { buildId, sourceId, parents } = build;
  const architecture: Architecture = build.architecture;
  const { id } = state.beginAttempt({
    buildId,
    generation,
    sourceId,
    architecture,
    reasons,
    parents,
    tags: target.place.tags,
    recipeId: RECIPE,
    engine: { name: 'none', version: '1', parts: {} },
    arguments: {},
    startedAt: at,
    log: 'log',
  });
  const outcome: Exclude<AttemptOutcome, { kind: 'running' }> =
    outcomeOf?.(targetName(target), attempts) === 'failed'
      ? { kind: 'failed', code: 'BUILD_FAILED', because: 'it was told to' }
      : {
          kind: 'built',
          reference: `localhost:5000/q/${architecture}:${buildId}`,
          digest: digestOf(`${buildId} ${generation}`),
        };
  state.endAttempt(id, outcome, at);
  return outcome;
}

function told(event: RunEvent): string {
  return 'build' in event ? `${event.kind} ${event.build.name}` : event.kind;
}

const begun = (events: readonly string[]) => events.filter((event) => event.startsWith('building'));
const waiting = ({ plan }: Stock) => plan.waiting.length;

const CHAIN = `
  debian:12
  python:3 < debian:12
  django:5 < python:3
  redis:8 < debian:12`;

suite('the loop of a programme', () => {
  test('a child begins as soon as its parent is admitted, before anything else of its own', async (t) => {
    const { events, end } = await play(t, { programme: CHAIN });
    assert.deepEqual(begun(events), [
      'building debian:12',
      'building python:3',
      'building redis:8',
      'building django:5',
    ]);
    assert.equal(end.plan.done, 4);
    const admitted = events.indexOf('admitted debian:12');
    assert.equal(events[admitted + 1], 'building python:3');
  });

  test('no more builds at once than there are places', async (t) => {
    const programme = `debian:12\n${['a', 'b', 'c', 'd'].map((name) => `${name}:1 < debian:12`).join('\n')}`;
    assert.equal((await play(t, { programme })).most, 1);
    assert.equal((await play(t, { programme, places: 3 })).most, 3);
    const { events, end } = await play(t, { programme, places: 0 });
    assert.deepEqual(begun(events), []);
    assert.equal(end.plan.work.length, 1);
  });

  test('of whatever waits in quarantine a few images are examined at once', async (t) => {
    const names = 'abcdefghijkl'.split('');
    const { mostExamined, end } = await play(t, {
      programme: names.map((name) => `${name}:1`).join('\n'),
      examineAfter: `built ${names.at(-1)}:1`,
    });
    assert.equal(mostExamined, 4);
    assert.equal(end.plan.done, 12);
  });

  test('what fails is tried again as often as upstream does, and holds only what is built on it', async (t) => {
    const { events, end } = await play(t, {
      programme: CHAIN,
      outcomeOf: (name) => (name === 'python:3' ? 'failed' : 'built'),
    });
    assert.equal(events.filter((event) => event === 'build-failed python:3').length, 2);
    assert.ok(events.includes('admitted redis:8'));
    assert.equal(waiting(end), 1);
    assert.deepEqual(
      end.plan.deferred.map(({ because }) => because),
      ['back-off'],
    );
  });

  test('a rejected image is not built on', async (t) => {
    const { events } = await play(t, {
      programme: CHAIN,
      verdictOf: (name) => (name === 'python:3' ? 'rejected' : 'admitted'),
    });
    assert.ok(events.includes('rejected python:3'));
    assert.ok(!events.includes('building django:5'));
  });

  test('what cannot be examined now is left for later, and is not built again', async (t) => {
    const { events, end } = await play(t, {
      programme: CHAIN,
      verdictOf: (name) => (name === 'python:3' ? 'unreachable' : 'admitted'),
    });
    assert.equal(events.filter((event) => event === 'not-examined python:3').length, 1);
    assert.equal(events.filter((event) => event === 'building python:3').length, 1);
    assert.equal(end.plan.unexamined.length, 1);
  });

  test('it is tried again, and so is the publisher, while something else is built for hours', async (t) => {
    const long = Promise.withResolvers<void>();
    let isAway = true;
    let looks = 0;
    const { events, published, end } = await play(t, {
      programme: `${CHAIN}\nlong:1`,
      places: 2,
      abortAt(event) {
        if (told(event) === 'admitted django:5') long.resolve();
        return false;
      },
      hold: (name) => (name === 'long:1' ? long.promise : Promise.resolve()),
      verdictOf: (name) => (isAway && name === 'debian:12' ? 'unreachable' : 'admitted'),
      async changed(_, ended) {
        await setImmediate();
        if (ended.aborted) return;
        looks += 1;
        isAway = looks < 3;
        // which never comes where nothing is tried again
        if (looks === 1_000) long.resolve();
      },
    });
    assert.equal(events.filter((event) => event === 'not-examined debian:12').length, 3);
    assert.ok(events.indexOf('admitted django:5') < events.indexOf('built long:1'), events.join());
    assert.equal(end.plan.done, 5);
    assert.ok(published >= 7, `${published} times`);
  });

  test('the publisher is asked again after every admission', async (t) => {
    const { published } = await play(t, { programme: CHAIN });
    assert.ok(published >= 4, `${published} times`);
  });

  test('an interrupt lets what runs come to its end, and begins nothing more', async (t) => {
    const { events } = await play(t, {
      programme: CHAIN,
      abortAt: (event) => event.kind === 'built' && event.build.name === 'debian:12',
    });
    assert.deepEqual(begun(events), ['building debian:12']);
  });

  test('a fault is not lost while stock is taken', async (t) => {
    const fault = new TypeError('a fault');
    const failing = Promise.withResolvers<void>();
    let stocks = 0;
    let faults = 0;
    const run = play(t, {
      programme: 'a:1\nb:1',
      places: 2,
      hold: (name) => (name === 'b:1' ? failing.promise : Promise.resolve()),
      async beforeStock() {
        stocks += 1;
        if (stocks !== 2) return;
        failing.resolve();
        await setImmediate();
      },
      outcomeOf(name) {
        if (name === 'b:1' && (faults += 1) === 1) throw fault;
        return 'built';
      },
    });
    await assert.rejects(run, fault);
  });

  test('a fault of the program ends everything', async (t) => {
    const fault = new TypeError('a fault');
    const run = play(t, {
      programme: CHAIN,
      verdictOf() {
        throw fault;
      },
    });
    await assert.rejects(run, fault);
  });
});
