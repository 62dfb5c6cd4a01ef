import { DatabaseSync } from 'node:sqlite';
import type { AdvisorySource } from '../../model/assessment.ts';
import type { Digest } from '../../model/digest.ts';
import type { Advisory, Flaw, SeverityStatement } from '../advisory.ts';
import { createContentDigest } from '../facts/content-digest.ts';
import { laterDate, parseSeconds } from '../dates.ts';
import type { Fact, SourceFact } from '../facts/fact.ts';
import { createPackageTable } from './package-table.ts';
import { createTables, SCORE_UNIT } from './schema.ts';
import { sourceNamed } from '../sources.ts';
import { encodeSeverities, encodeStatement } from './statement-codec.ts';
import { encodeReport } from './stored-rows.ts';
import { encodeVex } from '../vex/stored-vex.ts';
import { vexProductKey } from '../vex/vex-product-key.ts';
import { formatSeconds } from '../../formats/time.ts';

export interface Written {
  readonly digest: Digest;
  readonly newest: string | null;
  readonly sources: readonly AdvisorySource[];
  readonly advisories: number;
  readonly statements: number;
}

/**
 * Writes facts as an advisory database. Everything is numbered and inserted in the order of the facts, so that the same
 * facts give the same bytes.
 *
 * @param facts in the order of `compareFacts`
 * @param now the time of building
 */
export function writeDatabase(database: DatabaseSync, facts: Iterable<Fact>, now: Date): Written {
  createTables(database);
  database.exec('BEGIN');
  const digest = createContentDigest();
  const tables = createWriter(database);
  for (const fact of facts) {
    digest.add(fact);
    tables.write(fact);
  }
  const written = { ...tables.finish(), digest: digest.finish() };
  const built = formatSeconds(Math.floor(now.getTime() / 1000));
  const scores = written.sources.find(({ id }) => id === 'epss')?.newest?.slice(0, 10) ?? null;
  const put = database.prepare('INSERT INTO meta VALUES (?, ?)');
  const partial = tables.partialEcosystems().join('\n') || null;
  const meta = { built, digest: written.digest, newest: written.newest, partial, scores };
  for (const [key, value] of Object.entries(meta)) if (value !== null) put.run(key, value);
  database.exec('COMMIT');
  return written;
}

/** Writes facts as a new database file. */
export function writeDatabaseFile(file: string, facts: Iterable<Fact>, now: Date): Written {
  const database = new DatabaseSync(file);
  try {
    return writeDatabase(database, facts, now);
  } finally {
    database.close();
  }
}

interface SourceTally extends SourceFact {
  readonly number: number;
  records: number;
  newest: string | null;
}

interface Writer {
  write(fact: Fact): void;
  finish(): Omit<Written, 'digest'>;
  /** Those about which no source speaks that means to know all of their flaws. */
  partialEcosystems(): readonly string[];
}

