/**
 * How long an assessment takes, as a ratio to Node inflating the same layers to nothing, in turn in one run:
 *
 *   npm run bench:assessment -- LARGE [SMALL] [RUNS]     OCI layouts; see bench/README.md
 *
 * Prints cold (no cache), warm (all layers cached) and, for the small image, the whole process.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatRuns, measure, median, type Measurement } from './measure.ts';

const [large, small, runs = '3'] = process.argv.slice(2);
if (large === undefined) throw new Error('usage: assessment.ts LARGE [SMALL] [RUNS]');

const HALLMARK = new URL('../bin/hallmark.js', import.meta.url).pathname;
const INFLATE = new URL('./inflate-layers.ts', import.meta.url).pathname;
const cache = mkdtempSync(join(tmpdir(), 'hallmark-bench-cache-'));
const environment = { HALLMARK_CACHE_DIR: cache };

const scan = (layout: string, ...flags: string[]) =>
  measure([HALLMARK, 'scan', '--format', 'json', ...flags, `oci-dir:${layout}`], environment);

function series(count: number, run: () => Measurement): Measurement[] {
  return Array.from({ length: count }, run);
}

try {
  const count = Number(runs);
  scan(large); // fills the caches of layers, code and advisories
  const baseline: Measurement[] = [];
  const parallel: Measurement[] = [];
  const cold: Measurement[] = [];
  for (let round = 0; round < count; round += 1) {
    baseline.push(measure([INFLATE, large]));
    cold.push(scan(large, '--no-cache'));
    parallel.push(measure([INFLATE, large, '2']));
  }
  const warm = series(count, () => scan(large));
  const ratio = (other: readonly Measurement[]) =>
    median(cold.map((run, index) => run.wallSeconds / (other[index]?.wallSeconds ?? Number.NaN))).toFixed(2);
  console.log(`inflate to nothing        ${formatRuns(baseline)}`);
  console.log(`inflate, two at a time    ${formatRuns(parallel)}`);
  console.log(`cold assessment           ${formatRuns(cold)}`);
  console.log(`  to inflating            ${ratio(baseline)} (two at a time: ${ratio(parallel)})`);
  console.log(`warm assessment           ${formatRuns(warm)}`);
  if (small !== undefined) {
    scan(small);
    console.log(`small image, cold         ${formatRuns(series(count, () => scan(small, '--no-cache')))}`);
    console.log(`small image, warm         ${formatRuns(series(count, () => scan(small)))}`);
  }
} finally {
  rmSync(cache, { recursive: true, force: true });
}
