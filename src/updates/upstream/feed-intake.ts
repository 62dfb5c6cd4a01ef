import { DatabaseSync } from 'node:sqlite';
import { AdvisoryError } from '../../advisories/errors.ts';
import { compareKeys } from '../../advisories/facts/fact.ts';
import { readDocument } from '../../advisories/files/feed-document.ts';
import type { FeedFile, FeedItem } from '../../advisories/feed.ts';
import { feedOf } from '../../advisories/feeds/register.ts';
import type { FetchEvent } from './fetch-event.ts';
import type { KeptFacts, KeptUnit } from './kept-facts.ts';
import { formatItem } from './kept-item.ts';
import { notKept } from './not-kept.ts';

/** What was read of a fetch, and what was not. */
export interface IntakeReport {
  /** Units that could not be had or read; what they were before stays. */
  readonly failures: readonly string[];
  readonly rejected: number;
  /** Of the first few. */
  readonly rejections: readonly string[];
  readonly skipped: number;
}

/** Reads what a fetch brings, and joins it with what is kept from before. Memory does not follow its size. */
export interface FeedIntake {
  add(event: FetchEvent): void;
  /** No unit is new, other or gone. */
  isEmpty(): boolean;
  report(): IntakeReport;
  /** What is to be kept from now on. */
  mergedWith(kept: KeptFacts | null): KeptFacts;
  close(): void;
}

const MOST_REJECTIONS = 5;

export function createIntake(now: Date): FeedIntake {
  // in a file without a name, which disappears with the process
  const database = new DatabaseSync('');
  database.exec(`
    PRAGMA journal_mode = MEMORY;
    PRAGMA synchronous = OFF;
    PRAGMA temp_store = FILE;
    CREATE TABLE unit (name TEXT PRIMARY KEY, version TEXT, records INTEGER, read INTEGER) WITHOUT ROWID, STRICT;
    CREATE TABLE record (unit TEXT, number INTEGER, body TEXT, PRIMARY KEY (unit, number)) WITHOUT ROWID, STRICT;
    BEGIN;
  `);
  // a version of null: the unit is gone
  const putUnit = database.prepare('INSERT OR REPLACE INTO unit VALUES (?, ?, 0, 0)');
  const countUnit = database.prepare('UPDATE unit SET records = ?, read = read + ? WHERE name = ?');
  const putRecord = database.prepare('INSERT INTO record VALUES (?, ?, ?)');
  const getRecords = database.prepare('SELECT body FROM record WHERE unit = ? ORDER BY number');
  const dropRecords = database.prepare('DELETE FROM record WHERE unit = ?');
  const dropUnit = database.prepare('DELETE FROM unit WHERE name = ?');
  const getUnit = database.prepare('SELECT records FROM unit WHERE name = ? AND version = ?');
  const failures = new Map<string, string>();
  const rejections: string[] = [];
  let [rejected, skipped, isWhole] = [0, 0, false];

  function forget(unit: string): void {
    dropRecords.run(unit);
    dropUnit.run(unit);
  }

  function fail(unit: string, reason: string): void {
    forget(unit);
    failures.set(unit, reason);
  }

  function reject(record: string, reason: string): void {
    rejected += 1;
    if (rejections.length < MOST_REJECTIONS) rejections.push(`${record}: ${reason}`);
  }

  function addFile({ unit, version, file, mayBeOther = false }: Extract<FetchEvent, { kind: 'file' }>): void {
    if (failures.has(unit)) return;
    let records = Number(getUnit.get(unit, version)?.['records'] ?? -1);
    if (records === -1) {
      forget(unit);
      putUnit.run(unit, version);
      records = 0;
    }
    const items = itemsOf(file, now, reject);
    for (const item of items ?? []) {
      if (item.kind === 'rejected') reject(item.record, item.reason);
      else if (item.kind === 'skipped') skipped += 1;
      else {
        for (const line of formatItem(item)) {
          putRecord.run(unit, records, line);
          records += 1;
        }
      }
    }
    countUnit.run(records, Number(items !== null || mayBeOther), unit);
  }

  /** Units in none of whose files there was a feed: a page that says "sign in" is no list of flaws. */
  function unread(): readonly string[] {
    return database
      .prepare('SELECT name FROM unit WHERE read = 0 AND version IS NOT NULL ORDER BY name')
      .all()
      .map((row) => String(row['name']));
  }

  function settle(): void {
    for (const unit of unread()) fail(unit, `${unit} is in no format that Hallmark reads`);
  }

  function* freshUnits(): Iterable<{ readonly name: string; readonly kept: KeptUnit | null }> {
    const rows = database.prepare('SELECT name, version, records FROM unit ORDER BY name').iterate();
    for (const { name, version, records } of rows) {
      const unit = String(name);
      yield {
        name: unit,
        kept: version === null ? null : { unit, version: String(version), records: Number(records) },
      };
    }
  }

  function* recordsOf(unit: string): Iterable<string> {
    for (const { body } of getRecords.iterate(unit)) yield String(body);
  }

  return {
    add(event) {
      try {
        if (event.kind === 'file') addFile(event);
        else if (event.kind === 'failed') fail(event.unit, event.reason);
        else if (event.kind === 'gone') {
          forget(event.unit);
          putUnit.run(event.unit, null);
        } else if (event.kind === 'whole') isWhole = true;
      } catch (cause) {
        throw isSqlite(cause) ? notKept('the folder for temporary files', cause) : cause;
      }
    },
    isEmpty() {
      settle();
      const isAllThere = isWhole && failures.size === 0;
      return !isAllThere && database.prepare('SELECT 1 FROM unit LIMIT 1').get() === undefined;
    },
    report: () => ({ failures: [...failures.values()], rejected, rejections, skipped }),
    mergedWith(kept) {
      settle();
      const fresh = new Map([...freshUnits()].map(({ name, kept: unit }) => [name, unit]));
      // while something is missing, nothing is taken for gone that is not said to be
      const stays = ({ unit }: KeptUnit): boolean => !fresh.has(unit) && (!isWhole || failures.size > 0);
      const old = kept?.units ?? [];
      const units = [...old.filter(stays), ...[...fresh.values()].filter((unit) => unit !== null)].sort(
        (a, b) => compareKeys(a.unit, b.unit),
      );
      return { units, records: merge(units, kept, fresh, recordsOf) };
    },
    close: () => database.close(),
  };
}