function createWriter(database: DatabaseSync): Writer {
  const put = statementsOf(database);
  const statementNumber = createInterning((number, body) => put.statement.run(number, body));
  const severitiesNumber = createInterning((number, body) => put.severities.run(number, body));
  const tallies = new Map<string, SourceTally>();
  const packages = createPackageTable();
  const ecosystems = { whole: new Set<string>(), partial: new Set<string>() };
  const flawSeverities = new Set<string>();
  let advisories = 0;
  let vexStatements = 0;

  function addSource(source: SourceFact): void {
    tallies.set(source.id, { ...source, number: tallies.size + 1, records: 0, newest: source.edition });
  }

  /** Counts a record, and gives the source's number. */
  function count(id: string, date: string | null): number {
    const tally = tallies.get(id);
    if (tally === undefined) throw new Error(`no fact describes the source ${id}`);
    tally.records += 1;
    tally.newest = laterDate(tally.newest, date);
    return tally.number;
  }

  function severitiesOf(stated: readonly SeverityStatement[]): number | null {
    return stated.length === 0 ? null : severitiesNumber(encodeSeverities(stated));
  }

  function addAdvisory(advisory: Advisory): void {
    advisories += 1;
    const source = count(advisory.source, laterDate(advisory.modified, advisory.published));
    const isPartial = sourceNamed(advisory.source)?.partial === true;
    for (const entry of advisory.affected) {
      packages.add(entry, advisories, statementNumber(encodeStatement(entry)));
      (isPartial ? ecosystems.partial : ecosystems.whole).add(entry.ecosystem);
    }
    put.advisory.run(
      advisories,
      source,
      advisory.id,
      seconds(advisory.published),
      seconds(advisory.modified),
      seconds(advisory.withdrawn),
      severitiesOf(advisory.severities),
      joinedNames(advisory.aliases),
      joinedNames(advisory.covers),
      advisory.url,
    );
    if (advisory.withdrawn !== null) return;
    for (const severities of severitySets(advisory)) {
      const set = severitiesNumber(encodeSeverities(severities));
      for (const flaw of ratedFlaws(advisory)) flawSeverities.add(`${flaw} ${source} ${set}`);
    }
  }

  function addFlaw(flaw: Flaw): void {
    put.flaw.run(
      flaw.id,
      count(flaw.source, laterDate(flaw.modified, flaw.published)),
      seconds(flaw.published),
      seconds(flaw.modified),
      seconds(flaw.rejected),
      severitiesOf(flaw.severities),
      joinedNames(flaw.weaknesses),
      flaw.report === null ? null : encodeReport(flaw.report),
    );
  }

  function addVex(fact: Extract<Fact, { kind: 'vex' }>): void {
    const { statement } = fact;
    vexStatements += 1;
    put.vex.run(vexStatements, count(statement.source, statement.modified), encodeVex(statement, fact.part));
    const keys = statement.products.flatMap(({ identifiers, digests }) => [
      ...identifiers.map(vexProductKey),
      ...digests,
    ]);
    for (const key of new Set(keys)) put.vexProduct.run(key, vexStatements);
  }

  function writeFlawSeverities(): void {
    for (const row of [...flawSeverities].sort()) {
      const [flaw = '', source, set] = row.split(' ');
      put.flawSeverity.run(flaw, Number(source), Number(set));
    }
  }

  function writeSources(): AdvisorySource[] {
    return [...tallies.values()].map(
      ({ number, id, name, licence, attribution, edition, newest, records }) => {
        put.source.run(number, id, name, licence, attribution, seconds(edition), seconds(newest), records);
        return { id, name, licence, attribution, newest, records };
      },
    );
  }

  return {
    write(fact) {
      switch (fact.kind) {
        case 'source':
          addSource(fact.source);
          break;
        case 'advisory':
          addAdvisory(fact.advisory);
          break;
        case 'flaw':
          addFlaw(fact.flaw);
          break;
        case 'vex':
          addVex(fact);
          break;
        case 'support': {
          const { product, release, released, endOfLife, endOfExtendedSupport } = fact.period;
          const source = count(fact.source, null);
          put.support.run(product, release, source, released, endOfLife, endOfExtendedSupport);
          break;
        }
        case 'repository':
          put.repository.run(fact.name, fact.platforms.join(' '));
          break;
        case 'exploited': {
          const { dateAdded, dueDate, ransomware } = fact.entry;
          count('cisa-kev', null);
          put.exploited.run(fact.cve, dateAdded, dueDate, Number(ransomware));
          break;
        }
        case 'score': {
          const { cve, score, percentile } = fact.score;
          count('epss', null);
          put.score.run(cve, Math.round(score * SCORE_UNIT), Math.round(percentile * SCORE_UNIT));
          break;
        }
      }
    },
    finish() {
      const statements = packages.write(database);
      writeFlawSeverities();
      const sources = writeSources();
      const newest = sources.reduce<string | null>(
        (latest, source) => laterDate(latest, source.newest),
        null,
      );
      return { newest, sources, advisories, statements };
    },
    partialEcosystems: () => [...ecosystems.partial.difference(ecosystems.whole)].sort(),
  };
}

function statementsOf(database: DatabaseSync) {
  const insert = (table: string, columns: number) =>
    database.prepare(`INSERT INTO ${table} VALUES (${Array<string>(columns).fill('?').join(', ')})`);
  return {
    source: insert('source', 8),
    statement: insert('statement', 2),
    severities: insert('severities', 2),
    advisory: insert('advisory', 10),
    flawSeverity: insert('flaw_severity', 3),
    flaw: insert('flaw', 8),
    vex: insert('vex', 3),
    vexProduct: insert('vex_product', 2),
    support: insert('support_period', 6),
    repository: insert('repository', 2),
    exploited: insert('known_exploited', 4),
    score: insert('exploit_score', 3),
  };
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

/** A record's own severity, or those it states package by package. */
function severitySets({ severities, affected }: Advisory): readonly (readonly SeverityStatement[])[] {
  return [severities, ...affected.map((entry) => entry.severities)].filter((set) => set.length > 0);
}

/** An erratum's severity is the highest of the flaws it fixes, so it rates a flaw only when there is one. */
function ratedFlaws({ id, aliases, covers }: Advisory): readonly string[] {
  return [id, ...aliases, ...(covers.length === 1 ? covers : [])];
}

function seconds(date: string | null): number | null {
  return date === null ? null : parseSeconds(date);
}

/** Identifiers have no spaces. */
function joinedNames(names: readonly string[]): string | null {
  return names.length === 0 ? null : names.join(' ');
}
