import process from 'node:process';
import { CommanderError } from 'commander';
import { toolVersion } from '../assess/tool-version.ts';
import type { ExitStatus } from '../model/errors.ts';
import { escapeTerminal } from '../report/escape.ts';
import { askOn } from './ask.ts';
import { CliError, formatError } from './errors.ts';
import { createProgram } from './program.ts';
import type { Terminal } from './terminal.ts';

/** To which the number of a signal is added for the status of a process that it ended: 130 for an interrupt. */
const SIGNALLED = 128;

/**
 * Runs one command line in this process: the only place that touches `process`. An interrupt cancels what is open;
 * a second one ends the process at once.
 */
export async function main(args: readonly string[]): Promise<number> {
  const cancel = new AbortController();
  let signalled = 0;
  const interrupt = (_: NodeJS.Signals, number: number) => {
    if (cancel.signal.aborted) process.exit(SIGNALLED + number);
    signalled = SIGNALLED + number;
    cancel.abort(new CliError('INTERRUPTED', 'interrupted'));
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  process.stdout.on('error', endUnwritten);
  try {
    const status = await run(args, {
      environment: process.env,
      workingDirectory: process.cwd(),
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      signal: cancel.signal,
      now: () => Date.now(),
      ...(process.stdin.isTTY && process.stderr.isTTY
        ? { ask: askOn(process.stdin, process.stderr, cancel.signal) }
        : {}),
    });
    return status === 0 ? 0 : signalled || status;
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

/** A closed pipe (`hallmark scan … | head`) is the reader's choice and no error: the status stays that of the command. */
function endUnwritten(cause: NodeJS.ErrnoException): void {
  if (cause.code === 'EPIPE') return;
  const { text, exit } = formatError(
    new CliError('OUTPUT_FAILED', 'cannot write to standard output', { cause }),
  );
  process.stderr.write(text);
  process.exit(exit);
}

/** Runs one command line against the given surroundings and answers its exit status; errors are printed. */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitStatus> {
  let status: ExitStatus = 0;
  try {
    const program = createProgram(toolVersion(), terminal, (result) => {
      status = result;
    });
    if (args.length === 0) {
      program.outputHelp({ error: true });
      return 3;
    }
    await program.parseAsync([...args], { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 3;
    const reason: unknown = terminal.signal.aborted ? terminal.signal.reason : error;
    const { text, exit } = formatError(reason);
    terminal.stderr.write(text);
    if (terminal.environment['HALLMARK_DEBUG'] && error instanceof Error) {
      const lines = (error.stack ?? '').split('\n').map(escapeTerminal);
      terminal.stderr.write(`${lines.join('\n')}\n`);
    }
    return exit;
  }
}
