import type { DatabaseSync } from 'node:sqlite';

/** "HMAD": tells an advisory database from any other SQLite file. */
export const APPLICATION_ID = 0x48_4d_41_44;

/** Raised by whoever changes the tables or what stands in them; a newer database is refused. docs/database-schema.md */
export const SCHEMA_VERSION = 2;

/** The statements that make the tables; they are compared word for word when a database is opened. */
export const TABLES: readonly string[] = [
  'CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID, STRICT',
  `CREATE TABLE source (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    licence TEXT NOT NULL,
    attribution TEXT,
    edition INTEGER,
    newest INTEGER,
    records INTEGER NOT NULL
  ) STRICT`,
  `CREATE TABLE ecosystem (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    naming TEXT NOT NULL,
    scheme TEXT NOT NULL
  ) STRICT`,
  `CREATE TABLE package (
    ecosystem INTEGER NOT NULL,
    name TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (ecosystem, name)
  ) WITHOUT ROWID, STRICT`,
  'CREATE TABLE severities (number INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT',
  'CREATE TABLE statement (number INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT',
  `CREATE TABLE advisory (
    number INTEGER PRIMARY KEY,
    source INTEGER NOT NULL,
    id TEXT NOT NULL,
    published INTEGER,
    modified INTEGER,
    withdrawn INTEGER,
    severities INTEGER,
    aliases TEXT,
    covers TEXT,
    url TEXT
  ) STRICT`,
  `CREATE TABLE affected (
    package INTEGER NOT NULL,
    advisory INTEGER NOT NULL,
    statement INTEGER NOT NULL,
    PRIMARY KEY (package, advisory, statement)
  ) WITHOUT ROWID, STRICT`,
  `CREATE TABLE flaw_severity (
    flaw TEXT NOT NULL,
    source INTEGER NOT NULL,
    severities INTEGER NOT NULL,
    PRIMARY KEY (flaw, source, severities)
  ) WITHOUT ROWID, STRICT`,
  `CREATE TABLE flaw (
    id TEXT NOT NULL,
    source INTEGER NOT NULL,
    published INTEGER,
    modified INTEGER,
    rejected INTEGER,
    severities INTEGER,
    weaknesses TEXT,
    report TEXT,
    PRIMARY KEY (id, source)
  ) WITHOUT ROWID, STRICT`,
  `CREATE TABLE vex (
    number INTEGER PRIMARY KEY,
    source INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT`,
  `CREATE TABLE vex_product (
    product TEXT NOT NULL,
    vex INTEGER NOT NULL,
    PRIMARY KEY (product, vex)
  ) WITHOUT ROWID, STRICT`,
  `CREATE TABLE support_period (
    product TEXT NOT NULL,
    release TEXT NOT NULL,
    source INTEGER NOT NULL,
    released TEXT,
    end_of_life TEXT,
    end_of_extended_support TEXT,
    PRIMARY KEY (product, release)
  ) WITHOUT ROWID, STRICT`,
  `CREATE TABLE repository (
    name TEXT PRIMARY KEY,
    platforms TEXT NOT NULL
  ) WITHOUT ROWID, STRICT`,
  `CREATE TABLE exploit_score (
    cve TEXT PRIMARY KEY,
    score INTEGER NOT NULL,
    percentile INTEGER NOT NULL
  ) WITHOUT ROWID, STRICT`,
  `CREATE TABLE known_exploited (
    cve TEXT PRIMARY KEY,
    added TEXT NOT NULL,
    due TEXT,
    ransomware INTEGER NOT NULL
  ) WITHOUT ROWID, STRICT`,
];

/** EPSS scores and percentiles are stored as whole hundred-thousandths: FIRST publishes five digits. */
export const SCORE_UNIT = 100_000;

/**
 * Prepares an empty file for the facts. The file is private until it is complete, so nothing has to survive a crash, and
 * the journal stays in memory: as a file it would be left beside the database on a full disk. (Node opens databases in
 * SQLite's defensive mode, which ignores `journal_mode = OFF`.)
 */
export function createTables(database: DatabaseSync): void {
  database.exec(`
    PRAGMA page_size = 4096;
    PRAGMA journal_mode = MEMORY;
    PRAGMA synchronous = OFF;
    PRAGMA application_id = ${APPLICATION_ID};
    PRAGMA user_version = ${SCHEMA_VERSION};
    ${TABLES.join(';\n')};
  `);
}
