/**
 * A state that may be read and not written. SQLite's readers take part in the bookkeeping of writers, in files beside the database that
 * they would have to make where nobody writes. https://sqlite.org/wal.html#read_only_databases
 */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { LibraryError } from '../errors.ts';

export interface ReadOnlyDatabase {
  readonly database: DatabaseSync;
  /** Throws STATE_UNREADABLE where somebody has written to a file that is read as if nobody did. */
  readonly check: () => void;
}

/** Whether SQLite can do here what it wants. @param file of the database */
export function isWritable(file: string): boolean {
  return [dirname(file), ...filesOf(file)].every((path) => isPermitted(path, constants.W_OK));
}

/**
 * While others have it open, or when they were killed, their files are there and are read. Else all of it is in the one file, which is
 * read as one that does not change: a writer that comes meanwhile begins a file of its own and changes this one later, which is noticed.
 *
 * @throws {Error} what node:fs and node:sqlite say
 */
export function openReadOnly(file: string, timeoutMs: number): ReadOnlyDatabase {
  for (const path of filesOf(file)) accessSync(path, constants.R_OK);
  const options = { readOnly: true, timeout: timeoutMs, allowExtension: false };
  const before = fingerprint(file);
  if (existsSync(logOf(file))) return { database: new DatabaseSync(file, options), check: () => {} };
  const address = pathToFileURL(file);
  address.searchParams.set('immutable', '1');
  return {
    database: new DatabaseSync(address, options),
    check() {
      if (fingerprint(file) === before) return;
      throw new LibraryError('STATE_UNREADABLE', `${file} was written to while it was read`, {
        subject: file,
        remedy: 'Try again.',
      });
    },
  };
}

const logOf = (file: string): string => `${file}-wal`;

/** The database and what there is beside it. */
function filesOf(file: string): readonly string[] {
  return [file, ...[logOf(file), `${file}-shm`].filter((path) => existsSync(path))];
}

function isPermitted(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function fingerprint(file: string): string {
  const { ino, size, mtimeNs } = statSync(file, { bigint: true });
  return `${ino} ${size} ${mtimeNs}`;
}
