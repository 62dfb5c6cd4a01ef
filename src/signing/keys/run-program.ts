import { type ChildProcess, spawn } from 'node:child_process';
import process from 'node:process';
import type { Environment } from '../../oci/registry/credentials.ts';
import { SigningError } from '../errors.ts';

export interface ProgramRun {
  /** A name that is looked for on PATH, or a path. */
  readonly program: string;
  readonly args: readonly string[];
  readonly input: Uint8Array;
  readonly environment: Environment;
  readonly limits: ProgramLimits;
  readonly signal?: AbortSignal | undefined;
}

export interface ProgramLimits {
  readonly timeoutMs: number;
  /** Of standard output and of standard error each. */
  readonly outputBytes: number;
}

/** A device may ask somebody to touch it. */
export const PROGRAM_LIMITS: ProgramLimits = { timeoutMs: 60_000, outputBytes: 1024 * 1024 };

/** Enough of what a program complains about to understand it. */
const SHOWN_COMPLAINT = 500;

export interface ProgramAnswer {
  /** Null where a signal ended it. */
  readonly exit: number | null;
  readonly stdout: Buffer;
  /** The last lines, for messages. */
  readonly complaint: string;
}

/**
 * Runs a program without a shell. What it starts by itself belongs to its process group, which is ended with it: a
 * program that hangs, or whose children do, does not keep us waiting.
 *
 * @throws {SigningError} SIGNING_PROGRAM_MISSING, SIGNING_PROGRAM_FAILED when it takes too long or writes too much
 */
export function runProgram(run: ProgramRun): Promise<ProgramAnswer> {
  const { program, limits, signal } = run;
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...run.args], {
      env: { ...run.environment },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const end = (failure: Error | null, answer?: ProgramAnswer) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
      if (failure === null && answer !== undefined) return resolve(answer);
      endGroup(child);
      reject(failure);
    };
    const failed = (reason: string) =>
      end(new SigningError('SIGNING_PROGRAM_FAILED', `${program} ${reason}`, { subject: program }));
    const cancel = () => end(signal?.reason instanceof Error ? signal.reason : new Error('cancelled'));
    const timer = setTimeout(
      () => failed(`gave no answer within ${limits.timeoutMs / 1000} seconds`),
      limits.timeoutMs,
    );
    signal?.addEventListener('abort', cancel, { once: true });

    const gather = (parts: Buffer[]) => {
      let bytes = 0;
      return (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= limits.outputBytes) parts.push(chunk);
        else failed(`wrote more than ${limits.outputBytes} bytes`);
      };
    };
    child.stdout.on('data', gather(stdout));
    child.stderr.on('data', gather(stderr));
    child.on('error', (cause: NodeJS.ErrnoException) => {
      const isMissing = cause.code === 'ENOENT';
      const message = isMissing
        ? `${program} is not installed`
        : `${program} cannot be run: ${cause.message}`;
      const code = isMissing ? 'SIGNING_PROGRAM_MISSING' : 'SIGNING_PROGRAM_FAILED';
      end(new SigningError(code, message, { subject: program, cause }));
    });
    child.on('close', (exit) => {
      const complaint = Buffer.concat(stderr).toString('utf8').trim().slice(-SHOWN_COMPLAINT);
      end(null, { exit, stdout: Buffer.concat(stdout), complaint });
    });
    // A program may end without reading its input; what it answers tells what matters.
    child.stdin.on('error', () => undefined);
    child.stdin.end(run.input);
  });
}

/** Ends the program and what it started; where it has ended already there is nothing to do. */
function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    return;
  }
}
