import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Schedule } from './schedule.ts';
import { createPushedChanges } from './wait-for-change.ts';

const FOREVER = new AbortController().signal;
const HOUR = 3_600;

/** Changes on a clock that only goes on when it is told to. */
function clock() {
  let now = 100;
  const timers = new Map<() => void, number>();
  const schedule: Schedule = (seconds, action) => {
    timers.set(action, now + seconds);
    return () => void timers.delete(action);
  };
  const changes = createPushedChanges({ now: () => now, schedule });
  return {
    ...changes,
    timers,
    pushTo: (...names: readonly string[]) =>
      changes.push(names.map((name) => ({ repository: name, tag: '1' }))),
    take: (names: readonly string[], path: string | null = null) => [
      ...changes.takePushed({ names: new Set(names), path }),
    ],
    /** Whether it ends without anything more. */
    isOver: async (waiting: Promise<void>): Promise<boolean> => {
      let isOver = false;
      void waiting.then(() => (isOver = true));
      await setImmediate();
      return isOver;
    },
    pass: (seconds: number): void => {
      now += seconds;
      for (const [action, at] of timers) if (at <= now) action();
    },
  };
}

suite('pushes that are waited for', () => {
  test('before anybody knows which count none is lost, and none counts that does not', () => {
    const { pushTo, take } = clock();
    pushTo('other', 'base', 'base');
    assert.deepEqual(take(['base:1', 'tools:1']), ['base:1']);
    assert.deepEqual(take(['base:1', 'tools:1']), []);
  });

  test('more than are kept before that are pushes to everything', () => {
    const { push, pushTo, take } = clock();
    push(Array.from({ length: 20_000 }, (_, at) => ({ repository: `other${at}`, tag: '1' })));
    pushTo('base');
    assert.deepEqual(take(['base:1', 'tools:1']), ['base:1', 'tools:1']);
    assert.deepEqual(take(['base:1', 'tools:1']), []);
  });

  test('those to names that nobody uses wake nobody', async () => {
    const { pushTo, take, wait, isOver, timers } = clock();
    take(['base:1'], 'quarantine');
    const waiting = wait(HOUR, FOREVER);
    for (let count = 0; count < 1_000; count++) pushTo('other', 'quarantine', 'quarantined/app');
    assert.equal(await isOver(waiting), false);
    pushTo('base');
    assert.equal(await isOver(waiting), true);
    assert.deepEqual(take(['base:1'], 'quarantine'), ['base:1']);
    assert.equal(timers.size, 0);
  });

  test('what others put into quarantine wakes whoever waits for it, and is looked up by nobody', async () => {
    const { pushTo, take, wait, isOver } = clock();
    take(['base:1'], 'quarantine');
    const waiting = wait(HOUR, FOREVER);
    pushTo('quarantine/amd64');
    assert.equal(await isOver(waiting), true);
    assert.deepEqual(take(['base:1'], 'quarantine'), []);
  });

  test('however many come, stock is taken for them at intervals', async () => {
    const { pushTo, take, wait, isOver, pass, timers } = clock();
    take(['base:1']);
    pushTo('base');
    let stocks = 0;
    for (let second = 0; second < 20; second++) {
      for (let count = 0; count < 100; count++) pushTo('base');
      const waiting = wait(HOUR, FOREVER);
      if (await isOver(waiting)) {
        assert.deepEqual(take(['base:1']), ['base:1']);
        stocks += 1;
      }
      pass(1);
    }
    assert.equal(stocks, 10);
    timers.clear();
  });

  test('one that comes while stock is taken is not lost', async () => {
    const { pushTo, take, wait, isOver, pass, timers } = clock();
    pushTo('base');
    take(['base:1']);
    pushTo('base');
    pass(1);
    const waiting = wait(HOUR, FOREVER);
    assert.equal(await isOver(waiting), false);
    pass(1);
    assert.equal(await isOver(waiting), true);
    assert.deepEqual(take(['base:1']), ['base:1']);
    assert.equal(timers.size, 0);
  });

  test('where stock is taken in no time, the next push is heard soon', async () => {
    const { pushTo, take, wait, isOver, pass } = clock();
    pushTo('base');
    take(['base:1']);
    pass(0.02);
    const waiting = wait(HOUR, FOREVER);
    pushTo('base');
    assert.equal(await isOver(waiting), false);
    pass(0.2);
    assert.equal(await isOver(waiting), true);
  });

  test('waiting ends with its time and with its signal', async () => {
    const { wait, isOver, pass, timers } = clock();
    const ending = new AbortController();
    const [timed, ended] = [wait(60, FOREVER), wait(60, ending.signal)];
    ending.abort();
    assert.deepEqual([await isOver(timed), await isOver(ended)], [false, true]);
    pass(60);
    assert.equal(await isOver(timed), true);
    assert.equal(await isOver(wait(60, ending.signal)), true);
    assert.equal(timers.size, 0);
  });
});
