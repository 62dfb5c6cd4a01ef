import { statSync } from 'node:fs';
import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import type { AdvisoryDatabaseInfo, AdvisorySource } from '../model/assessment.ts';
import { isDigest } from '../model/digest.ts';
import type { AdvisoryCandidate, AdvisoryDatabase, AffectedPackage } from './advisory.ts';
import { formatSeconds } from './dates.ts';
import { comparableName } from './ecosystems.ts';
import { AdvisoryError } from './errors.ts';
import { APPLICATION_ID, SCHEMA_VERSION, SCORE_UNIT, TABLES } from './schema.ts';
import { sourceNamed } from './sources.ts';
import { decodeSeverities, decodeStatement } from './statement-codec.ts';

const CANDIDATES = `
  SELECT s.body, a.source, a.id, a.published, a.modified, a.withdrawn, v.body, a.aliases, a.covers, a.url
  FROM package AS p
  JOIN affected AS f ON f.package = p.number
  JOIN advisory AS a ON a.number = f.advisory
  JOIN statement AS s ON s.number = f.statement
  LEFT JOIN severities AS v ON v.number = a.severities
  WHERE p.ecosystem = ? AND p.name = ?
  ORDER BY f.advisory, f.statement`;

const SEVERITIES = `
  SELECT f.source, v.body FROM flaw_severity AS f JOIN severities AS v ON v.number = f.severities
  WHERE f.flaw = ? ORDER BY f.source, f.severities`;

/**
 * Opens an advisory database for reading. Its content may come from anywhere: nothing in it is executed, and what is
 * not in the documented form (docs/database-schema.md) is an error.
 *
 * @throws {AdvisoryError} DATABASE_NOT_FOUND, DATABASE_UNREADABLE, DATABASE_SCHEMA_NEWER; the functions of the result
 *   throw DATABASE_UNREADABLE when they meet damage
 * @param name what to call it in an error
 */
export function openAdvisoryDatabase(file: string, name: string = file): AdvisoryDatabase {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new AdvisoryError('DATABASE_NOT_FOUND', `no advisory database at ${name}`, { subject: name });
  }
  const guarded = createGuard(name);
  const database = guarded(() => new DatabaseSync(file, { readOnly: true, allowExtension: false }));
  try {
    return guarded(() => createReader(database, name, guarded));
  } catch (error) {
    database.close();
    throw error;
  }
}

type Guard = <T>(read: () => T) => T;

/** Turns what SQLite throws about a damaged file into the room's error. */
function createGuard(name: string): Guard {
  return (read) => {
    try {
      return read();
    } catch (cause) {
      if (cause instanceof AdvisoryError && cause.subject !== undefined) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new AdvisoryError('DATABASE_UNREADABLE', `cannot read the advisory database ${name}: ${reason}`, {
        subject: name,
        cause,
      });
    }
  };
}

function createReader(database: DatabaseSync, name: string, guarded: Guard): AdvisoryDatabase {
  database.exec('PRAGMA query_only = ON; PRAGMA trusted_schema = OFF; PRAGMA mmap_size = 1073741824;');
  // One transaction for all questions: one state of the file, and SQLite locks it and looks for a journal only once.
  database.exec('BEGIN');
  checkSchema(database, name);
  const sources = readSources(database);
  const info = readInfo(database, [...sources.values()]);
  const scoreDate = readMeta(database, 'scores');
  const ecosystems = readEcosystems(database);
  const candidates = prepare(database, CANDIDATES);
  const severities = prepare(database, SEVERITIES);
  const score = prepare(database, 'SELECT score, percentile FROM exploit_score WHERE cve = ?');
  const exploited = prepare(database, 'SELECT added, due, ransomware FROM known_exploited WHERE cve = ?');

  return {
    info,
    covers: (ecosystem) => ecosystems.has(ecosystem),
    candidates: (ecosystem, name) =>
      guarded(() => {
        const found = ecosystems.get(ecosystem);
        if (found === undefined) return [];
        const comparable = comparableName(ecosystem, name);
        const about = { ecosystem, name: comparable, naming: found.naming, scheme: found.scheme };
        return rows(candidates, found.number, comparable).map((row) => toCandidate(row, about, sources));
      }),
    severities: (id) =>
      guarded(() =>
        rows(severities, id).flatMap(([source, body]) =>
          decodeSeverities(String(body)).map((statement) => ({
            source: sourceId(sources, source),
            statement,
          })),
        ),
      ),
    flaws: () => [],
    vex: () => [],
    supportPeriods: () => [],
    epss: (cve) =>
      guarded(() => {
        const [row] = rows(score, cve);
        if (row === undefined || scoreDate === null) return null;
        return {
          score: Number(row[0]) / SCORE_UNIT,
          percentile: Number(row[1]) / SCORE_UNIT,
          date: scoreDate,
        };
      }),
    knownExploited: (cve) =>
      guarded(() => {
        const [row] = rows(exploited, cve);
        return row === undefined
          ? null
          : { dateAdded: String(row[0]), dueDate: textOrNull(row[1]), ransomware: row[2] === 1 };
      }),
    close: () => database.close(),
  };
}

