/** Runs the programs that build: with nothing of our environment, heard as they speak, and gone with all that they started. */
import { type ProgramRun, runProgram } from '../../../programs/run-program.ts';
import { LibraryError } from '../../errors.ts';
import type { BuildLog } from '../build-log.ts';

export interface BuilderRun extends Omit<ProgramRun, 'folder' | 'onOutput' | 'onComplaint'> {
  /** What messages call it, where a program only starts another one. Default: `program`. */
  readonly name?: string;
  readonly folder: string;
  readonly log: BuildLog;
  /** Where its standard output is an answer and no log: it goes here. */
  readonly onAnswer?: (chunk: Buffer) => void;
}

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
async function runToEnd(run: BuilderRun): Promise<number | string> {
  const { program, log, onAnswer } = run;
  const end = await runProgram({ ...run, onOutput: onAnswer ?? log.stream(), onComplaint: log.stream() });
  if (end.kind === 'ended') return end.exit ?? end.endedBy ?? 'a signal';
  const { because, cause } = end;
  throw new LibraryError('ENGINE_MISSING', `the program ${program} ${because}`, { subject: program, cause });
}
