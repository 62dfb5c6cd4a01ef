import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Takes a lock that only one process can have; null while another one has it. The lock is the operating system's, on a file that
 * SQLite locks for writing: it ends with the process, however that ends, so none is ever left behind.
 *
 * @throws {Error} of node:fs and node:sqlite, where the file cannot be made
 */
export function lockFile(file: string): { release(): void } | null {
  mkdirSync(dirname(file), { recursive: true });
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    lock.exec('BEGIN IMMEDIATE');
    return { release: () => lock.close() };
  } catch (error) {
    lock.close();
    if (error instanceof Error && error.message.includes('locked')) return null;
    throw error;
  }
}
