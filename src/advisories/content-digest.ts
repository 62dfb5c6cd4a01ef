import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { parseDigest, type Digest } from '../model/digest.ts';
import { CONTENT_TABLES } from './schema.ts';

/**
 * SHA-256 over every fact of the database: for each table its name, then each row as a JSON array in the order of the
 * key, each followed by a line feed. Independent of how SQLite lays out pages and of when the database was built.
 */
export function contentDigest(database: DatabaseSync): Digest {
  const hash = createHash('sha256');
  for (const { table, key } of CONTENT_TABLES) {
    const rows = database.prepare(`SELECT * FROM ${table} ORDER BY ${key}`);
    rows.setReturnArrays(true);
    let batch = `${table}\n`;
    for (const row of rows.iterate()) {
      batch += `${JSON.stringify(row)}\n`;
      if (batch.length > 1 << 16) {
        hash.update(batch);
        batch = '';
      }
    }
    hash.update(batch);
  }
  return parseDigest(`sha256:${hash.digest('hex')}`);
}
