import type { Digest } from '../../model/digest.ts';
import { readDatabaseInfo } from '../database/database.ts';
import { applyChanges } from './delta.ts';
import type { Delta } from './delta-file.ts';
import { AdvisoryError } from '../errors.ts';
import type { Fact } from './fact.ts';
import { replaceDatabaseFile } from '../database/replace-file.ts';
import { factsOfFile } from '../database/stored-facts.ts';
import { writeDatabaseFile, type Written } from '../database/writer.ts';

/**
 * Writes the database that deltas make of another one; the two may be the same file. The result is checked against the
 * digest that the last delta states before it takes its place, and whatever fails leaves what was there before.
 *
 * @param deltas one leading to the next
 * @throws {AdvisoryError} DELTA_MISMATCH, DELTA_UNREADABLE, FACT_UNREADABLE, DATABASE_DIGEST_MISMATCH,
 *   DATABASE_NOT_FOUND, DATABASE_UNREADABLE, DATABASE_NOT_WRITTEN
 */
export function applyDeltas(base: string, deltas: readonly [Delta, ...Delta[]], output: string): Written {
  const last = checkChain(readDatabaseInfo(base).digest, deltas);
  return replaceDatabaseFile(output, (partial) => {
    const facts = deltas.reduce<Iterable<Fact>>(
      (before, { changes }) => applyChanges(before, changes),
      factsOfFile(base),
    );
    const written = writeDatabaseFile(partial, facts, new Date(last.built));
    if (written.digest !== last.to) throw wrongDigest(output, last.to, written.digest);
    return written;
  });
}

function checkChain(from: Digest, deltas: readonly [Delta, ...Delta[]]): Delta {
  let [last] = deltas;
  let at = from;
  for (const delta of deltas) {
    if (delta.from !== at) {
      const message = `the delta leads from ${delta.from}, the database is at ${at}`;
      throw new AdvisoryError('DELTA_MISMATCH', message);
    }
    at = delta.to;
    last = delta;
  }
  return last;
}

function wrongDigest(file: string, expected: Digest, actual: Digest): AdvisoryError {
  const message = `the deltas made another database than they state: expected ${expected}, got ${actual}`;
  return new AdvisoryError('DATABASE_DIGEST_MISMATCH', message, { subject: file });
}
