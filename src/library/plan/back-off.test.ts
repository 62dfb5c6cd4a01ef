import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smallProgramme } from '../../../test/library/small-programme.ts';
import { namesOf, smallState } from '../../../test/library/small-state.ts';
import { retryNotBefore } from './back-off.ts';

const MINUTE = 60;
const HOUR = 3600;
const NOW = 1_800_000_000;

test('the third attempt waits for an hour, and the longest wait is 32', () => {
  const hours = [0, 1, 2, 3, 4, 5, 6, 7, 8, 1_000].map(
    (count) => retryNotBefore({ count, lastAt: 0, own: { count, lastAt: 0 } }, NOW) / HOUR,
  );
  assert.deepEqual(hours, [0, 0, 1, 2, 4, 8, 16, 32, 32, 32]);
});

test('what a registry kept from its end waits for minutes; what also failed of itself for both', () => {
  const none = { count: 0, lastAt: 0 };
  const minutes = [1, 2, 3, 6, 100].map(
    (count) => retryNotBefore({ count, lastAt: 0, own: none }, NOW) / MINUTE,
  );
  assert.deepEqual(minutes, [1, 2, 4, 32, 32]);
  const once = { count: 1, lastAt: NOW - HOUR };
  assert.equal(retryNotBefore({ count: 2, lastAt: NOW, own: once }, NOW), NOW + 2 * MINUTE);
  const twice = { count: 2, lastAt: NOW - 1 };
  assert.equal(retryNotBefore({ count: 3, lastAt: NOW, own: twice }, NOW), NOW - 1 + HOUR);
});

test('what failed in a time that is still to come is not waited for', () => {
  const later = NOW + 1_000 * HOUR;
  assert.equal(retryNotBefore({ count: 9, lastAt: later, own: { count: 9, lastAt: later } }, NOW), NOW);
  const own = { count: 8, lastAt: later };
  assert.equal(retryNotBefore({ count: 9, lastAt: NOW, own }, NOW), NOW + 32 * MINUTE);
});

/** How often it failed, how many seconds ago for the last time, and its place in the queue; null where it has to wait. */
const QUEUE: readonly (readonly [tag: string, count: number, secondsAgo: number, place: number | null])[] = [
  ['often', 9, 32 * HOUR, 5],
  ['often-and-lately', 9, 32 * HOUR - 1, null],
  ['thrice', 3, 2 * HOUR, 4],
  ['thrice-and-lately', 3, 2 * HOUR - 1, null],
  ['twice', 2, 1 * HOUR, 3],
  ['twice-and-lately', 2, 1 * HOUR - 1, null],
  ['once-just-now', 1, 0, 2],
  ['never', 0, 0, 1],
];

test('what failed waits for its time, and what failed less often goes first', () => {
  const programme = smallProgramme(QUEUE.map(([tag]) => `app:${tag}`).join('\n'));
  const state = smallState(NOW);
  const { work: all } = state.plan(programme);
  for (const item of all) {
    const [name] = namesOf(programme, [item.build]);
    const row = QUEUE.find(([tag]) => name === `app:${tag} amd64`);
    assert.ok(row !== undefined);
    const [, count, secondsAgo] = row;
    state.now = NOW - secondsAgo;
    for (let left = count; left > 0; left -= 1) state.fail(programme, item);
  }
  state.now = NOW;
  const { work, deferred } = state.plan(programme);
  const queue = QUEUE.filter(([, , , place]) => place !== null).sort(
    ([, , , a], [, , , b]) => (a ?? 0) - (b ?? 0),
  );
  assert.deepEqual(
    namesOf(
      programme,
      work.map(({ build }) => build),
    ),
    queue.map(([tag]) => `app:${tag} amd64`),
  );
  assert.equal(deferred.length, QUEUE.length - queue.length);
});
