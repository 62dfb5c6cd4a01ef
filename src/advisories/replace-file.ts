import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { AdvisoryError } from './errors.ts';

/**
 * Writes a file beside its place and moves it there when it is complete and on the disk, so that nobody ever sees half
 * of it. After any failure only what was there before is there.
 *
 * @throws {AdvisoryError} DATABASE_NOT_WRITTEN, or whatever `write` throws of its own room
 */
export function replaceFile<T>(file: string, write: (partial: string) => T): T {
  const partial = `${file}.${process.pid}.partial`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    rmSync(partial, { force: true });
    const result = write(partial);
    flush(partial);
    renameSync(partial, file);
    return result;
  } catch (cause) {
    // where not even this works the first failure says why
    tryToRemove(partial);
    if (cause instanceof AdvisoryError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AdvisoryError('DATABASE_NOT_WRITTEN', `cannot write ${file}: ${reason}`, {
      subject: file,
      cause,
    });
  }
}

function tryToRemove(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    return;
  }
}

function flush(file: string): void {
  const descriptor = openSync(file, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
