/**
 * Nix's own database, `db.sqlite`: which store paths are valid, what each refers to, and which output of its derivation
 * it is. Nix, src/libstore/schema.sql.
 */
import {
  isSqlite,
  type Loss,
  readSqliteTable,
  type SqliteRow,
  type SqliteValue,
} from '../../../formats/sqlite.ts';

/** What the database says of a store path. */
export type NixPath = {
  /** Without the store's directory. */
  readonly baseName: string;
  /** Which output of its derivation; null where the derivation is not in the store. */
  readonly output: string | null;
  /** Base names of the store paths that are mentioned in its files. */
  readonly references: readonly string[];
};

export interface NixDatabase {
  readonly paths: readonly NixPath[];
  /** What could not be read of the file; null when everything could. */
  readonly loss: string | null;
}

/** More than the store of a machine that builds all of NixOS's options. */
const MAX_PATHS = 200_000;
/** Of all paths together. */
const MAX_REFERENCES = 4_000_000;

/** Null for what is no SQLite database. */
export function readNixDatabase(bytes: Uint8Array): NixDatabase | null {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isSqlite(content)) return null;
  let loss: string | null = null;
  function* rowsOf(table: string, most: number): Generator<SqliteRow> {
    let room = most;
    for (const row of readSqliteTable(content, table)) {
      if (isLoss(row)) loss ??= row.lost;
      else if (room > 0) yield row;
      else loss ??= `more than ${most} rows in the table "${table}"`;
      room -= 1;
      if (room < 0) return;
    }
  }

  const byId = new Map<number, { readonly baseName: string; readonly references: string[] }>();
  for (const { rowId, values } of rowsOf('ValidPaths', MAX_PATHS)) {
    const baseName = baseNameIn(values[1]);
    if (baseName !== null) byId.set(rowId, { baseName, references: [] });
  }
  for (const { values } of rowsOf('Refs', MAX_REFERENCES)) {
    const [referrer, reference] = [values[0], values[1]].map((id) =>
      typeof id === 'number' ? byId.get(id) : undefined,
    );
    if (reference !== undefined && reference !== referrer) referrer?.references.push(reference.baseName);
  }
  const outputs = new Map<string, string>();
  for (const { values } of rowsOf('DerivationOutputs', MAX_PATHS)) {
    const baseName = baseNameIn(values[2]);
    if (baseName !== null && Buffer.isBuffer(values[1])) outputs.set(baseName, values[1].toString());
  }
  const paths = [...byId.values()].map((path): NixPath => ({
    ...path,
    output: outputs.get(path.baseName) ?? null,
  }));
  return { paths, loss };
}

function isLoss(row: SqliteRow | Loss): row is Loss {
  return 'lost' in row;
}

/** Longer than a store path can be: a directory of any kind, a slash, and 255 characters. */
const MAX_PATH_BYTES = 4096;

function baseNameIn(value: SqliteValue | undefined): string | null {
  if (!Buffer.isBuffer(value) || value.length > MAX_PATH_BYTES) return null;
  const path = value.toString();
  return path.slice(path.lastIndexOf('/') + 1) || null;
}
