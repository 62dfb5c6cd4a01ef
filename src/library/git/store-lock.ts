/**
 * One process at a time fetches into a store, and with it the gits that it starts: these go on for a while when it is killed. They inherit
 * a descriptor of a named pipe, so that as long as one of them lives, whatever it has started besides, the pipe has a reader.
 */
import { closeSync, constants, existsSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { lockFile } from '../../files/lock-file.ts';
import { namesIn } from '../../files/names-in.ts';
import { askProgram, type ProgramAnswer } from '../../programs/ask-program.ts';
import type { ProgramEnvironment } from '../../programs/run-program.ts';
import { gitFailed } from './git-failure.ts';

export interface StoreLock {
  /** To be inherited by every git that writes; null on a file system that has no named pipes, where nobody can wait for them. */
  readonly heldOpen: number | null;
  release(): void;
}

export interface LockingOptions {
  readonly timeoutSeconds: number;
  readonly environment: ProgramEnvironment;
  readonly signal: AbortSignal;
}

/** Between two looks whether another process has done with the store. */
const LOOK_MS = 100;
const PIPE_LIMITS = { timeoutMs: 10_000, outputBytes: 10_000 };

/**
 * Waits until nobody else writes to a store, and removes what a git has left there that was killed.
 *
 * @throws {LibraryError} SOURCE_REPOSITORY_FAILED where that takes too long
 */
export async function lockStore(folder: string, options: LockingOptions): Promise<StoreLock> {
  const limit = AbortSignal.timeout(options.timeoutSeconds * 1000);
  const until = async <T>(ask: () => T | null, otherwise: string): Promise<T> => {
    for (;;) {
      options.signal.throwIfAborted();
      const answer = ask();
      if (answer !== null) return answer;
      if (limit.aborted) throw gitFailed(folder, otherwise);
      await setTimeout(LOOK_MS);
    }
  };
  mkdirSync(folder, { recursive: true });
  const locked = await until(
    () => lockFile(join(folder, 'hallmark.lock')),
    'another process is fetching into it; try again later',
  );
  try {
    const pipe = join(folder, 'hallmark.pipe');
    if (!existsSync(pipe) && !isMade(await makePipe(pipe, options))) {
      clearAway(folder);
      return { ...locked, heldOpen: null };
    }
    await until(
      () => (hasReader(pipe) ? null : true),
      `a git that was started by a process which has ended still writes to it: "fuser ${pipe}" tells which`,
    );
    clearAway(folder);
    const heldOpen = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
    return {
      heldOpen,
      release() {
        closeSync(heldOpen);
        locked.release();
      },
    };
  } catch (error) {
    locked.release();
    throw error;
  }
}

const makePipe = (pipe: string, { environment, signal }: LockingOptions): Promise<ProgramAnswer> =>
  askProgram({
    program: 'mkfifo',
    args: ['-m', '600', pipe],
    environment: { PATH: environment['PATH'] },
    signal,
    limits: PIPE_LIMITS,
  });

const isMade = (answer: ProgramAnswer): boolean => answer.kind === 'answered' && answer.exit === 0;

/** fifo(7): who opens one to write without waiting is refused while nobody has it open to read. */
function hasReader(pipe: string): boolean {
  try {
    closeSync(openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENXIO') return false;
    throw error;
  }
}

/** What a git leaves that is killed. Nobody else works here. */
function clearAway(folder: string): void {
  for (const left of ['shallow.lock', 'config.lock', 'packed-refs.lock'])
    rmSync(join(folder, left), { force: true });
  const packs = join(folder, 'objects', 'pack');
  for (const name of namesIn(packs)) if (name.startsWith('tmp_')) rmSync(join(packs, name), { force: true });
}
