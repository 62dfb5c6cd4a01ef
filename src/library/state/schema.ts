/** The tables of a programme's state. */

/** "HMPR": tells the file from other databases of SQLite. */
export const APPLICATION_ID = 0x48_4d_50_52;

/** Grows with every change of the tables. */
export const SCHEMA_VERSION = 1;

/** A ledger entry that was written is never changed or deleted: the database itself refuses it. */
export const SCHEMA = `
CREATE TABLE attempts (
  id INTEGER PRIMARY KEY,
  build_id TEXT NOT NULL,
  generation INTEGER NOT NULL,
  source_id TEXT NOT NULL,
  architecture TEXT NOT NULL,
  tags TEXT NOT NULL,
  parents TEXT NOT NULL,
  recipe_id TEXT NOT NULL,
  engine TEXT NOT NULL,
  arguments TEXT NOT NULL,
  reasons TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  outcome TEXT NOT NULL,
  log TEXT NOT NULL
) STRICT;
CREATE INDEX attempts_of_build ON attempts (build_id, generation);
CREATE INDEX attempts_running ON attempts (architecture) WHERE ended_at IS NULL;

CREATE TABLE admissions (
  build_id TEXT NOT NULL,
  generation INTEGER NOT NULL,
  attempt INTEGER NOT NULL REFERENCES attempts (id),
  verdict TEXT NOT NULL,
  at INTEGER NOT NULL,
  admission TEXT NOT NULL,
  PRIMARY KEY (build_id, generation)
) STRICT;

-- the newest admitted image by targetKey, and by repo:tag/architecture
CREATE TABLE newest (key TEXT PRIMARY KEY, attempt INTEGER NOT NULL REFERENCES attempts (id)) STRICT;

CREATE TABLE requests (
  source_id TEXT NOT NULL,
  architecture TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  note TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (source_id, architecture)
) STRICT;

CREATE TABLE intents (id TEXT PRIMARY KEY, intent TEXT NOT NULL, at TEXT NOT NULL) STRICT;

CREATE TABLE ledger (sequence INTEGER PRIMARY KEY, entry TEXT NOT NULL) STRICT;
CREATE TRIGGER ledger_is_not_changed BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_is_not_deleted BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TABLE memory (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${SCHEMA_VERSION};
`;
