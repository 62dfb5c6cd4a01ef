import { readSqliteTable } from '../../../../formats/sqlite.ts';
import type { Stored } from './stored-header.ts';

/** Reads the headers of rpm's table `Packages(hnum INTEGER PRIMARY KEY, blob BLOB)`; `isSqlite(content)` must hold. */
export function* readSqlite(content: Buffer): Generator<Stored> {
  for (const row of readSqliteTable(content, 'Packages')) {
    if ('lost' in row) {
      yield row;
      continue;
    }
    const header = row.values[1];
    yield Buffer.isBuffer(header) ? { header } : { lost: `a row of page ${row.page} without a header` };
  }
}
