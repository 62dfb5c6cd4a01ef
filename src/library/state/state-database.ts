/** The database of a state, of which every failure is told as one of the state: whoever asks need not know SQLite's codes. */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { diskFailure } from './disk-failure.ts';
import type { Row } from './rows.ts';

export interface StateStatement {
  all(...values: readonly SQLInputValue[]): Row[];
  get(...values: readonly SQLInputValue[]): Row | undefined;
  iterate(...values: readonly SQLInputValue[]): Iterable<Row>;
  run(...values: readonly SQLInputValue[]): ReturnType<StatementSync['run']>;
}

export interface StateDatabase {
  readonly isTransaction: boolean;
  exec(sql: string): void;
  prepare(sql: string): StateStatement;
  close(): void;
}

/**
 * All of it may fail with STATE_UNREADABLE and STATE_UNWRITABLE.
 *
 * @param folder of the state
 * @param check throws where what was just read may not be what the file says
 */
export function toStateDatabase(
  database: DatabaseSync,
  folder: string,
  check: () => void = () => {},
): StateDatabase {
  const told = <T>(work: () => T): T => {
    try {
      const result = work();
      check();
      return result;
    } catch (error) {
      throw diskFailure(error, folder) ?? error;
    }
  };
  return {
    get isTransaction() {
      return database.isTransaction;
    },
    exec: (sql) => told(() => database.exec(sql)),
    prepare(sql) {
      const statement = told(() => database.prepare(sql));
      return {
        all: (...values) => told(() => statement.all(...values)),
        get: (...values) => told(() => statement.get(...values)),
        run: (...values) => told(() => statement.run(...values)),
        *iterate(...values) {
          try {
            for (const row of statement.iterate(...values)) {
              check();
              yield row;
            }
          } catch (error) {
            throw diskFailure(error, folder) ?? error;
          }
        },
      };
    },
    close: () => database.close(),
  };
}
