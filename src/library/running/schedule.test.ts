import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterSeconds } from './schedule.ts';

test('what no timer can wait for is not done at once', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let done = 0;
  const takeBack = afterSeconds(400 * 86_400, () => (done += 1));
  t.mock.timers.tick(24 * 86_400_000);
  assert.equal(done, 0);
  takeBack();
});
