/** Runs the list of traps and prints the result of each as a table: `npm run test:traps`. */
import { fileURLToPath } from 'node:url';
import { run } from 'node:test';
import { TRAPS } from './tables.ts';
import { answerOf } from './trap-document.ts';

const byName = new Map(TRAPS.flatMap(({ traps }) => traps.map((trap) => [trap.name, trap])));
const counts = { passed: 0, failed: 0 };
const reasons: string[] = [];

process.stdout.write('| trap | result | answer | fails |\n|---|---|---|---|\n');
const file = fileURLToPath(new URL('traps.test.ts', import.meta.url));
for await (const { type, data } of run({ files: [file], isolation: 'none' })) {
  if (type !== 'test:pass' && type !== 'test:fail') continue;
  const trap = byName.get(data.name);
  const result = type === 'test:pass' ? 'passed' : 'failed';
  if (trap !== undefined) {
    const { answer, shows } = answerOf(trap);
    process.stdout.write(`| ${trap.name} | ${result} | ${answer} | ${shows} |\n`);
    counts[result] += 1;
  }
  if (type === 'test:fail') reasons.push(`${data.name}: ${String(data.details.error.cause)}`);
}
process.stdout.write(`\n${counts.passed} of ${byName.size} traps passed\n`);
for (const reason of reasons) process.stdout.write(`\n${reason}\n`);
process.exitCode = reasons.length === 0 && counts.passed === byName.size ? 0 : 1;
