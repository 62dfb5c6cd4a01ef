import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UpdateError } from '../errors.ts';
import { notKept } from './not-kept.ts';

/**
 * Runs the work while no other process runs its own on the same folder. The lock is the operating system's, on a file that
 * SQLite locks for writing: it ends with the process, however that ends, so none is ever left behind.
 *
 * @throws {UpdateError} FEEDS_LOCKED, FEEDS_NOT_WRITTEN, and whatever the work throws
 */
export async function withFeedsLocked<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const file = join(folder, 'lock.db');
  const lock = openLock(folder, file);
  try {
    try {
      lock.exec('BEGIN IMMEDIATE');
    } catch (cause) {
      if (!(cause instanceof Error) || !cause.message.includes('locked')) throw notKept(file, cause);
      const message = `another process is updating the sources in ${folder}`;
      throw new UpdateError('FEEDS_LOCKED', message, { subject: folder, cause });
    }
    return await work();
  } finally {
    lock.close();
  }
}

function openLock(folder: string, file: string): DatabaseSync {
  try {
    mkdirSync(folder, { recursive: true });
    return new DatabaseSync(file, { timeout: 0 });
  } catch (cause) {
    throw notKept(file, cause);
  }
}
