/**
 * How many bytes of an image in a registry travel when its layers are read by their tables of contents, beside the same
 * image read whole, and whether packages, findings, files and secrets are the same:
 *
 *   node bench/partial-layers.ts REGISTRY NAME [RUNS]     127.0.0.1:5000 large:zstd; see bench/README.md
 *
 * The registry is on this machine, without TLS and users. What passes between is counted, so manifests are included.
 */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { Assessment } from '../src/model/assessment.ts';
import type { CountingProxyData } from './counting-proxy.ts';
import { formatRuns, measure, type Measurement } from './measure.ts';

const [registry, name, runs = '3'] = process.argv.slice(2);
if (registry === undefined || name === undefined)
  throw new Error('usage: partial-layers.ts REGISTRY NAME [RUNS]');

const HALLMARK = new URL('../bin/hallmark.js', import.meta.url).pathname;
const counted = new BigUint64Array(new SharedArrayBuffer(8));
const workerData: CountingProxyData = { registry, counted };
const proxy = new Worker(new URL('./counting-proxy.ts', import.meta.url), { workerData });
const [port] = (await once(proxy, 'message')) as [number];
const folder = mkdtempSync(join(tmpdir(), 'hallmark-bench-'));

interface Run {
  readonly measured: Measurement;
  readonly bytes: number;
  readonly assessment: Assessment;
}

function scan(...flags: string[]): Run {
  const file = join(folder, 'assessment.json');
  const before = Atomics.load(counted, 0);
  const reference = `127.0.0.1:${port}/${name}`;
  const measured = measure([
    HALLMARK,
    'scan',
    '--no-cache',
    '--offline',
    ...flags,
    '--format',
    `json=${file}`,
    reference,
  ]);
  const bytes = Number(Atomics.load(counted, 0) - before);
  return { measured, bytes, assessment: JSON.parse(readFileSync(file, 'utf8')) as Assessment };
}

try {
  const part: Run[] = [];
  const whole: Run[] = [];
  for (let round = 0; round < Number(runs); round += 1) {
    part.push(scan());
    whole.push(scan('--whole-layers'));
  }
  const [one, other] = [part[0], whole[0]];
  if (one === undefined || other === undefined) throw new Error('no runs');
  const layerBytes = other.assessment.image.layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const inPart = one.assessment.coverage.filter(({ code }) => code === 'LAYER_READ_IN_PART').length;
  const percent = (bytes: number) => `${((100 * bytes) / layerBytes).toFixed(1)} %`;
  console.log(
    `layers                    ${layerBytes} bytes in ${other.assessment.image.layers.length}, of which ${inPart} were read in part`,
  );
  console.log(
    `read in part              ${one.bytes} bytes, ${percent(one.bytes)}; ${formatRuns(part.map((run) => run.measured))}`,
  );
  console.log(
    `read whole                ${other.bytes} bytes, ${percent(other.bytes)}; ${formatRuns(whole.map((run) => run.measured))}`,
  );
  for (const key of ['packages', 'findings', 'verdictCounts', 'files', 'secrets'] as const) {
    const same = isDeepStrictEqual(one.assessment[key], other.assessment[key]);
    console.log(`${key.padEnd(25)} ${same ? 'the same' : 'DIFFERENT'}`);
  }
} finally {
  await proxy.terminate();
  rmSync(folder, { recursive: true, force: true });
}
