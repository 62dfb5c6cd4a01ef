import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createHostGate } from './host-gate.ts';

const { signal } = new AbortController();

test('two requests at a time to a host, the third when one of them is done', async () => {
  const gate = createHostGate({ now: () => 0, sleep: () => Promise.resolve() });
  const began: string[] = [];
  const begin = async (name: string, host = 'a.example') => {
    const leave = await gate.enter(host, 0, signal);
    began.push(name);
    return leave;
  };
  const first = await begin('first');
  await begin('second');
  const third = begin('third');
  await begin('elsewhere', 'b.example');
  await setImmediate();
  assert.deepEqual(began, ['first', 'second', 'elsewhere']);
  first();
  await third;
  assert.deepEqual(began, ['first', 'second', 'elsewhere', 'third']);
});

test('requests begin no faster than the interval, and one that was aborted gives its place away', async () => {
  const waits: number[] = [];
  const gate = createHostGate({ now: () => 1000, sleep: (wait) => Promise.resolve(void waits.push(wait)) });
  for (let count = 0; count < 3; count += 1) (await gate.enter('a.example', 600, signal))();
  assert.deepEqual(waits, [600, 1200]);
  const aborted = AbortSignal.abort(new Error('enough'));
  for (let count = 0; count < 3; count += 1)
    await assert.rejects(gate.enter('a.example', 0, aborted), /enough/);
  (await gate.enter('a.example', 0, signal))();
});
