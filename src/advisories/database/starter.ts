import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { AdvisoryDatabase } from '../advisory.ts';
import { openAdvisoryDatabase } from './database.ts';
import { AdvisoryError } from '../errors.ts';
import { readPackedHeader, unpackDatabase } from './packed-database.ts';
import { replaceDatabaseFile } from './replace-file.ts';

/** The database that comes with Hallmark; made by scripts/build-starter-database.ts, sources in data/ATTRIBUTIONS.md. */
const BUNDLED = resolve(import.meta.dirname, '..', '..', '..', 'data', 'starter.db.zst');

export interface StarterDatabase {
  readonly file: string;
  /** Removes the file when it was only made for this process. */
  remove(): void;
}

/**
 * The starter database as a file: unpacked once into the cache under its digest, and found there afterwards. Where the
 * cache cannot be written to, into a private temporary folder.
 *
 * @throws {AdvisoryError} DATABASE_NOT_FOUND, DATABASE_UNREADABLE, DATABASE_DIGEST_MISMATCH, DATABASE_NOT_WRITTEN
 */
export function starterDatabase(cacheDirectory: string, bundled: string = BUNDLED): StarterDatabase {
  const { sha256, sizeBytes } = readPackedHeader(readBeginning(bundled), bundled);
  const file = join(cacheDirectory, 'advisories', `starter-${sha256}.db`);
  const kept: StarterDatabase = { file, remove: () => undefined };
  if (statSync(file, { throwIfNoEntry: false })?.size === sizeBytes) return kept;
  const database = unpackDatabase(readFileSync(bundled), bundled);
  try {
    replaceDatabaseFile(file, (partial) => writeFileSync(partial, database));
    return kept;
  } catch (error) {
    if (error instanceof AdvisoryError && error.code === 'DATABASE_NOT_WRITTEN')
      return temporaryDatabase(database);
    throw error;
  }
}

/** The starter database opened; closing it leaves nothing behind but the cache. Throws as `starterDatabase` does. */
export function openStarterDatabase(cacheDirectory: string): AdvisoryDatabase {
  const starter = starterDatabase(cacheDirectory);
  const database = openAdvisoryDatabase(starter.file);
  return {
    ...database,
    close() {
      database.close();
      starter.remove();
    },
  };
}

function temporaryDatabase(database: Uint8Array): StarterDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'hallmark-'));
  const file = join(folder, 'starter.db');
  replaceDatabaseFile(file, (partial) => writeFileSync(partial, database));
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Enough for the header, so that a later start need not read the whole file. */
function readBeginning(file: string): Uint8Array {
  let descriptor;
  try {
    descriptor = openSync(file, 'r');
  } catch (cause) {
    throw new AdvisoryError('DATABASE_NOT_FOUND', `the starter database ${file} is missing`, {
      subject: file,
      cause,
    });
  }
  try {
    const bytes = new Uint8Array(8192);
    return bytes.subarray(0, readSync(descriptor, bytes));
  } finally {
    closeSync(descriptor);
  }
}