/** The records of the units, of those at hand in the order in which they are kept. */
async function* merge(
  units: readonly KeptUnit[],
  kept: KeptFacts | null,
  fresh: ReadonlyMap<string, KeptUnit | null>,
  freshRecords: (unit: string) => Iterable<string>,
): AsyncIterable<string> {
  const olds = (kept?.units ?? [])[Symbol.iterator]();
  const lines = kept?.records[Symbol.asyncIterator]();
  async function* take(count: number): AsyncIterable<string> {
    for (let taken = 0; taken < count; taken += 1) {
      const line = await lines?.next();
      if (line === undefined || line.done === true) return;
      yield line.value;
    }
  }
  for (const { unit } of units) {
    if (fresh.has(unit)) {
      yield* freshRecords(unit);
      continue;
    }
    for (let old = olds.next(); old.done !== true; old = olds.next()) {
      if (old.value.unit === unit) {
        yield* take(old.value.records);
        break;
      }
      for await (const _dropped of take(old.value.records));
    }
  }
  // to the end, where the digest of what was kept is verified
  for await (const _dropped of take(Infinity));
}

/** Null for a file in no known format. */
function itemsOf(
  file: FeedFile,
  now: Date,
  reject: (record: string, reason: string) => void,
): Iterable<FeedItem> | null {
  try {
    const document = readDocument(file);
    const feed = document === null ? undefined : feedOf(document);
    return document === null || feed === undefined ? null : feed.read(document, now);
  } catch (error) {
    if (!(error instanceof AdvisoryError)) throw error;
    reject(file.path, error.message);
    return null;
  }
}

function isSqlite(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
}
