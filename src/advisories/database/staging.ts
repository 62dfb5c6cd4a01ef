import { DatabaseSync } from 'node:sqlite';
import type { Advisory, Flaw } from '../advisory.ts';
import { laterDate, parseSeconds } from '../dates.ts';
import { AdvisoryError } from '../errors.ts';
import { canonicalAdvisory, type Fact, type SourceFact } from '../facts/fact.ts';
import type { FeedItem } from '../feed.ts';
import { SCORE_UNIT } from './schema.ts';
import { sourceNamed } from '../sources.ts';

export type StagedItem = Exclude<FeedItem, { kind: 'rejected' | 'skipped' }>;

/**
 * Everything that a build has read, still in its sources' own pieces. It lies in a database without a name, which
 * SQLite keeps in a file that disappears with the process, so that memory does not follow the size of the feeds.
 */
export interface Staging {
  /** @throws {AdvisoryError} DATABASE_NOT_WRITTEN when the temporary folder is full */
  add(item: StagedItem): void;
  /** What was added as facts in the order of their keys, the parts of each joined. */
  facts(): Iterable<Fact>;
  /** Sound facts that were left out, by reason; complete when all facts were taken. */
  readonly skipped: ReadonlyMap<string, number>;
  close(): void;
}

/** A piece of a fact: the newer of two with the same kind, key and part counts. */
interface Piece {
  readonly kind: Fact['kind'];
  readonly key: string;
  readonly part: string;
  readonly source: string;
  /** RFC 3339 */
  readonly date: string | null;
  readonly body: unknown;
}

export function createStaging(): Staging {
  const database = new DatabaseSync('');
  database.exec(`
    PRAGMA journal_mode = MEMORY;
    PRAGMA synchronous = OFF;
    PRAGMA temp_store = FILE;
    CREATE TABLE piece (
      kind TEXT, key TEXT, part TEXT, source TEXT, date INTEGER, body TEXT, PRIMARY KEY (kind, key, part)
    ) WITHOUT ROWID, STRICT;
    CREATE TABLE score (cve TEXT PRIMARY KEY, score REAL, percentile REAL) WITHOUT ROWID, STRICT;
    BEGIN;
  `);
  // of two copies the newer one counts, and the later one in the order of files where both have the same date or none
  const putPiece = database.prepare(`
    INSERT INTO piece VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET source = excluded.source, date = excluded.date, body = excluded.body
    WHERE excluded.date >= piece.date
  `);
  const putScore = database.prepare('INSERT OR REPLACE INTO score VALUES (?, ?, ?)');
  const editions = new Map<string, string>();
  const skipped = new Map<string, number>();
  let scoreDate: string | null = null;

  function addScores({ date, scores }: Extract<FeedItem, { kind: 'scores' }>): void {
    if (scoreDate !== null && date < scoreDate) return;
    if (date !== scoreDate) database.exec('DELETE FROM score');
    scoreDate = date;
    for (const { cve, score, percentile } of scores) putScore.run(cve, rounded(score), rounded(percentile));
    noteEdition('epss', `${date}T00:00:00Z`);
  }

  function noteEdition(source: string, date: string | null): void {
    const later = laterDate(editions.get(source) ?? null, date);
    if (later !== null) editions.set(source, later);
  }

  function put({ kind, key, part, source, date, body }: Piece): void {
    putPiece.run(kind, key, part, source, date === null ? 0 : parseSeconds(date), JSON.stringify(body));
  }

  function* bodies<T>(kind: Fact['kind']): Iterable<T> {
    const rows = database.prepare('SELECT body FROM piece WHERE kind = ? ORDER BY key, part').iterate(kind);
    // what `put` wrote
    for (const row of rows) yield JSON.parse(String(row['body'])) as T;
  }

  function* sources(): Iterable<Fact> {
    const rows = database
      .prepare('SELECT DISTINCT source FROM piece')
      .all()
      .map((row) => String(row['source']));
    if (scoreDate !== null) rows.push('epss');
    for (const id of rows.sort())
      yield { kind: 'source', source: describeSource(id, editions.get(id) ?? null) };
  }

  function* scores(named: ReadonlySet<string>): Iterable<Fact> {
    const get = database.prepare('SELECT score, percentile FROM score WHERE cve = ?');
    for (const cve of [...named].sort()) {
      const row = cve.startsWith('CVE-') ? get.get(cve) : undefined;
      if (row === undefined) continue;
      yield {
        kind: 'score',
        score: { cve, score: Number(row['score']), percentile: Number(row['percentile']) },
      };
    }
  }

  return {
    add(item) {
      try {
        if (item.kind === 'scores') addScores(item);
        else put(pieceOf(item));
        if (item.kind === 'known-exploited') noteEdition('cisa-kev', item.released);
      } catch (cause) {
        throw notKept(cause);
      }
    },
    *facts() {
      yield* sources();
      const named = new Set<string>();
      for (const advisory of joinParts(bodies('advisory'))) {
        if (advisory.affected.length === 0) continue;
        for (const name of [advisory.id, ...advisory.aliases, ...advisory.covers]) named.add(name);
        yield { kind: 'advisory', advisory: canonicalAdvisory(withoutUsualPage(advisory)) };
      }
      // what is said of other flaws could never be asked for
      let unnamed = 0;
      for (const flaw of bodies<Flaw>('flaw')) {
        if (named.has(flaw.id)) yield { kind: 'flaw', flaw };
        else unnamed += 1;
      }
      if (unnamed > 0) skipped.set('a flaw that no record about a package names', unnamed);
      yield* bodies<Fact>('vex');
      yield* bodies<Fact>('support');
      yield* bodies<Fact>('repository');
      for (const fact of bodies<Extract<Fact, { kind: 'exploited' }>>('exploited')) {
        named.add(fact.cve);
        yield fact;
      }
      yield* scores(named);
    },
    skipped,
    close() {
      database.close();
    },
  };
}

