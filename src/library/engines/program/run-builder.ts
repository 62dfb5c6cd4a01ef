/** Runs the programs that build: with nothing of our environment, heard as they speak, and gone with all that they started. */
import { type ChildProcess, spawn } from 'node:child_process';
import process from 'node:process';
import type { Environment } from '../../../oci/registry/credentials.ts';
import { LibraryError } from '../../errors.ts';
import type { BuildLog } from '../build-log.ts';

export interface BuilderRun {
  /** A name that is looked for on PATH, or a path. */
  readonly program: string;
  /** What messages call it, where a program only starts another one. Default: `program`. */
  readonly name?: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly environment: Environment;
  readonly input?: string;
  readonly log: BuildLog;
  readonly signal?: AbortSignal | undefined;
  /** Where its standard output is an answer and no log: it goes here. */
  readonly onAnswer?: (chunk: Buffer) => void;
}

/** How long we wait for the last words of a program that has ended, when something that it started keeps its output open. */
const LAST_WORDS_MS = 2_000;

/**
 * Waits until a program has ended well. Whatever belongs to its process group is ended with it, in time or not.
 *
 * @throws {LibraryError} ENGINE_MISSING, BUILD_FAILED; BUILD_TIMEOUT when the signal is that of a time limit; else the signal's reason
 */
export async function runBuilder(run: BuilderRun): Promise<void> {
  const { program, name = program, log, signal } = run;
  throwIfEnded(signal, name);
  const exit = await runToEnd(run);
  throwIfEnded(signal, name);
  if (exit === 0) return;
  const how = typeof exit === 'number' ? `ended with status ${exit}` : `was ended by ${exit}`;
  const said = log.lastLine();
  throw new LibraryError('BUILD_FAILED', `${name} ${how}${said === '' ? '' : `: ${said.slice(-500)}`}`, {
    subject: name,
  });
}

/**
 * @param what is being done, for messages
 * @throws {LibraryError} BUILD_TIMEOUT when the signal is that of a time limit; else the signal's reason, if it has one
 */
export function throwIfEnded(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted !== true) return;
  const reason: unknown = signal.reason;
  if (!(reason instanceof DOMException) || reason.name !== 'TimeoutError') throw reason;
  throw new LibraryError('BUILD_TIMEOUT', `${what} had not finished when its time was over`, {
    subject: what,
    cause: reason,
  });
}

/** @returns its status, or the name of the signal that ended it */
function runToEnd(run: BuilderRun): Promise<number | string> {
  const { program, args, folder, environment, input, log, signal, onAnswer } = run;
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], {
      cwd: folder,
      env: { ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    let lastWords: NodeJS.Timeout | undefined;
    const cancel = (): void => endGroup(child);
    signal?.addEventListener('abort', cancel, { once: true });
    const finish = (): void => {
      clearTimeout(lastWords);
      signal?.removeEventListener('abort', cancel);
    };
    child.stdout.on('data', onAnswer ?? log.stream());
    child.stderr.on('data', log.stream());
    child.on('error', (cause: NodeJS.ErrnoException) => {
      finish();
      const isMissing = cause.code === 'ENOENT';
      const what = isMissing ? 'is not installed' : `cannot be run: ${cause.message}`;
      reject(
        new LibraryError('ENGINE_MISSING', `the program ${program} ${what}`, { subject: program, cause }),
      );
    });
    child.on('exit', () => {
      endGroup(child);
      lastWords = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, LAST_WORDS_MS);
    });
    child.on('close', (exit, ending) => {
      finish();
      resolve(exit ?? ending ?? 'a signal');
    });
    // A program may end without reading its input; what it leaves tells what matters.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
  });
}

/** Ends the program and what it started; where all of it has ended already there is nothing to do. */
function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    return;
  }
}
