import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import type { AffectedPackage } from '../advisory.ts';
import { canonicalAdvisory, type Fact } from '../facts/fact.ts';
import { decodeStatement } from './statement-codec.ts';
import {
  ADVISORY_COLUMNS,
  dateOrNull,
  eachRow,
  EXPLOITED_COLUMNS,
  FLAW_COLUMNS,
  SCORE_COLUMNS,
  splitNames,
  SUPPORT_COLUMNS,
  textOrNull,
  toAdvisory,
  toFlaw,
  toKnownExploited,
  toScore,
  toSupportPeriod,
  type SourceOf,
} from './stored-rows.ts';
import { decodeVex } from '../vex/stored-vex.ts';

/** The facts of a database file, which is open while they are taken. Throws as `storedFacts` does. */
export function* factsOfFile(file: string): Iterable<Fact> {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    yield* storedFacts(database);
  } finally {
    database.close();
  }
}

/**
 * The facts of a database in their order: what `writeDatabase` was given. Takes one pass over each table, so that memory
 * does not follow their number.
 *
 * @throws {AdvisoryError} DATABASE_UNREADABLE, or what SQLite throws about a damaged file
 */
export function* storedFacts(database: DatabaseSync): Iterable<Fact> {
  const names = new Map<SQLOutputValue, string>();
  for (const [number, id, name, licence, attribution, edition] of eachRow(
    database,
    'SELECT number, id, name, licence, attribution, edition FROM source ORDER BY number',
  )) {
    names.set(number ?? null, String(id));
    const source = {
      id: String(id),
      name: String(name),
      licence: String(licence),
      attribution: textOrNull(attribution),
      edition: dateOrNull(edition),
    };
    yield { kind: 'source', source };
  }
  const sourceOf: SourceOf = (number) => names.get(number ?? null) ?? '';
  yield* storedAdvisories(database, sourceOf);
  for (const row of eachRow(
    database,
    `SELECT ${FLAW_COLUMNS} FROM flaw AS f LEFT JOIN severities AS v ON v.number = f.severities ORDER BY f.id, f.source`,
  ))
    yield { kind: 'flaw', flaw: toFlaw(row, sourceOf) };
  for (const [source, body] of eachRow(database, 'SELECT source, body FROM vex ORDER BY number'))
    yield { kind: 'vex', ...decodeVex(String(body), sourceOf(source)) };
  for (const [source, ...period] of eachRow(
    database,
    `SELECT source, ${SUPPORT_COLUMNS} FROM support_period ORDER BY product, release`,
  ))
    yield { kind: 'support', source: sourceOf(source), period: toSupportPeriod(period) };
  for (const [name, platforms] of eachRow(database, 'SELECT name, platforms FROM repository ORDER BY name'))
    yield { kind: 'repository', name: String(name), platforms: splitNames(platforms) };
  for (const [cve, ...entry] of eachRow(
    database,
    `SELECT cve, ${EXPLOITED_COLUMNS} FROM known_exploited ORDER BY cve`,
  ))
    yield { kind: 'exploited', cve: String(cve), entry: toKnownExploited(entry) };
  for (const [cve, ...score] of eachRow(
    database,
    `SELECT cve, ${SCORE_COLUMNS} FROM exploit_score ORDER BY cve`,
  ))
    yield { kind: 'score', score: { cve: String(cve), ...toScore(score) } };
}

function* storedAdvisories(database: DatabaseSync, sourceOf: SourceOf): Iterable<Fact> {
  const entriesOf = entriesByAdvisory(database);
  for (const [number, ...row] of eachRow(
    database,
    `SELECT a.number, ${ADVISORY_COLUMNS} FROM advisory AS a LEFT JOIN severities AS v ON v.number = a.severities
     ORDER BY a.number`,
  )) {
    const advisory = { ...toAdvisory(row, sourceOf), affected: entriesOf(Number(number)) };
    yield { kind: 'advisory', advisory: canonicalAdvisory(advisory) };
  }
}

/** Gives the entries of one advisory after the other, which are read along with the advisories. */
function entriesByAdvisory(database: DatabaseSync): (advisory: number) => readonly AffectedPackage[] {
  const ecosystems = new Map<SQLOutputValue, Pick<AffectedPackage, 'ecosystem' | 'naming' | 'scheme'>>();
  for (const [number, ecosystem, naming, scheme] of eachRow(
    database,
    'SELECT number, name, naming, scheme FROM ecosystem',
  )) {
    ecosystems.set(number ?? null, {
      ecosystem: String(ecosystem),
      naming: naming === 'source' ? 'source' : 'binary',
      scheme: String(scheme),
    });
  }
  const found = eachRow(
    database,
    `SELECT f.advisory, p.ecosystem, p.name, s.body FROM affected AS f
     JOIN package AS p ON p.number = f.package JOIN statement AS s ON s.number = f.statement ORDER BY f.advisory`,
  );
  let next = found.next();
  return (advisory) => {
    const entries: AffectedPackage[] = [];
    while (next.done !== true && Number(next.value[0]) <= advisory) {
      const [of, ecosystem, name, body] = next.value;
      const about = ecosystems.get(ecosystem ?? null);
      if (Number(of) === advisory && about !== undefined)
        entries.push({ ...about, name: String(name), ...decodeStatement(String(body)) });
      next = found.next();
    }
    return entries;
  };
}
