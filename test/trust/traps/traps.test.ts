import { describe, test } from 'node:test';
import { TRAPS } from './tables.ts';
import { runTrap } from './trap.ts';

for (const { area, traps } of TRAPS) {
  describe(`traps: ${area}`, () => {
    for (const trap of traps) test(trap.name, (t) => runTrap(t, trap));
  });
}
