import type { DatabaseSync } from 'node:sqlite';
import type { AdvisorySource } from '../model/assessment.ts';
import type { Digest } from '../model/digest.ts';
import type { Advisory, AffectedPackage, SeverityStatement } from './advisory.ts';
import { contentDigest } from './content-digest.ts';
import { formatSeconds, laterDate, parseSeconds } from './dates.ts';
import { createTables, SCORE_UNIT } from './schema.ts';
import { sourceNamed } from './sources.ts';
import type { Staging } from './staging.ts';
import { encodeSeverities, encodeStatement } from './statement-codec.ts';

export interface Written {
  readonly digest: Digest;
  readonly newest: string | null;
  readonly sources: readonly AdvisorySource[];
  readonly advisories: number;
  readonly statements: number;
}

/**
 * Writes what was staged as an advisory database. Everything is numbered and inserted in an order that follows from the
 * facts alone, so that the same facts give the same bytes.
 */
export function writeDatabase(database: DatabaseSync, staging: Staging, now: Date): Written {
  createTables(database);
  database.exec('BEGIN');
  const facts = writeAdvisories(database, staging.advisories());
  const scores = writeScores(database, staging, facts.flaws);
  const exploited = writeKnownExploited(database, staging);
  const day = staging.scoreDate;
  if (exploited > 0) facts.count('cisa-kev', exploited, staging.exploitedReleased);
  if (day !== null) facts.count('epss', scores, `${day}T00:00:00Z`);
  const sources = writeSources(database, facts);
  const newest = sources.reduce<string | null>((latest, source) => laterDate(latest, source.newest), null);
  const digest = contentDigest(database);
  const meta = { built: formatSeconds(Math.floor(now.getTime() / 1000)), digest, newest, scores: day };
  const put = database.prepare('INSERT INTO meta VALUES (?, ?)');
  for (const [key, value] of Object.entries(meta)) if (value !== null) put.run(key, value);
  database.exec('COMMIT');
  return { digest, newest, sources, advisories: facts.advisories, statements: facts.statements };
}

/** Gives equal texts one number, from 1 in the order of first use. */
function createInterning(onNew: (number: number, text: string) => void): (text: string) => number {
  const numbers = new Map<string, number>();
  return (text) => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    const number = numbers.size + 1;
    numbers.set(text, number);
    onNew(number, text);
    return number;
  };
}

interface SourceTally {
  readonly number: number;
  records: number;
  newest: string | null;
}

interface WrittenFacts {
  readonly tallies: ReadonlyMap<string, SourceTally>;
  readonly flaws: ReadonlySet<string>;
  readonly advisories: number;
  readonly statements: number;
  count(source: string, records: number, newest: string | null): SourceTally;
}

