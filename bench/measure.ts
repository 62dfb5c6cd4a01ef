/** Runs a command as a whole process and answers what it took, by the operating system's own accounting. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Measurement {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  /** Largest resident set of the process, all threads included. */
  readonly peakMegabytes: number;
}

const NODE = process.execPath;

/**
 * @param args arguments to Node, the script first. Its output is read and thrown away.
 * @param status the exit status that it must end with
 */
export function measure(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  status = 0,
): Measurement {
  const folder = mkdtempSync(join(tmpdir(), 'hallmark-bench-'));
  const report = join(folder, 'usage.json');
  try {
    const started = performance.now();
    const result = spawnSync(
      NODE,
      ['--import', new URL('./report-usage.js', import.meta.url).href, ...args],
      {
        env: { ...process.env, ...environment, HALLMARK_BENCH_USAGE: report },
        stdio: ['ignore', 'ignore', 'pipe'],
        maxBuffer: 1 << 26,
      },
    );
    const wallSeconds = (performance.now() - started) / 1000;
    if (result.status !== status)
      throw new Error(`${args.join(' ')} ended with ${result.status}: ${String(result.stderr)}`);
    const usage = JSON.parse(readFileSync(report, 'utf8')) as NodeJS.ResourceUsage;
    return {
      wallSeconds,
      cpuSeconds: (usage.userCPUTime + usage.systemCPUTime) / 1e6,
      peakMegabytes: usage.maxRSS / 1000,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** `1.23 s (1.19–1.30), 96 MB`. */
export function formatRuns(runs: readonly Omit<Measurement, 'cpuSeconds'>[]): string {
  const walls = runs.map((run) => run.wallSeconds);
  const peak = Math.max(...runs.map((run) => run.peakMegabytes));
  const span = `${Math.min(...walls).toFixed(2)}–${Math.max(...walls).toFixed(2)}`;
  return `${median(walls).toFixed(2)} s (${span}), ${peak.toFixed(0)} MB`;
}
