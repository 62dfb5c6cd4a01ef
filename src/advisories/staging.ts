import { DatabaseSync } from 'node:sqlite';
import type { KnownExploited } from '../model/finding.ts';
import type { Advisory } from './advisory.ts';
import { laterDate, parseSeconds } from './dates.ts';
import { AdvisoryError } from './errors.ts';
import type { FeedItem } from './feed.ts';

export type StagedItem = Exclude<FeedItem, { kind: 'rejected' | 'skipped' }>;

/**
 * Everything that a build has read, still in its sources' own pieces. It lies in a database without a name, which
 * SQLite keeps in a file that disappears with the process, so that memory does not follow the size of the feeds.
 */
export interface Staging {
  /** @throws {AdvisoryError} DATABASE_NOT_WRITTEN when the temporary folder is full */
  add(item: StagedItem): void;
  /** Advisories in the order of source and identifier, the parts of each joined. */
  advisories(): Iterable<Advisory>;
  readonly exploited: ReadonlyMap<string, KnownExploited>;
  readonly exploitedReleased: string | null;
  /** RFC 3339 full-date of the scores; null when there are none. */
  readonly scoreDate: string | null;
  score(cve: string): { readonly score: number; readonly percentile: number } | null;
  close(): void;
}

export function createStaging(): Staging {
  const database = new DatabaseSync('');
  database.exec(`
    PRAGMA journal_mode = MEMORY;
    PRAGMA synchronous = OFF;
    PRAGMA temp_store = FILE;
    CREATE TABLE record (source TEXT, id TEXT, part TEXT, modified INTEGER, body TEXT, PRIMARY KEY (source, id, part))
      WITHOUT ROWID, STRICT;
    CREATE TABLE score (cve TEXT PRIMARY KEY, score REAL, percentile REAL) WITHOUT ROWID, STRICT;
    BEGIN;
  `);
  // of two copies the newer one counts, and the later one in the order of files where both have the same date or none
  const putRecord = database.prepare(`
    INSERT INTO record VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET modified = excluded.modified, body = excluded.body
    WHERE excluded.modified >= record.modified
  `);
  const putScore = database.prepare('INSERT OR REPLACE INTO score VALUES (?, ?, ?)');
  const getScore = database.prepare('SELECT score, percentile FROM score WHERE cve = ?');
  const exploited = new Map<string, KnownExploited>();
  let exploitedReleased: string | null = null;
  let scoreDate: string | null = null;

  function addScores({ date, scores }: Extract<FeedItem, { kind: 'scores' }>): void {
    if (scoreDate !== null && date < scoreDate) return;
    if (date !== scoreDate) database.exec('DELETE FROM score');
    scoreDate = date;
    for (const { cve, score, percentile } of scores) putScore.run(cve, score, percentile);
  }

  function put(item: StagedItem): void {
    switch (item.kind) {
      case 'advisory': {
        const { source, id, modified, published } = item.advisory;
        const date = modified ?? published;
        putRecord.run(
          source,
          id,
          item.part,
          date === null ? 0 : parseSeconds(date),
          JSON.stringify(item.advisory),
        );
        break;
      }
      case 'known-exploited':
        // the catalog only grows, and a newer edition repeats every entry
        if (
          exploitedReleased === null ||
          (item.released ?? '') >= exploitedReleased ||
          !exploited.has(item.cve)
        ) {
          exploited.set(item.cve, item.entry);
        }
        exploitedReleased = laterDate(exploitedReleased, item.released);
        break;
      case 'scores':
        addScores(item);
        break;
      case 'flaw':
      case 'vex':
      case 'support':
        break;
    }
  }

  return {
    add(item) {
      try {
        put(item);
      } catch (cause) {
        throw notKept(cause);
      }
    },
    *advisories() {
      const rows = database.prepare('SELECT body FROM record ORDER BY source, id, part').iterate();
      let current: Advisory | null = null;
      for (const row of rows) {
        // what `add` wrote
        const next = JSON.parse(String(row['body'])) as Advisory;
        if (current !== null && current.source === next.source && current.id === next.id) {
          current = joined(current, next);
          continue;
        }
        if (current !== null) yield current;
        current = next;
      }
      if (current !== null) yield current;
    },
    exploited,
    get exploitedReleased() {
      return exploitedReleased;
    },
    get scoreDate() {
      return scoreDate;
    },
    score(cve) {
      const row = getScore.get(cve);
      return row === undefined
        ? null
        : { score: Number(row['score']), percentile: Number(row['percentile']) };
    },
    close() {
      database.close();
    },
  };
}

function notKept(cause: unknown): AdvisoryError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  // https://www.sqlite.org/tempfiles.html, section 5
  const message = `cannot keep what was read in the folder for temporary files ($SQLITE_TMPDIR, $TMPDIR or /var/tmp): ${reason}`;
  return new AdvisoryError('DATABASE_NOT_WRITTEN', message, { cause });
}

function joined(a: Advisory, b: Advisory): Advisory {
  return {
    ...a,
    aliases: [...new Set([...a.aliases, ...b.aliases])],
    covers: [...new Set([...a.covers, ...b.covers])].sort(),
    modified: laterDate(a.modified, b.modified),
    affected: [...a.affected, ...b.affected],
  };
}