function writeAdvisories(database: DatabaseSync, advisories: Iterable<Advisory>): WrittenFacts {
  const putStatement = database.prepare('INSERT INTO statement VALUES (?, ?)');
  const putSeverities = database.prepare('INSERT INTO severities VALUES (?, ?)');
  const putAdvisory = database.prepare('INSERT INTO advisory VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const statementNumber = createInterning((number, body) => putStatement.run(number, body));
  const severitiesNumber = createInterning((number, body) => putSeverities.run(number, body));
  const tallies = new Map<string, SourceTally>();
  const packages = createPackages();
  const flaws = new Set<string>();
  const flawSeverities = new Set<string>();
  let number = 0;

  function count(source: string, records: number, newest: string | null): SourceTally {
    const tally = tallies.get(source) ?? { number: tallies.size + 1, records: 0, newest: null };
    tally.records += records;
    tally.newest = laterDate(tally.newest, newest);
    tallies.set(source, tally);
    return tally;
  }

  for (const advisory of advisories) {
    if (advisory.affected.length === 0) continue;
    number += 1;
    const source = count(advisory.source, 1, laterDate(advisory.modified, advisory.published)).number;
    for (const entry of advisory.affected)
      packages.add(entry, number, statementNumber(encodeStatement(entry)));
    const stated =
      advisory.severities.length === 0 ? null : severitiesNumber(encodeSeverities(advisory.severities));
    putAdvisory.run(
      number,
      source,
      advisory.id,
      seconds(advisory.published),
      seconds(advisory.modified),
      seconds(advisory.withdrawn),
      stated,
      joinedIds(advisory.aliases),
      joinedIds(advisory.covers),
      advisory.url === (sourceNamed(advisory.source)?.page?.(advisory.id) ?? null) ? null : advisory.url,
    );
    for (const id of [advisory.id, ...advisory.aliases, ...advisory.covers]) flaws.add(id);
    if (advisory.withdrawn !== null) continue;
    for (const severities of severitySets(advisory)) {
      const set = severitiesNumber(encodeSeverities(severities));
      for (const flaw of ratedFlaws(advisory)) flawSeverities.add(`${flaw} ${source} ${set}`);
    }
  }
  const statements = packages.write(database);
  const putFlaw = database.prepare('INSERT INTO flaw_severity VALUES (?, ?, ?)');
  for (const row of [...flawSeverities].sort()) {
    const [flaw = '', source, set] = row.split(' ');
    putFlaw.run(flaw, Number(source), Number(set));
  }
  return { tallies, flaws, advisories: number, statements, count };
}

/** A record's own severity, or those it states package by package. */
function severitySets({ severities, affected }: Advisory): readonly (readonly SeverityStatement[])[] {
  return [severities, ...affected.map((entry) => entry.severities)].filter((set) => set.length > 0);
}

/** An erratum's severity is the highest of the flaws it fixes, so it rates a flaw only when there is one. */
function ratedFlaws({ id, aliases, covers }: Advisory): readonly string[] {
  return [id, ...aliases, ...(covers.length === 1 ? covers : [])];
}

/** Collects which statement speaks of which package, to be written in the order of the keys. */
function createPackages() {
  const ecosystems = new Map<string, Pick<AffectedPackage, 'naming' | 'scheme'>>();
  const numbers = new Map<string, number>();
  const rows: (readonly [key: number, advisory: number, statement: number])[] = [];
  return {
    add({ ecosystem, name, naming, scheme }: AffectedPackage, advisory: number, statement: number): void {
      if (!ecosystems.has(ecosystem)) ecosystems.set(ecosystem, { naming, scheme });
      const key = `${ecosystem}\n${name}`;
      const number = numbers.get(key) ?? numbers.size;
      numbers.set(key, number);
      rows.push([number, advisory, statement]);
    },
    write(database: DatabaseSync): number {
      const putEcosystem = database.prepare('INSERT INTO ecosystem VALUES (?, ?, ?, ?)');
      const putPackage = database.prepare('INSERT INTO package VALUES (?, ?, ?)');
      const ecosystemNumbers = new Map<string, number>();
      for (const [ecosystem, { naming, scheme }] of [...ecosystems].sort(([a], [b]) => (a < b ? -1 : 1))) {
        ecosystemNumbers.set(ecosystem, ecosystemNumbers.size + 1);
        putEcosystem.run(ecosystemNumbers.size, ecosystem, naming, scheme);
      }
      const ranks = new Map<number, number>();
      for (const key of [...numbers.keys()].sort()) {
        const [ecosystem = '', name = ''] = key.split('\n');
        ranks.set(numbers.get(key) ?? -1, ranks.size + 1);
        putPackage.run(ecosystemNumbers.get(ecosystem) ?? 0, name, ranks.size);
      }
      const putAffected = database.prepare('INSERT OR IGNORE INTO affected VALUES (?, ?, ?)');
      const ranked = rows.map(
        ([key, advisory, statement]) => [ranks.get(key) ?? 0, advisory, statement] as const,
      );
      ranked.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
      let written = 0;
      for (const row of ranked) written += Number(putAffected.run(...row).changes);
      return written;
    },
  };
}

/** Scores of flaws that some record names; those of all others could never be asked for. */
function writeScores(database: DatabaseSync, staging: Staging, flaws: ReadonlySet<string>): number {
  const put = database.prepare('INSERT INTO exploit_score VALUES (?, ?, ?)');
  let written = 0;
  for (const cve of [...new Set([...flaws, ...staging.exploited.keys()])].sort()) {
    const found = cve.startsWith('CVE-') ? staging.score(cve) : null;
    if (found === null) continue;
    put.run(cve, Math.round(found.score * SCORE_UNIT), Math.round(found.percentile * SCORE_UNIT));
    written += 1;
  }
  return written;
}

function writeKnownExploited(database: DatabaseSync, { exploited }: Staging): number {
  const put = database.prepare('INSERT INTO known_exploited VALUES (?, ?, ?, ?)');
  for (const [cve, { dateAdded, dueDate, ransomware }] of [...exploited].sort(([a], [b]) =>
    a < b ? -1 : 1,
  )) {
    put.run(cve, dateAdded, dueDate, Number(ransomware));
  }
  return exploited.size;
}

function writeSources(database: DatabaseSync, { tallies }: WrittenFacts): AdvisorySource[] {
  const put = database.prepare('INSERT INTO source VALUES (?, ?, ?, ?, ?, ?, ?)');
  const sources: AdvisorySource[] = [];
  for (const [id, { number, newest, records }] of tallies) {
    const described = sourceNamed(id);
    const source = {
      id,
      name: described?.name ?? id,
      licence: described?.licence ?? 'not stated',
      attribution: described?.attribution ?? null,
      newest,
      records,
    };
    put.run(number, id, source.name, source.licence, source.attribution, newest, records);
    sources.push(source);
  }
  return sources;
}

function seconds(date: string | null): number | null {
  return date === null ? null : parseSeconds(date);
}

/** Identifiers have no spaces. */
function joinedIds(ids: readonly string[]): string | null {
  return ids.length === 0 ? null : ids.join(' ');
}
