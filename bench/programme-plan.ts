/**
 * What planning costs.
 *
 *   node bench/programme-plan.ts [PAIRS] [RUNS]
 *
 * The synthetic programme has PAIRS images and architectures, 100,000 unless given. Its baseline is the same process that only
 * makes the sources and the images of that programme in memory: what is above it are graph, identities and plan.
 */
import { join } from 'node:path';
import { formatRuns, measure, median, type Measurement } from './measure.ts';

const [, , pairs = '100000', runs = '3'] = process.argv;
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
