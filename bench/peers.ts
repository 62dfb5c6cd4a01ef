/**
 * The same work by the field's scanners, in turn in one run: a CycloneDX bill of materials of one image, nothing cached.
 *
 *   npx node bench/peers.ts LAYOUT [RUNS]     an OCI layout; see bench/README.md
 *
 * Runs whichever of syft and trivy are on PATH beside Hallmark, without network. Prints wall time, peak memory, their
 * ratio to Hallmark's, and how many packages of the kinds that Hallmark reads each found. Linux only: the peak is the
 * kernel's own mark (VmHWM in proc(5)), which is read until the process ends.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { formatRuns, median, type Measurement } from './measure.ts';

const [layout, runs = '3'] = process.argv.slice(2);
if (layout === undefined) throw new Error('usage: peers.ts LAYOUT [RUNS]');

interface Contender {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
}

/** Package databases and Node modules alone, as Syft names them: a part of what Hallmark reads. */
const SYFT_CATALOGERS = [
  'apk-db-cataloger',
  'dpkg-db-cataloger',
  'rpm-db-cataloger',
  'javascript-package-cataloger',
].join(',');

const HALLMARK = new URL('../bin/hallmark.js', import.meta.url).pathname;
const SYFT = ['scan', '--quiet', '--output', 'cyclonedx-json', `oci-dir:${layout}`] as const;
/** Trivy does not look into Java archives without an index from the network. */
const TRIVY = [
  'image',
  '--quiet',
  '--offline-scan',
  '--skip-db-update',
  '--skip-java-db-update',
  '--skip-files',
  '**/*.jar,**/*.war',
] as const;

const hallmark: Contender = {
  name: 'hallmark',
  command: [process.execPath, HALLMARK, 'sbom', '--quiet', '--offline', '--no-cache', `oci-dir:${layout}`],
};

const CONTENDERS: readonly Contender[] = [
  hallmark,
  { name: 'syft, a part', command: ['syft', ...SYFT, '--override-default-catalogers', SYFT_CATALOGERS] },
  { name: 'syft, all kinds', command: ['syft', ...SYFT] },
  { name: 'trivy', command: ['trivy', ...TRIVY, '--format', 'cyclonedx', '--input', layout] },
];

interface Sample {
  readonly measurement: Omit<Measurement, 'cpuSeconds'>;
  readonly packages: string;
}

async function sample({ name, command: [program, ...args] }: Contender): Promise<Sample> {
  const folder = mkdtempSync(join(tmpdir(), 'hallmark-peers-'));
  const output = join(folder, 'bill.json');
  const file = openSync(output, 'w');
  const environment = { SYFT_CHECK_FOR_APP_UPDATE: 'false', XDG_CACHE_HOME: folder, TRIVY_CACHE_DIR: folder };
  try {
    const started = performance.now();
    const child = spawn(program, args, {
      env: { ...process.env, ...environment },
      stdio: ['ignore', file, 'inherit'],
    });
    const ended = once(child, 'exit').then(() => performance.now());
    let peakMegabytes = 0;
    while (child.exitCode === null && child.signalCode === null) {
      peakMegabytes = Math.max(peakMegabytes, peakOf(child.pid));
      await pause(5);
    }
    const wallSeconds = ((await ended) - started) / 1000;
    if (child.exitCode !== 0) throw new Error(`${name} ended with ${child.exitCode ?? child.signalCode}`);
    return { measurement: { wallSeconds, peakMegabytes }, packages: countPackages(output) };
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** 0 for a process that has just ended. */
function peakOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1000;
  } catch {
    return 0;
  }
}

interface Bill {
  readonly components?: readonly { readonly purl?: string }[];
}

/** `851 deb, 1591 npm`: different purls of the kinds that Hallmark reads. */
function countPackages(output: string): string {
  const { components = [] } = JSON.parse(readFileSync(output, 'utf8')) as Bill;
  const purls = new Set(components.flatMap(({ purl }) => purl ?? []));
  const kinds = Map.groupBy(purls, (purl) => /^pkg:(apk|deb|npm|rpm)\//.exec(purl)?.[1] ?? '');
  kinds.delete('');
  return [...kinds]
    .map(([kind, found]) => `${found.length} ${kind}`)
    .sort()
    .join(', ');
}

function isOnPath(program: string): boolean {
  if (program === process.execPath) return true;
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const samples = new Map<Contender, Sample[]>();
for (const contender of CONTENDERS) {
  if (!isOnPath(contender.command[0])) {
    console.log(`${contender.name}: not on PATH`);
    continue;
  }
  await sample(contender); // warms the page cache
  samples.set(contender, []);
}
for (let round = 0; round < Number(runs); round += 1) {
  for (const [contender, taken] of samples) taken.push(await sample(contender));
}

const own = samples.get(hallmark) ?? [];
for (const [{ name }, taken] of samples) {
  const measurements = taken.map(({ measurement }) => measurement);
  const ratioOf = (value: keyof Sample['measurement']) =>
    median(measurements.map((run, round) => run[value] / (own[round]?.measurement[value] ?? Number.NaN)));
  const time = ratioOf('wallSeconds').toFixed(2);
  const memory = ratioOf('peakMegabytes').toFixed(2);
  console.log(
    `${name.padEnd(18)} ${formatRuns(measurements).padEnd(32)} time × ${time}, memory × ${memory}   ${taken[0]?.packages ?? ''}`,
  );
}
