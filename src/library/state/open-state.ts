/** The programme's state in a file of SQLite. */
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { Digest } from '../../model/digest.ts';
import { targetKey } from '../builds/build.ts';
import { nextEntry } from '../ledger/ledger-chain.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import { followTagStates } from '../ledger/tag-states.ts';
import { LibraryError } from '../errors.ts';
import { diskFailure } from './disk-failure.ts';
import type { Attempt, ProgrammeState } from './programme-state.ts';
import { isWritable, openReadOnly } from './read-only-database.ts';
import { ATTEMPT_COLUMNS, type Row, toAdmission, toAttempt, toEntry, toIntent } from './rows.ts';
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION } from './schema.ts';
import { createSnapshot } from './snapshot.ts';
import { type StateDatabase, toStateDatabase } from './state-database.ts';

const FILE = 'programme.sqlite';
/** How long a command waits for another one that writes; in milliseconds. */
const BUSY_TIMEOUT_MS = 30_000;
const FORBIDDEN_REMEDY =
  'Whoever only looks needs the permission to read all files named programme.sqlite…, and to enter their folder; whoever acts needs that to write as well.';
const DEFAULT_LIMIT = 1_000;

/** The file that changes whenever the state does has a name that begins with this one. https://sqlite.org/wal.html */
export function stateFile(folder: string): string {
  return join(folder, FILE);
}

/** Whether there is one: a programme that was never run has none, and reading it makes none. @throws {LibraryError} STATE_UNREADABLE */
export function hasState(folder: string): boolean {
  const file = stateFile(folder);
  return opening(folder, () => statSync(file, { throwIfNoEntry: false }) !== undefined);
}

/**
 * Opens the state in a folder, and makes it where there is none. What is written is on the disk when the call returns.
 *
 * @throws {LibraryError} STATE_UNREADABLE, STATE_UNWRITABLE
 */
