import { statSync } from 'node:fs';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import type { AdvisoryDatabaseInfo, AdvisorySource } from '../../model/assessment.ts';
import { isDigest } from '../../model/digest.ts';
import type { AdvisoryCandidate, AdvisoryDatabase, AffectedPackage } from '../advisory.ts';
import { comparableName } from '../ecosystems.ts';
import { AdvisoryError } from '../errors.ts';
import { APPLICATION_ID, SCHEMA_VERSION, TABLES } from './schema.ts';
import { sourceNamed } from '../sources.ts';
import { decodeSeverities, decodeStatement } from './statement-codec.ts';
import {
  ADVISORY_COLUMNS,
  allRows,
  dateOrNull,
  eachRow,
  EXPLOITED_COLUMNS,
  FLAW_COLUMNS,
  prepareRows,
  SCORE_COLUMNS,
  splitNames,
  SUPPORT_COLUMNS,
  textOrNull,
  toAdvisory,
  toFlaw,
  toKnownExploited,
  toScore,
  toSupportPeriod,
  type Row,
  type SourceOf,
} from './stored-rows.ts';
import { decodeVex } from '../vex/stored-vex.ts';

const CANDIDATES = `
  SELECT s.body, ${ADVISORY_COLUMNS}
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

const FLAWS = `
  SELECT ${FLAW_COLUMNS} FROM flaw AS f LEFT JOIN severities AS v ON v.number = f.severities
  WHERE f.id = ? ORDER BY f.source`;

const VEX =
  'SELECT v.source, v.body FROM vex_product AS p JOIN vex AS v ON v.number = p.vex WHERE p.product = ? ORDER BY v.number';

/**
 * Opens an advisory database for reading. Its content may come from anywhere: nothing in it is executed, and what is
 * not in the documented form (docs/database-schema.md) is an error.
 *
 * @throws {AdvisoryError} DATABASE_NOT_FOUND, DATABASE_UNREADABLE, DATABASE_SCHEMA_NEWER, DATABASE_SCHEMA_OLDER; the functions of the result
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

/**
 * What a database file says of itself. Throws as `openAdvisoryDatabase` does.
 *
 * @param name what to call it in an error
 */
export function readDatabaseInfo(file: string, name: string = file): AdvisoryDatabaseInfo {
  const database = openAdvisoryDatabase(file, name);
  database.close();
  return database.info;
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
  const partly = new Set(readMeta(database, 'partial')?.split('\n'));
  const candidates = prepareRows(database, CANDIDATES);
  const severities = prepareRows(database, SEVERITIES);
  const flaws = prepareRows(database, FLAWS);
  const vex = prepareRows(database, VEX);
  const support = prepareRows(
    database,
    `SELECT ${SUPPORT_COLUMNS} FROM support_period WHERE product = ? ORDER BY release`,
  );
  const platforms = prepareRows(database, 'SELECT platforms FROM repository WHERE name = ?');
  const score = prepareRows(database, `SELECT ${SCORE_COLUMNS} FROM exploit_score WHERE cve = ?`);
  const exploited = prepareRows(database, `SELECT ${EXPLOITED_COLUMNS} FROM known_exploited WHERE cve = ?`);
  const sourceOf: SourceOf = (number) => sourceId(sources, number);

  return {
    info,
    covers: (ecosystem) => ecosystems.has(ecosystem),
    coversPartly: (ecosystem) => partly.has(ecosystem),
    candidates: (ecosystem, name) =>
      guarded(() => {
        const comparable = comparableName(ecosystem, name);
        return (ecosystems.get(ecosystem) ?? []).flatMap(({ number, naming, scheme }) => {
          const about = { ecosystem, name: comparable, naming, scheme };
          return allRows(candidates, number, comparable).map((row) => toCandidate(row, about, sourceOf));
        });
      }),
    severities: (id) =>
      guarded(() =>
        allRows(severities, id).flatMap(([source, body]) =>
          decodeSeverities(String(body)).map((statement) => ({ source: sourceOf(source), statement })),
        ),
      ),
    flaws: (cve) => guarded(() => allRows(flaws, cve).map((row) => toFlaw(row, sourceOf))),
    vex: (product) =>
      guarded(() =>
        allRows(vex, product).map(([source, body]) => decodeVex(String(body), sourceOf(source)).statement),
      ),
    supportPeriods: (product) => guarded(() => allRows(support, product).map(toSupportPeriod)),
    platforms: (repository) => guarded(() => splitNames(allRows(platforms, repository)[0]?.[0])),
    epss: (cve) =>
      guarded(() => {
        const [row] = allRows(score, cve);
        return row === undefined || scoreDate === null ? null : { ...toScore(row), date: scoreDate };
      }),
    knownExploited: (cve) =>
      guarded(() => {
        const [row] = allRows(exploited, cve);
        return row === undefined ? null : toKnownExploited(row);
      }),
    close: () => database.close(),
  };
}

/**
 * The application, the schema's number and the very text of the tables: a view in the place of a table could keep every
 * query busy without end.
 */
function checkSchema(database: DatabaseSync, name: string): void {
  const pragma = (key: string) => Number(allRows(prepareRows(database, `PRAGMA ${key}`))[0]?.[0]);
  if (pragma('application_id') !== APPLICATION_ID) throw new Error('it is another kind of file');
  const version = pragma('user_version');
  if (version !== SCHEMA_VERSION) {
    const code = version > SCHEMA_VERSION ? 'DATABASE_SCHEMA_NEWER' : 'DATABASE_SCHEMA_OLDER';
    const message = `the advisory database ${name} has schema ${version}; this Hallmark reads ${SCHEMA_VERSION}`;
    throw new AdvisoryError(code, message, { subject: name });
  }
  const found = allRows(prepareRows(database, 'SELECT sql FROM sqlite_schema')).map(([sql]) => String(sql));
  if (found.toSorted().join() !== TABLES.toSorted().join()) {
    throw new Error('its tables are not those of an advisory database');
  }
}

function readMeta(database: DatabaseSync, key: string): string | null {
  return textOrNull(allRows(prepareRows(database, 'SELECT value FROM meta WHERE key = ?'), key)[0]?.[0]);
}

function readInfo(database: DatabaseSync, sources: readonly AdvisorySource[]): AdvisoryDatabaseInfo {
  const built = readMeta(database, 'built');
  const digest = readMeta(database, 'digest');
  if (built === null || digest === null || !isDigest(digest))
    throw new Error('it does not say when it was built');
  return { built, newest: readMeta(database, 'newest'), schema: SCHEMA_VERSION, digest, sources };
}

function readSources(database: DatabaseSync): ReadonlyMap<SQLOutputValue, AdvisorySource> {
  const found = [
    ...eachRow(
      database,
      'SELECT number, id, name, licence, attribution, newest, records FROM source ORDER BY id',
    ),
  ];
  return new Map(
    found.map(([number, id, name, licence, attribution, newest, records]) => [
      number ?? null,
      {
        id: String(id),
        name: String(name),
        licence: String(licence),
        attribution: textOrNull(attribution),
        newest: dateOrNull(newest),
        records: Number(records),
      },
    ]),
  );
}

interface Ecosystem extends Pick<AffectedPackage, 'naming' | 'scheme'> {
  readonly number: number;
}

/** One name may stand several times, for packages by their source's name and by their own. */
function readEcosystems(database: DatabaseSync): ReadonlyMap<string, readonly Ecosystem[]> {
  const found = new Map<string, Ecosystem[]>();
  for (const [number, name, naming, scheme] of eachRow(
    database,
    'SELECT number, name, naming, scheme FROM ecosystem ORDER BY number',
  )) {
    const ecosystem: Ecosystem = {
      number: Number(number),
      naming: naming === 'source' ? 'source' : 'binary',
      scheme: String(scheme),
    };
    const known = found.get(String(name));
    if (known === undefined) found.set(String(name), [ecosystem]);
    else known.push(ecosystem);
  }
  return found;
}

function toCandidate(
  [statement, ...row]: Row,
  about: Pick<AffectedPackage, 'ecosystem' | 'name' | 'naming' | 'scheme'>,
  sourceOf: SourceOf,
): AdvisoryCandidate {
  const advisory = toAdvisory(row, sourceOf);
  return {
    advisory: {
      ...advisory,
      url: advisory.url ?? sourceNamed(advisory.source)?.page?.(advisory.id) ?? null,
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
