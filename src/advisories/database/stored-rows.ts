/** Rows of the tables as the facts that `writer.ts` made them from. docs/database-schema.md has the tables. */
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { Epss, ExploitationReport, KnownExploited } from '../../model/finding.ts';
import type { Advisory, Flaw, SupportPeriod } from '../advisory.ts';
import { SCORE_UNIT } from './schema.ts';
import { decodeSeverities } from './statement-codec.ts';
import { formatSeconds } from '../../formats/time.ts';

export type Row = readonly SQLOutputValue[];

/** The identifier of a source by its number. */
export type SourceOf = (number: SQLOutputValue | undefined) => string;

export function prepareRows(database: DatabaseSync, sql: string): StatementSync {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
}

/** Rows of a statement that was prepared to return arrays, which the types of node:sqlite do not express. */
export function allRows(
  statement: StatementSync,
  ...parameters: readonly (string | number)[]
): readonly Row[] {
  return statement.all(...parameters) as unknown as readonly Row[];
}

/** As `allRows`, one row after the other. */
export function eachRow(database: DatabaseSync, sql: string): IterableIterator<Row> {
  return prepareRows(database, sql).iterate() as unknown as IterableIterator<Row>;
}

/** The columns of `toAdvisory`, of `advisory AS a` with `severities AS v`. */
export const ADVISORY_COLUMNS =
  'a.source, a.id, a.published, a.modified, a.withdrawn, v.body, a.aliases, a.covers, a.url';

/** Without `affected`, and with `url` null where the source's usual page is meant. */
export function toAdvisory(row: Row, sourceOf: SourceOf): Omit<Advisory, 'affected'> {
  const [source, id, published, modified, withdrawn, severities, aliases, covers, url] = row;
  return {
    id: String(id),
    source: sourceOf(source),
    aliases: splitNames(aliases),
    covers: splitNames(covers),
    published: dateOrNull(published),
    modified: dateOrNull(modified),
    withdrawn: dateOrNull(withdrawn),
    severities: typeof severities === 'string' ? decodeSeverities(severities) : [],
    url: textOrNull(url),
  };
}

/** The columns of `toFlaw`, of `flaw AS f` with `severities AS v`. */
export const FLAW_COLUMNS =
  'f.id, f.source, f.published, f.modified, f.rejected, v.body, f.weaknesses, f.report';

export function toFlaw(row: Row, sourceOf: SourceOf): Flaw {
  const [id, source, published, modified, rejected, severities, weaknesses, report] = row;
  return {
    id: String(id),
    source: sourceOf(source),
    published: dateOrNull(published),
    modified: dateOrNull(modified),
    rejected: dateOrNull(rejected),
    severities: typeof severities === 'string' ? decodeSeverities(severities) : [],
    weaknesses: splitNames(weaknesses),
    report: typeof report === 'string' ? decodeReport(report) : null,
  };
}

/** `active yes total`; `-` for an answer that was not given. */
export function encodeReport({ exploitation, automatable, technicalImpact }: ExploitationReport): string {
  const answer = automatable === null ? '-' : automatable ? 'yes' : 'no';
  return `${exploitation} ${answer} ${technicalImpact ?? '-'}`;
}

function decodeReport(text: string): ExploitationReport {
  const [exploitation, automatable, technicalImpact] = text.split(' ');
  return {
    exploitation: exploitation === 'active' || exploitation === 'poc' ? exploitation : 'none',
    automatable: automatable === 'yes' ? true : automatable === 'no' ? false : null,
    technicalImpact: technicalImpact === 'total' || technicalImpact === 'partial' ? technicalImpact : null,
  };
}

/** The columns of `toSupportPeriod`, of `support_period`. */
export const SUPPORT_COLUMNS = 'product, release, released, end_of_life, end_of_extended_support';

export function toSupportPeriod(row: Row): SupportPeriod {
  const [product, release, released, endOfLife, endOfExtendedSupport] = row;
  return {
    product: String(product),
    release: String(release),
    released: textOrNull(released),
    endOfLife: textOrNull(endOfLife),
    endOfExtendedSupport: textOrNull(endOfExtendedSupport),
  };
}

/** The columns of `toKnownExploited`, of `known_exploited`. */
export const EXPLOITED_COLUMNS = 'added, due, ransomware';

export function toKnownExploited([added, due, ransomware]: Row): KnownExploited {
  return { dateAdded: String(added), dueDate: textOrNull(due), ransomware: ransomware === 1 };
}

/** The columns of `toScore`, of `exploit_score`. */
export const SCORE_COLUMNS = 'score, percentile';

export function toScore([score, percentile]: Row): Omit<Epss, 'date'> {
  return { score: Number(score) / SCORE_UNIT, percentile: Number(percentile) / SCORE_UNIT };
}

export function textOrNull(value: SQLOutputValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/** Seconds since 1970 as RFC 3339. */
export function dateOrNull(value: SQLOutputValue | undefined): string | null {
  return typeof value === 'number' ? formatSeconds(value) : null;
}

/** Names with blanks between. */
export function splitNames(value: SQLOutputValue | undefined): readonly string[] {
  return typeof value === 'string' && value !== '' ? value.split(' ') : [];
}