function pieceOf(item: Exclude<StagedItem, { kind: 'scores' }>): Piece {
  switch (item.kind) {
    case 'advisory': {
      const { source, id, modified, published } = item.advisory;
      return {
        kind: 'advisory',
        key: `${source}\n${id}`,
        part: item.part,
        source,
        date: modified ?? published,
        body: item.advisory,
      };
    }
    case 'flaw': {
      const { id, source, modified, published } = item.flaw;
      return {
        kind: 'flaw',
        key: `${id}\n${source}`,
        part: '',
        source,
        date: modified ?? published,
        body: item.flaw,
      };
    }
    case 'vex': {
      const { source, document, modified } = item.statement;
      const key = `${source}\n${document}\n${item.part}`;
      return { kind: 'vex', key, part: '', source, date: modified, body: item };
    }
    case 'support': {
      const { product, release } = item.period;
      const key = `${product}\n${release}`;
      return { kind: 'support', key, part: '', source: item.source, date: null, body: item };
    }
    case 'repository':
      return {
        kind: 'repository',
        key: item.name,
        part: '',
        source: item.source,
        date: null,
        body: { kind: item.kind, name: item.name, platforms: item.platforms },
      };
    case 'known-exploited': {
      const { cve, entry } = item;
      const body: Fact = { kind: 'exploited', cve, entry };
      // the catalog only grows, and a newer edition repeats every entry
      return { kind: 'exploited', key: cve, part: '', source: 'cisa-kev', date: item.released, body };
    }
  }
}

/** As a database keeps it. */
function rounded(score: number): number {
  return Math.round(score * SCORE_UNIT) / SCORE_UNIT;
}

function describeSource(id: string, edition: string | null): SourceFact {
  const described = sourceNamed(id);
  return {
    id,
    name: described?.name ?? id,
    licence: described?.licence ?? 'not stated',
    attribution: described?.attribution ?? null,
    edition,
  };
}

function withoutUsualPage(advisory: Advisory): Advisory {
  const usual = sourceNamed(advisory.source)?.page?.(advisory.id) ?? null;
  return advisory.url === usual ? { ...advisory, url: null } : advisory;
}

/** Advisories in the order of source and identifier, the parts of each made one. */
function* joinParts(parts: Iterable<Advisory>): Iterable<Advisory> {
  let current: Advisory | null = null;
  for (const next of parts) {
    if (current !== null && current.source === next.source && current.id === next.id) {
      current = joined(current, next);
      continue;
    }
    if (current !== null) yield current;
    current = next;
  }
  if (current !== null) yield current;
}

function joined(a: Advisory, b: Advisory): Advisory {
  return {
    ...a,
    aliases: [...a.aliases, ...b.aliases],
    covers: [...a.covers, ...b.covers],
    modified: laterDate(a.modified, b.modified),
    affected: [...a.affected, ...b.affected],
  };
}

function notKept(cause: unknown): AdvisoryError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  // https://www.sqlite.org/tempfiles.html, section 5
  const message = `cannot keep what was read in the folder for temporary files ($SQLITE_TMPDIR, $TMPDIR or /var/tmp): ${reason}`;
  return new AdvisoryError('DATABASE_NOT_WRITTEN', message, { cause });
}
