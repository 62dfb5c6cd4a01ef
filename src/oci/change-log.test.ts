import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createLoggedMap, replayChanges } from './change-log.ts';

test('any step can be replayed from any other', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd');
  const action = fc.tuple(key, fc.option(fc.nat(3)));
  const history = fc.array(fc.array(action, { maxLength: 6 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(history, fc.array(fc.nat(7), { maxLength: 12 }), (steps, visits) => {
      const map = createLoggedMap<number>();
      const plain = new Map<string, number>();
      const states: Map<string, number>[] = [];
      const changes = steps.map((actions) => {
        for (const [name, value] of actions) {
          if (value === null) {
            map.delete(name);
            plain.delete(name);
          } else {
            map.set(name, value);
            plain.set(name, value);
          }
        }
        states.push(new Map(plain));
        return map.endStep();
      });
      const replay = replayChanges(changes);
      for (const visit of visits) {
        const index = visit % steps.length;
        assert.deepEqual(replay(index), states[index]);
      }
    }),
    { numRuns: 300 },
  );
});

test('what came back to what it was is no change', () => {
  const map = createLoggedMap<string>();
  map.set('a', 'x');
  assert.deepEqual([...map.endStep()], [['a', { before: undefined, after: 'x' }]]);
  map.delete('a');
  map.set('b', 'y');
  map.set('a', 'x');
  map.delete('b');
  assert.deepEqual([...map.endStep()], []);
});
