/** A log as it is written: by this process, by another one, or long ago. */
import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { LibraryError } from '../errors.ts';
import { MAX_BUILD_LOG_BYTES } from './build-log-artifact.ts';

export interface LogFollowing {
  readonly file: string;
  /** Whether more may come. */
  readonly isRunning: () => boolean;
  /** Ends when the file or the answer to `isRunning` may have changed since it ended last, and with the signal. */
  readonly changed: () => Promise<void>;
  readonly write: (text: string) => void;
  readonly signal: AbortSignal;
}

const PART_BYTES = 256 * 1024;

/**
 * Passes on what is in a log, and what comes, until it ends or is interrupted.
 *
 * @throws {LibraryError} LOG_NOT_FOUND when it has ended and there is no such file
 */
export async function followLog({ file, isRunning, changed, write, signal }: LogFollowing): Promise<void> {
  using log = createFollower(file, write);
  for (;;) {
    // asked first, so that nothing is missed that was written before the end
    const goesOn = isRunning() && !signal.aborted;
    const state = log.passOn();
    if (state === 'full') return;
    if (!goesOn) {
      if (state === 'absent' && !signal.aborted) throw logAbsent(file);
      return;
    }
    await changed();
  }
}

/** Where nothing more comes. @throws {LibraryError} LOG_NOT_FOUND */
export function passOnLog(file: string, write: (text: string) => void): void {
  using log = createFollower(file, write);
  if (log.passOn() === 'absent') throw logAbsent(file);
}

interface Follower extends Disposable {
  /** Whatever has come since. `full`: no more of it is told. */
  passOn(): 'absent' | 'read' | 'full';
}

function createFollower(file: string, write: (text: string) => void): Follower {
  const decoder = new StringDecoder('utf8');
  const part = Buffer.allocUnsafe(PART_BYTES);
  let descriptor: number | null = null;
  let left = MAX_BUILD_LOG_BYTES;
  return {
    passOn() {
      descriptor ??= openOrNull(file);
      if (descriptor === null) return 'absent';
      for (;;) {
        const length = readSync(descriptor, part, 0, Math.min(PART_BYTES, left), null);
        if (length === 0) return 'read';
        left -= length;
        write(decoder.write(part.subarray(0, length)));
        if (left > 0) continue;
        write(`\n[what follows ${MAX_BUILD_LOG_BYTES} bytes is left out here]\n`);
        return 'full';
      }
    },
    [Symbol.dispose]() {
      if (descriptor !== null) closeSync(descriptor);
    },
  };
}

function openOrNull(file: string): number | null {
  try {
    return openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function logAbsent(file: string): LibraryError {
  return new LibraryError('LOG_NOT_FOUND', `${file} is not there any more`, {
    subject: file,
    remedy:
      'Logs are kept as long as logs.keep of programme.yaml says; of published images, ask their registry.',
  });
}
