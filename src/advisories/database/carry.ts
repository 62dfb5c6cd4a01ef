import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { AdvisoryDatabaseInfo } from '../../model/assessment.ts';
import { contentDigest } from '../facts/content-digest.ts';
import { readDatabaseInfo } from './database.ts';
import { AdvisoryError } from '../errors.ts';
import { importedDatabase } from './locate.ts';
import { PACKED_DATABASE, unpackDatabase } from './packed-database.ts';
import { packFacts, unpackFacts, type PackedFacts } from '../facts/packed-facts.ts';
import { isFramed, readFrame } from './skippable-frame.ts';
import { writeDatabaseFile } from './writer.ts';
import { replaceDatabaseFile } from './replace-file.ts';
import { factsOfFile, storedFacts } from './stored-facts.ts';

const EXPORT_LEVEL = 9;

/**
 * Writes a database as one compressed file that carries its digest, for a machine without network.
 *
 * @throws {AdvisoryError} DATABASE_NOT_FOUND, DATABASE_UNREADABLE, DATABASE_SCHEMA_NEWER, DATABASE_SCHEMA_OLDER,
 *   DATABASE_NOT_WRITTEN
 */
export function exportDatabase(
  file: string,
  to: string,
): { readonly info: AdvisoryDatabaseInfo; readonly sizeBytes: number } {
  const { packed, info } = packDatabaseFacts(file, EXPORT_LEVEL);
  replaceDatabaseFile(to, (partial) => writeFileSync(partial, packed));
  return { info, sizeBytes: packed.length };
}

/** The facts of a database file, packed. Throws as `exportDatabase` does but for writing. */
export function packDatabaseFacts(
  file: string,
  level: number,
): { readonly packed: Uint8Array; readonly info: AdvisoryDatabaseInfo } {
  const info = readDatabaseInfo(file);
  return { packed: packFacts(factsOfFile(file), info.built, level), info };
}

/**
 * Checks a database, as `db build` or `db export` wrote it, and puts it where every later command finds it. A file that
 * does not pass changes nothing.
 *
 * @param dataDirectory Hallmark's own, `$XDG_DATA_HOME/hallmark`
 * @throws {AdvisoryError} DATABASE_NOT_FOUND, DATABASE_UNREADABLE, DATABASE_SCHEMA_NEWER, DATABASE_SCHEMA_OLDER,
 *   DATABASE_DIGEST_MISMATCH, FACT_UNREADABLE, DATABASE_NOT_WRITTEN
 */
export function importDatabase(
  from: string,
  dataDirectory: string,
): { readonly info: AdvisoryDatabaseInfo; readonly file: string } {
  if (statSync(from, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new AdvisoryError('DATABASE_NOT_FOUND', `no advisory database at ${from}`, { subject: from });
  }
  const file = importedDatabase(dataDirectory);
  const info = replaceDatabaseFile(file, (partial) => {
    const bytes = readFileSync(from);
    if (!isFramed(bytes)) copyFileSync(from, partial);
    else if (isStarter(bytes)) writeFileSync(partial, unpackDatabase(bytes, from));
    else writeFacts(partial, unpackFacts(bytes, from), from);
    return verifyDatabase(partial, from);
  });
  return { info, file };
}

function isStarter(bytes: Uint8Array): boolean {
  return readFrame(bytes)?.header['format'] === PACKED_DATABASE;
}

/**
 * Writes packed facts as a database file.
 *
 * @param name what to call the facts in an error
 * @throws {AdvisoryError} FACT_UNREADABLE, DATABASE_DIGEST_MISMATCH
 */
export function writeFacts(file: string, { facts, built, digest }: PackedFacts, name: string): void {
  const written = writeDatabaseFile(file, facts, new Date(built));
  if (written.digest === digest) return;
  const message = `the facts in ${name} are not as Hallmark writes them: expected ${digest}, got ${written.digest}`;
  throw new AdvisoryError('DATABASE_DIGEST_MISMATCH', message, { subject: name });
}

/**
 * Reads a whole database: its pages are sound, and its facts have the digest that it states.
 *
 * @param name what to call it in an error
 * @throws {AdvisoryError} DATABASE_NOT_FOUND, DATABASE_UNREADABLE, DATABASE_SCHEMA_NEWER, DATABASE_DIGEST_MISMATCH
 */
export function verifyDatabase(file: string, name: string = file): AdvisoryDatabaseInfo {
  const info = readDatabaseInfo(file, name);
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const damage = Object.values(database.prepare('PRAGMA quick_check(1)').get() ?? {})[0];
    if (damage !== 'ok') throw new Error(String(damage));
    const actual = contentDigest(storedFacts(database));
    if (actual === info.digest) return info;
    throw new AdvisoryError(
      'DATABASE_DIGEST_MISMATCH',
      `the facts in ${name} were changed: expected ${info.digest}, got ${actual}`,
      { subject: name },
    );
  } catch (cause) {
    if (cause instanceof AdvisoryError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AdvisoryError('DATABASE_UNREADABLE', `the advisory database ${name} is damaged: ${reason}`, {
      subject: name,
      cause,
    });
  } finally {
    database.close();
  }
}
