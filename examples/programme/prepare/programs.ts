/** Programs that the example runs: Debian's, git, and Hallmark itself. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
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
