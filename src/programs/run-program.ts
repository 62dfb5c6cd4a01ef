/** Programs of this machine: run without a shell, with nothing of our own environment, and gone with all that they started. */
import { type ChildProcess, spawn } from 'node:child_process';
import process from 'node:process';

/** Variables by their names. */
export type ProgramEnvironment = Readonly<Record<string, string | undefined>>;

export interface ProgramRun {
  /** A name that is looked for on PATH, or a path. */
  readonly program: string;
  readonly args: readonly string[];
  /** In which it is started. Default: where we are. */
  readonly folder?: string;
  readonly environment: ProgramEnvironment;
  /** Default: nothing. */
  readonly input?: string | Uint8Array;
  readonly onOutput: (chunk: Buffer) => void;
  readonly onComplaint: (chunk: Buffer) => void;
  /** Ends the program; why, the caller knows. */
  readonly signal?: AbortSignal | undefined;
}

export type ProgramEnd =
  /** @param exit its status; null where a signal ended it */
  { readonly kind: 'ended'; readonly exit: number | null; readonly endedBy: string | null } | NotStarted;

/** Not installed, or not to be run. */
export interface NotStarted {
  readonly kind: 'not-started';
  /** What is the matter with it: goes behind its name. */
  readonly because: string;
  readonly isMissing: boolean;
  readonly cause: Error;
}

/** How long we wait for the last words of a program that has ended, when something that it started keeps its output open. */
const LAST_WORDS_MS = 2_000;

/**
 * Waits until a program has ended, well or not. Whatever belongs to its process group is ended with it, in time or not: a program that
 * hangs, or whose children do, does not keep us waiting.
 */
export function runProgram(run: ProgramRun): Promise<ProgramEnd> {
  const { program, args, folder, environment, input = '', signal, onOutput, onComplaint } = run;
  return new Promise((resolve) => {
    const child = spawn(program, [...args], {
      cwd: folder,
      env: { ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    let lastWords: NodeJS.Timeout | undefined;
    const cancel = (): void => endGroup(child);
    const finish = (end: ProgramEnd): void => {
      clearTimeout(lastWords);
      signal?.removeEventListener('abort', cancel);
      resolve(end);
    };
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted === true) cancel();
    child.stdout.on('data', onOutput);
    child.stderr.on('data', onComplaint);
    child.on('error', (cause: NodeJS.ErrnoException) => {
      const isMissing = cause.code === 'ENOENT';
      const because = isMissing ? 'is not installed' : `cannot be run: ${cause.message}`;
      finish({ kind: 'not-started', because, isMissing, cause });
    });
    child.on('exit', () => {
      endGroup(child);
      lastWords = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, LAST_WORDS_MS);
    });
    child.on('close', (exit, endedBy) => finish({ kind: 'ended', exit, endedBy }));
    // A program may end without reading its input; what it answers tells what matters.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
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
