/** Runs the command line in this process, with surroundings of its own and everything that it writes kept. */
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { run } from '../../src/cli/main.ts';
import { temporaryDirectory } from '../images/temporary-directory.ts';

export const SAMPLE = `oci-dir:${join(import.meta.dirname, '..', '..', 'examples', 'sample-image')}`;

/** The day by which the tests judge support and data. */
export const TODAY = Date.UTC(2026, 10, 21);

export interface CommandLineOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Default: the home, which is empty. */
  readonly workingDirectory?: string;
  /** Whether standard output and standard error are a terminal, of this many columns. */
  readonly columns?: number;
  readonly signal?: AbortSignal;
  /** Milliseconds since the epoch. Default: {@link TODAY}. */
  readonly now?: () => number;
}

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type CommandLine = (args: readonly string[], options?: CommandLineOptions) => Promise<Outcome>;

/** A command line whose home, with cache and databases, is removed after the test. */
export function commandLine(t: TestContext): CommandLine {
  const home = temporaryDirectory(t);
  return async (
    args,
    {
      environment = {},
      workingDirectory = home,
      columns,
      signal = new AbortController().signal,
      now = () => TODAY,
    } = {},
  ) => {
    const written = { stdout: '', stderr: '' };
    const writer = (stream: keyof typeof written) => ({
      ...(columns === undefined ? {} : { isTTY: true, columns }),
      write(text: string) {
        written[stream] += text;
      },
    });
    const status = await run(args, {
      environment: { HOME: home, ...environment },
      workingDirectory,
      stdout: writer('stdout'),
      stderr: writer('stderr'),
      signal,
      now,
    });
    return { status, ...written };
  };
}
