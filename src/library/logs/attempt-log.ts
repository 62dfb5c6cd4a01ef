/** The log of an attempt on this machine. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ProgrammeSettings } from '../programme/programme.ts';
import { stateFile } from '../state/open-state.ts';
import type { Attempt, ProgrammeState } from '../state/programme-state.ts';
import { followLog, passOnLog } from './follow-log.ts';
import { watchFiles } from './watch-files.ts';

type StateFolder = Pick<ProgrammeSettings, 'state'>;

export function logFileOf({ log }: Pick<Attempt, 'log'>, { state }: StateFolder): string {
  return join(state, log);
}

/** Null where it was cleared away. */
export function keptLogOf(attempt: Pick<Attempt, 'log'>, settings: StateFolder): string | null {
  const file = logFileOf(attempt, settings);
  return existsSync(file) ? file : null;
}

export interface LogReading {
  readonly settings: StateFolder;
  readonly state: Pick<ProgrammeState, 'attempts'>;
  readonly write: (text: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Passes on the log of an attempt, as it was written so far.
 *
 * @throws {LibraryError} LOG_NOT_FOUND
 */
export function passOnAttempt(
  attempt: Pick<Attempt, 'log'>,
  { settings, write }: Pick<LogReading, 'settings' | 'write'>,
): void {
  passOnLog(logFileOf(attempt, settings), write);
}

/**
 * Passes on the log of an attempt until the attempt has ended, whichever process makes it.
 *
 * @throws {LibraryError} LOG_NOT_FOUND
 */
export async function followAttempt(
  { id, buildId, log }: Pick<Attempt, 'id' | 'buildId' | 'log'>,
  { settings, state, write, signal }: LogReading,
): Promise<void> {
  const file = logFileOf({ log }, settings);
  // it may have begun without having said anything
  mkdirSync(dirname(file), { recursive: true });
  using watching = watchFiles([file, stateFile(settings.state)], signal);
  await followLog({
    file,
    isRunning: () => state.attempts(buildId).some((attempt) => attempt.id === id && attempt.endedAt === null),
    changed: watching.changed,
    write,
    signal,
  });
}
