import { join } from 'node:path';
import { lockFile } from '../../files/lock-file.ts';
import { UpdateError } from '../errors.ts';
import { notKept } from './not-kept.ts';

/**
 * Runs the work while no other process runs its own on the same folder.
 *
 * @throws {UpdateError} FEEDS_LOCKED, FEEDS_NOT_WRITTEN, and whatever the work throws
 */
export async function withFeedsLocked<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const file = join(folder, 'lock.db');
  const lock = openLock(file);
  if (lock === null) {
    const message = `another process is updating the sources in ${folder}`;
    throw new UpdateError('FEEDS_LOCKED', message, { subject: folder });
  }
  try {
    return await work();
  } finally {
    lock.release();
  }
}

function openLock(file: string): ReturnType<typeof lockFile> {
  try {
    return lockFile(file);
  } catch (cause) {
    throw notKept(file, cause);
  }
}
