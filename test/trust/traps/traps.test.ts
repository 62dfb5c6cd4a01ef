/** The list of traps, each a test; `npm run test:traps` prints the results as a table. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { TRAPS } from './tables.ts';
import { formatTrapDocument, TRAP_DOCUMENT } from './trap-document.ts';
import { runTrap } from './trap.ts';

for (const { area, traps } of TRAPS) {
  describe(`traps: ${area}`, () => {
    for (const trap of traps) test(trap.name, (t) => runTrap(t, trap));
  });
}

test('docs/trust-traps.md lists every trap as the tables have it', () => {
  const command = 'run node test/trust/traps/write-document.ts';
  assert.equal(readFileSync(TRAP_DOCUMENT, 'utf8'), formatTrapDocument(), command);
});

test('every trap has a name of its own', () => {
  const names = TRAPS.flatMap(({ traps }) => traps.map(({ name }) => name));
  assert.equal(new Set(names).size, names.length);
});
