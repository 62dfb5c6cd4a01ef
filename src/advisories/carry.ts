import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { AdvisoryDatabaseInfo } from '../model/assessment.ts';
import { constants, zstdCompressSync } from 'node:zlib';
import { contentDigest } from './content-digest.ts';
import { openAdvisoryDatabase } from './database.ts';
import { AdvisoryError } from './errors.ts';
import { formatFact } from './fact-text.ts';
import { importedDatabase } from './locate.ts';
import { isPacked, packDatabase, unpackDatabase } from './packed-database.ts';
import { replaceFile } from './replace-file.ts';
import { storedFacts } from './stored-facts.ts';

const EXPORT_LEVEL = 9;

/**
 * Writes a database as one compressed file that carries its digest, for a machine without network.
 *
 * @throws {AdvisoryError} DATABASE_NOT_FOUND, DATABASE_UNREADABLE, DATABASE_SCHEMA_NEWER, DATABASE_NOT_WRITTEN
 */
export function exportDatabase(
  file: string,
  to: string,
): { readonly info: AdvisoryDatabaseInfo; readonly sizeBytes: number } {
  const database = openAdvisoryDatabase(file);
  database.close();
  const packed = packDatabase(readFileSync(file), EXPORT_LEVEL);
  replaceFile(to, (partial) => writeFileSync(partial, packed));
  return { info: database.info, sizeBytes: packed.length };
}

/**
 * Writes the facts of a database as text, one a line, packed with zstd. The SHA-256 of the unpacked text is the digest
 * that the database states.
 *
 * @throws {AdvisoryError} as `exportDatabase`
 */
export function exportFacts(
  file: string,
  to: string,
): { readonly info: AdvisoryDatabaseInfo; readonly sizeBytes: number } {
  const reader = openAdvisoryDatabase(file);
  reader.close();
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const lines: string[] = [];
    for (const fact of storedFacts(database)) lines.push(`${formatFact(fact)}\n`);
    const packed = zstdCompressSync(Buffer.from(lines.join('')), {
      params: { [constants.ZSTD_c_compressionLevel]: EXPORT_LEVEL },
    });
    replaceFile(to, (partial) => writeFileSync(partial, packed));
    return { info: reader.info, sizeBytes: packed.length };
  } finally {
    database.close();
  }
}

/**
 * Checks a database, as `db build` or `db export` wrote it, and puts it where every later command finds it. A file that
 * does not pass changes nothing.
 *
 * @param dataDirectory Hallmark's own, `$XDG_DATA_HOME/hallmark`
 * @throws {AdvisoryError} DATABASE_NOT_FOUND, DATABASE_UNREADABLE, DATABASE_SCHEMA_NEWER, DATABASE_DIGEST_MISMATCH,
 *   DATABASE_NOT_WRITTEN
 */
export function importDatabase(
  from: string,
  dataDirectory: string,
): { readonly info: AdvisoryDatabaseInfo; readonly file: string } {
  if (statSync(from, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new AdvisoryError('DATABASE_NOT_FOUND', `no advisory database at ${from}`, { subject: from });
  }
  const file = importedDatabase(dataDirectory);
  const info = replaceFile(file, (partial) => {
    const bytes = readFileSync(from);
    if (isPacked(bytes)) writeFileSync(partial, unpackDatabase(bytes, from));
    else copyFileSync(from, partial);
    return verifyDatabase(partial, from);
  });
  return { info, file };
}

/**
 * Reads a whole database: its pages are sound, and its facts have the digest that it states.
 *
 * @param name what to call it in an error
 * @throws {AdvisoryError} DATABASE_NOT_FOUND, DATABASE_UNREADABLE, DATABASE_SCHEMA_NEWER, DATABASE_DIGEST_MISMATCH
 */
export function verifyDatabase(file: string, name: string = file): AdvisoryDatabaseInfo {
  const reader = openAdvisoryDatabase(file, name);
  reader.close();
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const damage = Object.values(database.prepare('PRAGMA quick_check(1)').get() ?? {})[0];
    if (damage !== 'ok') throw new Error(String(damage));
    const actual = contentDigest(storedFacts(database));
    if (actual === reader.info.digest) return reader.info;
    throw new AdvisoryError(
      'DATABASE_DIGEST_MISMATCH',
      `the facts in ${name} were changed: expected ${reader.info.digest}, got ${actual}`,
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