/**
 * The application, the schema's number and the very text of the tables: a view in the place of a table could keep every
 * query busy without end.
 */
function checkSchema(database: DatabaseSync, name: string): void {
  const pragma = (key: string) => Number(rows(prepare(database, `PRAGMA ${key}`))[0]?.[0]);
  if (pragma('application_id') !== APPLICATION_ID) throw new Error('it is another kind of file');
  const version = pragma('user_version');
  if (version > SCHEMA_VERSION) {
    throw new AdvisoryError(
      'DATABASE_SCHEMA_NEWER',
      `the advisory database ${name} has schema ${version}; this Hallmark reads ${SCHEMA_VERSION}`,
      { subject: name },
    );
  }
  const found = rows(prepare(database, 'SELECT sql FROM sqlite_schema')).map(([sql]) => String(sql));
  if (version !== SCHEMA_VERSION || found.toSorted().join() !== TABLES.toSorted().join()) {
    throw new Error('its tables are not those of an advisory database');
  }
}

type Row = readonly SQLOutputValue[];

function prepare(database: DatabaseSync, sql: string): StatementSync {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
}

/** Rows of a statement that was prepared to return arrays, which the types of node:sqlite do not express. */
function rows(statement: StatementSync, ...parameters: readonly (string | number)[]): readonly Row[] {
  return statement.all(...parameters) as unknown as readonly Row[];
}

function readMeta(database: DatabaseSync, key: string): string | null {
  return textOrNull(rows(prepare(database, 'SELECT value FROM meta WHERE key = ?'), key)[0]?.[0]);
}

function readInfo(database: DatabaseSync, sources: readonly AdvisorySource[]): AdvisoryDatabaseInfo {
  const built = readMeta(database, 'built');
  const digest = readMeta(database, 'digest');
  if (built === null || digest === null || !isDigest(digest))
    throw new Error('it does not say when it was built');
  return { built, newest: readMeta(database, 'newest'), schema: SCHEMA_VERSION, digest, sources };
}

function readSources(database: DatabaseSync): ReadonlyMap<SQLOutputValue, AdvisorySource> {
  const found = rows(
    prepare(
      database,
      'SELECT number, id, name, licence, attribution, newest, records FROM source ORDER BY id',
    ),
  );
  return new Map(
    found.map(([number, id, name, licence, attribution, newest, records]) => [
      number ?? null,
      {
        id: String(id),
        name: String(name),
        licence: String(licence),
        attribution: textOrNull(attribution),
        newest: textOrNull(newest),
        records: Number(records),
      },
    ]),
  );
}

interface Ecosystem extends Pick<AffectedPackage, 'naming' | 'scheme'> {
  readonly number: number;
}

function readEcosystems(database: DatabaseSync): ReadonlyMap<string, Ecosystem> {
  const found = rows(prepare(database, 'SELECT number, name, naming, scheme FROM ecosystem'));
  return new Map(
    found.map(([number, name, naming, scheme]) => [
      String(name),
      { number: Number(number), naming: naming === 'source' ? 'source' : 'binary', scheme: String(scheme) },
    ]),
  );
}

function toCandidate(
  row: Row,
  about: Pick<AffectedPackage, 'ecosystem' | 'name' | 'naming' | 'scheme'>,
  sources: ReadonlyMap<SQLOutputValue, AdvisorySource>,
): AdvisoryCandidate {
  const [statement, number, identifier, published, modified, withdrawn, severities, aliases, covers, url] =
    row;
  const source = sourceId(sources, number);
  const id = String(identifier);
  return {
    advisory: {
      id,
      source,
      aliases: splitIds(aliases),
      covers: splitIds(covers),
      published: dateOrNull(published),
      modified: dateOrNull(modified),
      withdrawn: dateOrNull(withdrawn),
      severities: typeof severities === 'string' ? decodeSeverities(severities) : [],
      url: textOrNull(url) ?? sourceNamed(source)?.page?.(id) ?? null,
    },
    affected: { ...about, ...decodeStatement(String(statement)) },
  };
}

function sourceId(
  sources: ReadonlyMap<SQLOutputValue, AdvisorySource>,
  number: SQLOutputValue | undefined,
): string {
  const source = sources.get(number ?? null);
  if (source === undefined) throw new Error(`there is no source ${String(number)}`);
  return source.id;
}

function textOrNull(value: SQLOutputValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function dateOrNull(value: SQLOutputValue | undefined): string | null {
  return typeof value === 'number' ? formatSeconds(value) : null;
}

function splitIds(value: SQLOutputValue | undefined): readonly string[] {
  return typeof value === 'string' ? value.split(' ') : [];
}
