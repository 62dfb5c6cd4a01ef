/**
 * What planning costs.
 *
 *   node bench/programme-plan.ts [PAIRS] [RUNS] [CHECKOUT]
 *
 * The synthetic programme has PAIRS images and architectures, 100,000 unless given. Its baseline is the same process that only
 * makes the sources and the images of that programme in memory: what is above it are graph, identities and plan.
 *
 * With a CHECKOUT of docker-library/official-images these are planned too, with nothing built. Their baseline is a process that reads
 * the same files, and parses the facts of their commits as JSON.
 */
import { join } from 'node:path';
import { formatRuns, measure, median, type Measurement } from './measure.ts';

const [, , pairs = '100000', runs = '3', checkout] = process.argv;
const script = join(import.meta.dirname, 'synthetic-programme.ts');

const baseline: Measurement[] = [];
const planned: Measurement[] = [];
for (let run = 0; run < Number(runs); run += 1) {
  baseline.push(measure([script, 'read', pairs]));
  planned.push(measure([script, 'plan', pairs]));
}
const seconds = (measured: readonly Measurement[]) => median(measured.map(({ wallSeconds }) => wallSeconds));
console.log(`synthetic programme of ${pairs} pairs, ${runs} runs: median (least–most), greatest peak`);
console.log(`  in memory       ${formatRuns(baseline)}`);
console.log(`  and planned     ${formatRuns(planned)}`);
console.log(`  ratio ${(seconds(planned) / seconds(baseline)).toFixed(2)}`);

if (checkout !== undefined) measureOfficial(checkout);

function measureOfficial(folder: string): void {
  const official = join(import.meta.dirname, 'official-programme.ts');
  const steps = { read: 'read alone', sources: 'sources made', plan: 'and planned' } as const;
  const measured: Record<keyof typeof steps, Measurement[]> = { read: [], sources: [], plan: [] };
  for (let run = 0; run < Number(runs); run += 1)
    for (const step of ['read', 'sources', 'plan'] as const)
      measured[step].push(measure([official, step, folder]));
  console.log(`official images, ${runs} runs: median (least–most), greatest peak`);
  for (const step of ['read', 'sources', 'plan'] as const)
    console.log(`  ${steps[step].padEnd(15)} ${formatRuns(measured[step])}`);
  console.log(`  ratio ${(seconds(measured.plan) / seconds(measured.read)).toFixed(2)}`);
}