export function openState(folder: string): ProgrammeState {
  const file = stateFile(folder);
  return opening(folder, () => {
    mkdirSync(folder, { recursive: true });
    const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, allowExtension: false });
    try {
      prepare(database, file);
      return createState(toStateDatabase(database, folder));
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/**
 * The state for whoever only looks, and may have no right to more: where there is none it is empty, and none is made. Nothing need be
 * written to it.
 *
 * @throws {LibraryError} STATE_UNREADABLE
 */
export function openStateToRead(folder: string): ProgrammeState {
  const file = stateFile(folder);
  if (!hasState(folder)) {
    const database = new DatabaseSync(':memory:');
    prepare(database, 'the empty state');
    return createState(toStateDatabase(database, folder));
  }
  if (isWritable(file)) return openState(folder);
  return opening(folder, () => {
    const { database, check } = openReadOnly(file, BUSY_TIMEOUT_MS);
    try {
      checkKind(database, file);
      return createState(toStateDatabase(database, folder, check));
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

function opening<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof LibraryError) throw cause;
    throw diskFailure(cause, folder) ?? stateUnreadable(stateFile(folder), cause);
  }
}

/** @param cause of node:fs or node:sqlite */
export function stateUnreadable(file: string, cause: unknown): LibraryError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const isForbidden = cause instanceof Error && 'code' in cause && cause.code === 'EACCES';
  return new LibraryError('STATE_UNREADABLE', `${file}: ${reason}`, {
    subject: file,
    cause,
    ...(isForbidden ? { remedy: FORBIDDEN_REMEDY } : {}),
  });
}

function prepare(database: DatabaseSync, file: string): void {
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;');
  database.exec('BEGIN IMMEDIATE');
  if (readPragma(database, 'user_version') === 0 && readPragma(database, 'application_id') === 0)
    database.exec(SCHEMA);
  else checkKind(database, file);
  database.exec('COMMIT');
}

/** @throws {LibraryError} STATE_UNREADABLE */
function checkKind(database: DatabaseSync, file: string): void {
  const version = readPragma(database, 'user_version');
  const isOurs = readPragma(database, 'application_id') === APPLICATION_ID;
  if (isOurs && version === SCHEMA_VERSION) return;
  const what = isOurs
    ? `it is of version ${version}, and ${SCHEMA_VERSION} is the only one that is known`
    : 'it is another kind of file';
  throw new LibraryError('STATE_UNREADABLE', `${file} cannot be used: ${what}`, {
    subject: file,
    remedy: isOurs
      ? 'Use the version of Hallmark that wrote it, or name another folder in "state" of programme.yaml.'
      : 'Name another folder in "state" of programme.yaml, or move the file away.',
  });
}

function readPragma(database: DatabaseSync, name: 'application_id' | 'user_version'): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}

function createState(database: StateDatabase): ProgrammeState {
  const rows = (sql: string, ...values: readonly SQLInputValue[]): Row[] =>
    database.prepare(sql).all(...values);
  const row = (sql: string, ...values: readonly SQLInputValue[]): Row | undefined =>
    database.prepare(sql).get(...values);
  const write = (sql: string, ...values: readonly SQLInputValue[]) => database.prepare(sql).run(...values);
  const transaction = <T>(work: () => T): T => {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      // a disk that is full has ended it already: https://sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  };
  function* ledger(from = 1): Generator<LedgerEntry, void> {
    const found = database
      .prepare('SELECT entry FROM ledger WHERE sequence >= ? ORDER BY sequence')
      .iterate(from);
    for (const each of found) yield toEntry(each);
  }
  const notes = () => rows('SELECT id, intent FROM intents ORDER BY at, id');
  const lastEntry = (): LedgerEntry | null => {
    const last = row('SELECT entry FROM ledger ORDER BY sequence DESC LIMIT 1');
    return last === undefined ? null : toEntry(last);
  };

  return {
    snapshot: () => createSnapshot(database),

    beginAttempt(attempt) {
      const { buildId, generation, sourceId, architecture, recipeId, startedAt, log } = attempt;
      const outcome = { kind: 'running' } as const;
      const { lastInsertRowid } = write(
        `INSERT INTO attempts (build_id, generation, source_id, architecture, tags, parents, recipe_id, engine, arguments, reasons, started_at, outcome, log)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        buildId,
        generation,
        sourceId,
        architecture,
        JSON.stringify(attempt.tags),
        JSON.stringify(attempt.parents),
        recipeId,
        JSON.stringify(attempt.engine),
        JSON.stringify(attempt.arguments),
        JSON.stringify(attempt.reasons),
        startedAt,
        JSON.stringify(outcome),
        log,
      );
      return { ...attempt, id: Number(lastInsertRowid), endedAt: null, outcome };
    },

    endAttempt(id, outcome, endedAt) {
      write(
        'UPDATE attempts SET outcome = ?, ended_at = ? WHERE id = ?',
        JSON.stringify(outcome),
        endedAt,
        id,
      );
    },

    recover: (architectures, at) =>
      transaction(() =>
        architectures.reduce((sum, architecture) => {
          const { changes } = write(
            'UPDATE attempts SET outcome = ?, ended_at = ? WHERE ended_at IS NULL AND architecture = ?',
            JSON.stringify({ kind: 'lost' }),
            at,
            architecture,
          );
          return sum + Number(changes);
        }, 0),
      ),

    recordAdmission(admission, at) {
      const { buildId, generation, verdict } = admission;
      transaction(() => {
        const found = row(
          `SELECT ${ATTEMPT_COLUMNS} FROM attempts WHERE build_id = ? AND generation = ? ORDER BY id DESC LIMIT 1`,
          buildId,
          generation,
        );
        if (found === undefined) throw new Error(`no attempt made ${buildId}, generation ${generation}`);
        const attempt = toAttempt(found);
        write(
          'INSERT OR REPLACE INTO admissions (build_id, generation, attempt, verdict, at, admission) VALUES (?, ?, ?, ?, ?, ?)',
          buildId,
          generation,
          attempt.id,
          verdict,
          at,
          JSON.stringify(admission),
        );
        if (verdict === 'rejected') return;
        const { architecture } = attempt;
        const keys = [targetKey(attempt), ...attempt.tags.map((tag) => `${tag}/${architecture}`)];
        for (const key of keys)
          write(
            `INSERT INTO newest (key, attempt) VALUES (?, ?)
             ON CONFLICT (key) DO UPDATE SET attempt = excluded.attempt WHERE excluded.attempt > newest.attempt`,
            key,
            attempt.id,
          );
      });
    },

    request({ sourceId, architecture, by, note, at }) {
      write(
        'INSERT OR REPLACE INTO requests (source_id, architecture, asked_by, note, at) VALUES (?, ?, ?, ?, ?)',
        sourceId,
        architecture,
        by,
        note,
        at,
      );
    },

    attempts(buildId, limit = DEFAULT_LIMIT): readonly Attempt[] {
      const found =
        buildId === undefined
          ? rows(`SELECT ${ATTEMPT_COLUMNS} FROM attempts ORDER BY id DESC LIMIT ?`, limit)
          : rows(
              `SELECT ${ATTEMPT_COLUMNS} FROM attempts WHERE build_id = ? ORDER BY id DESC LIMIT ?`,
              buildId,
              limit,
            );
      return found.map(toAttempt);
    },

    *newestBuilt() {
      const found = database
        .prepare(
          `SELECT ${ATTEMPT_COLUMNS} FROM attempts WHERE id IN (SELECT max(attempts.id) FROM attempts, json_each(tags)
             WHERE outcome->>'kind' = 'built' GROUP BY json_each.value, architecture, source_id)
           ORDER BY attempts.id DESC`,
        )
        .iterate();
      for (const each of found) yield toAttempt(each);
    },

    admission(buildId, generation) {
      const found = row(
        'SELECT admission FROM admissions WHERE build_id = ? AND generation = ?',
        buildId,
        generation,
      );
      return found === undefined ? null : toAdmission(found);
    },

    newestEvidence: (predicateType) =>
      rows(
        `SELECT evidence.value->>'digest' AS digest FROM admissions, json_each(admission->'evidence') AS evidence
         WHERE verdict = 'admitted' AND evidence.value->>'predicateType' = ?
           AND (attempt IN (SELECT attempt FROM newest)
             OR attempt = (SELECT max(newer.attempt) FROM admissions AS newer
               WHERE newer.build_id = admissions.build_id AND newer.verdict = 'admitted'))`,
        predicateType,
      ).map(({ digest }) => String(digest) as Digest),

    beginPublication(intent) {
      write(
        'INSERT OR REPLACE INTO intents (id, intent, at) VALUES (?, ?, ?)',
        intent.id,
        JSON.stringify(intent),
        intent.at,
      );
    },

    pendingPublications: () => notes().flatMap((found) => toIntent(found) ?? []),
    damagedPublications: () =>
      notes().flatMap((found) => (toIntent(found) === null ? [String(found['id'])] : [])),

    completePublication: (intentId, event, at) =>
      transaction(() => {
        const entry = nextEntry(lastEntry(), event, at);
        write('INSERT INTO ledger (sequence, entry) VALUES (?, ?)', entry.sequence, JSON.stringify(entry));
        write('DELETE FROM intents WHERE id = ?', intentId);
        return entry;
      }),

    withdrawPublication(intentId) {
      write('DELETE FROM intents WHERE id = ?', intentId);
    },

    ledger,
    tagStates: followTagStates(ledger),

    recall(name) {
      const found = row('SELECT value FROM memory WHERE name = ?', name);
      return found === undefined ? null : String(found['value']);
    },

    remember(name, value) {
      write('INSERT OR REPLACE INTO memory (name, value) VALUES (?, ?)', name, value);
    },

    close: () => database.close(),
  };
}
