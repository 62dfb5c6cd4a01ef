/** What a plan is made from: asked of the database when it is needed. */
import type { BuiltImage, Lookup, StateSnapshot } from './programme-state.ts';
import { ATTEMPT_COLUMNS, toAttempt, toBuiltImage, toRequest } from './rows.ts';
import type { StateDatabase, StateStatement } from './state-database.ts';

/** That an admission is of an attempt; by build and generation the key of the table leads to it. */
const OF_ATTEMPT = `admissions.attempt = attempts.id AND admissions.build_id = attempts.build_id
  AND admissions.generation = attempts.generation`;

/** Images that were examined, each with the attempt that made it. */
const EXAMINED = `SELECT ${ATTEMPT_COLUMNS}, admission FROM attempts JOIN admissions ON ${OF_ATTEMPT}`;
const ADMITTED = `${EXAMINED} WHERE verdict = 'admitted'`;

/** What was refused since does not make room again for what it took the place of. */
const NOT_REVOKED = `NOT EXISTS (SELECT 1 FROM newest JOIN admissions AS last ON last.attempt = newest.attempt
  WHERE newest.key = attempts.source_id || '/' || attempts.architecture
    AND last.build_id = attempts.build_id AND last.verdict = 'rejected')`;

/** Not what a registry that could not be reached, or that refused, kept from its end. */
const IS_OWN = `coalesce(outcome->>'code', '') NOT GLOB 'REGISTRY_*'`;

/**
 * Attempts that ended without an admitted image, after the newest admitted one of the build. When the newest of them ended, and not the
 * greatest time: that may be of a clock that was wrong.
 */
const FAILURES = `SELECT failed.*, newest.ended_at AS last, newest_own.ended_at AS own_last FROM (
    SELECT attempts.build_id, count(*) AS count, max(attempts.id) AS newest,
      count(*) FILTER (WHERE ${IS_OWN}) AS own_count, max(attempts.id) FILTER (WHERE ${IS_OWN}) AS newest_own FROM attempts
    LEFT JOIN admissions ON ${OF_ATTEMPT}
    WHERE ended_at IS NOT NULL AND (outcome->>'kind' IN ('failed', 'lost') OR verdict = 'rejected')
      AND outcome->>'isInterrupted' IS NULL
      AND attempts.id > coalesce((SELECT max(good.attempt) FROM admissions AS good
        WHERE good.build_id = attempts.build_id AND good.verdict = 'admitted'), 0)
    GROUP BY attempts.build_id
  ) AS failed
  JOIN attempts AS newest ON newest.id = failed.newest
  LEFT JOIN attempts AS newest_own ON newest_own.id = failed.newest_own`;

export function createSnapshot(database: StateDatabase): StateSnapshot {
  const rows = (sql: string) => database.prepare(sql).all();
  const newestOf = database.prepare(
    `${ADMITTED} AND attempts.id = (SELECT attempt FROM newest WHERE key = ?)`,
  );
  const generation = database.prepare(
    `SELECT max(generation) AS highest FROM attempts
     WHERE build_id = ? AND (outcome->>'kind' IN ('built', 'lost') OR outcome->>'isMade')`,
  );
  return {
    images: lookup(
      database.prepare(
        `${ADMITTED} AND attempts.build_id = ? AND ${NOT_REVOKED} ORDER BY attempts.id DESC LIMIT 1`,
      ),
    ),
    examined: lookup(
      database.prepare(`${EXAMINED} WHERE attempts.build_id = ? ORDER BY attempts.id DESC LIMIT 1`),
    ),
    revoked: lookup(
      database.prepare(
        `${EXAMINED} WHERE verdict = 'rejected' AND attempts.id = (SELECT attempt FROM newest WHERE key = ?)`,
      ),
    ),
    generations: {
      get: (buildId) => {
        const highest = generation.get(buildId)?.['highest'] ?? null;
        return highest === null ? undefined : Number(highest);
      },
    },
    unexamined: rows(
      `SELECT ${ATTEMPT_COLUMNS} FROM attempts WHERE outcome->>'kind' = 'built'
       AND NOT EXISTS (SELECT 1 FROM admissions WHERE ${OF_ATTEMPT}) ORDER BY id`,
    ).map(toAttempt),
    failures: new Map(
      rows(FAILURES).map((row) => [
        String(row['build_id']),
        {
          count: Number(row['count']),
          lastAt: Number(row['last']),
          own: { count: Number(row['own_count']), lastAt: Number(row['own_last']) },
        },
      ]),
    ),
    requests: rows('SELECT * FROM requests ORDER BY at').map(toRequest),
    previous: lookup(newestOf),
    previousOfTag: lookup(newestOf),
  };
}

function lookup(statement: StateStatement): Lookup<string, BuiltImage> {
  return {
    get(key) {
      const found = statement.get(key);
      return found === undefined ? undefined : toBuiltImage(found);
    },
  };
}
