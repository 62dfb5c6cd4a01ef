/** Programs that the example runs: Debian's, git, and Hallmark itself. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const HALLMARK = new URL('../../../bin/hallmark.js', import.meta.url).pathname;

/** Runs a program and returns what it wrote; what it says of its work goes to standard error. */
export function run(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly input?: string; readonly env?: NodeJS.ProcessEnv } = {},
): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    ...options,
    env: { ...process.env, LC_ALL: 'C', ...options.env },
  });
  if (error !== undefined) throw new Error(`${program} cannot be run: ${error.message}`);
  if (status !== 0) {
    const said = `${stdout}${stderr}`.split('\n').slice(-20).join('\n');
    throw new Error(`${program} ${args.join(' ')} ended with ${status}:\n${said}`);
  }
  return stdout;
}

/** Runs `hallmark` with its progress on this terminal, and returns its standard output and exit status. */
export async function hallmark(
  args: readonly string[],
  cwd: string,
): Promise<{ readonly status: number; readonly output: string }> {
  const child = spawn(process.execPath, [HALLMARK, ...args], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  const [status] = (await once(child, 'close')) as [number | null];
  return { status: status ?? 1, output: Buffer.concat(parts).toString() };
}

/** Which of these programs are not installed. */
export function missingPrograms(programs: readonly string[]): readonly string[] {
  return programs.filter((program) => spawnSync('which', [program]).status !== 0);
}

/** How buildah keeps layers: `overlay` shares what they have in common and is faster, `vfs` works everywhere. */
export function storageDriver(): 'overlay' | 'vfs' {
  const folder = mkdtempSync(join(tmpdir(), 'example-storage-'));
  try {
    const places = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run'), '--storage-driver=overlay'];
    const { status } = spawnSync('buildah', [...places, 'from', '--name=probe', 'scratch'], { stdio: 'ignore' });
    if (status !== 0) return 'vfs';
    const mounted = spawnSync('buildah', [...places, 'mount', 'probe'], { stdio: 'ignore' });
    spawnSync('buildah', [...places, 'rm', '--all'], { stdio: 'ignore' });
    return mounted.status === 0 ? 'overlay' : 'vfs';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
