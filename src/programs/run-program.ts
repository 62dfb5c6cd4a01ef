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
    let lastWords: NodeJS.Timeout | undefined;
    let child: ChildProcess | null = null;
    const cancel = (): void => endGroup(child?.pid);
    const finish = (end: ProgramEnd): void => {
      clearTimeout(lastWords);
      signal?.removeEventListener('abort', cancel);
      resolve(end);
    };
    try {
      child = spawn(program, [...args], {
        cwd: folder,
        env: { ...environment },
        stdio: ['pipe', 'pipe', 'pipe'],
        detached: true,
      });
    } catch (error) {
      // arguments that are too long or hold a NUL, a path through a file: told at once, and not as an event
      finish(notStarted(error instanceof Error ? error : new Error(String(error))));
      return;
    }
    // without descriptors that are free there are no pipes either
    const { stdin, stdout, stderr } = child;
    child.on('error', (cause) => finish(notStarted(cause)));
    child.on('exit', () => {
      cancel();
      lastWords = setTimeout(() => {
        stdout?.destroy();
        stderr?.destroy();
      }, LAST_WORDS_MS);
    });
    child.on('close', (exit, endedBy) => finish({ kind: 'ended', exit, endedBy }));
    stdout?.on('data', onOutput);
    stderr?.on('data', onComplaint);
    // A program may end without reading its input; what it answers tells what matters.
    stdin?.on('error', () => undefined);
    stdin?.end(input);
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted === true) cancel();
  });
}

function notStarted(cause: NodeJS.ErrnoException): NotStarted {
  const isMissing = cause.code === 'ENOENT';
  const because = isMissing ? 'is not installed' : `cannot be run: ${cause.message}`;
  return { kind: 'not-started', because, isMissing, cause };
}

/** Ends the program and what it started; where all of it has ended already there is nothing to do. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    return;
  }
}
