import type { SeverityLevel } from '../../model/severity.ts';
import type { VersionInterval } from '../../versions/scheme.ts';
import type { AffectedPackage, SeverityStatement, SourceStatus } from '../advisory.ts';
import { AdvisoryError } from '../errors.ts';

/** What a statement says beside the package it is about; equal ones are stored once. */
export type StatementFacts = Omit<AffectedPackage, 'ecosystem' | 'name' | 'naming' | 'scheme'>;

/** Positions are part of the schema: append only. */
const STATUSES = [
  'affected',
  'not_affected',
  'under_investigation',
  'will_not_fix',
  'deferred',
  'end_of_life',
  'unimportant',
] as const satisfies readonly SourceStatus[];

const LEVELS: ReadonlySet<string> = new Set<SeverityLevel>([
  'critical',
  'high',
  'medium',
  'low',
  'negligible',
  'none',
  'unknown',
]);

/**
 * `[status, intervals, versions, status word, module, severities, architectures, channel, platforms]` as JSON, without
 * empty values at the end. Intervals are `[introduced, fixed, last affected, after introduced]`, shortened likewise.
 */
export function encodeStatement(facts: StatementFacts): string {
  return JSON.stringify(statementFields(facts));
}

/** What `encodeStatement` writes, as values. */
export function statementFields(facts: StatementFacts): readonly unknown[] {
  return shortened([
    STATUSES.indexOf(facts.status),
    facts.intervals.map(({ introduced, fixed, lastAffected, afterIntroduced }) =>
      shortened([introduced, fixed, lastAffected, afterIntroduced ?? null]),
    ),
    facts.versions,
    facts.statusWord,
    facts.module,
    facts.severities.map(severityFields),
    facts.architectures,
    facts.channel,
    facts.platforms,
  ]);
}

/** @throws {AdvisoryError} DATABASE_UNREADABLE */
export function decodeStatement(body: string): StatementFacts {
  return readStatement(parseList(body), body);
}

/**
 * The statement in the fields of `statementFields`.
 *
 * @param body what to call them in an error
 * @throws {AdvisoryError} DATABASE_UNREADABLE
 */
export function readStatement(fields: readonly unknown[], body: string): StatementFacts {
  const [status, intervals, versions, statusWord, module, severities, architectures, channel, platforms] =
    fields;
  const named = typeof status === 'number' ? STATUSES[status] : undefined;
  if (named === undefined) throw unreadable(body);
  return {
    status: named,
    statusWord: text(statusWord, body),
    intervals: list(intervals, body).map((interval) => decodeInterval(list(interval, body), body)),
    versions: texts(versions, body),
    severities: list(severities, body).map((fields) => decodeSeverity(list(fields, body), body)),
    architectures: texts(architectures, body),
    module: text(module, body),
    channel: text(channel, body),
    platforms: texts(platforms, body),
  };
}

/** Severities as JSON: `["3.1", vector]` or `[level, word]`. */
export function encodeSeverities(severities: readonly SeverityStatement[]): string {
  return JSON.stringify(severities.map(severityFields));
}

/** @throws {AdvisoryError} DATABASE_UNREADABLE */
export function decodeSeverities(body: string): SeverityStatement[] {
  return readSeverities(parseList(body), body);
}

/** The severities in the fields of `severityFields`. Throws as `decodeSeverities` does. */
export function readSeverities(fields: readonly unknown[], body: string): SeverityStatement[] {
  return fields.map((severity) => decodeSeverity(list(severity, body), body));
}

export function severityFields(statement: SeverityStatement): readonly [string, string] {
  return statement.kind === 'cvss'
    ? [statement.version, statement.vector]
    : [statement.level, statement.word];
}

function decodeSeverity([scale, said]: readonly unknown[], body: string): SeverityStatement {
  if (typeof said !== 'string') throw unreadable(body);
  if (scale === '2.0' || scale === '3.0' || scale === '3.1' || scale === '4.0') {
    return { kind: 'cvss', version: scale, vector: said };
  }
  if (typeof scale !== 'string' || !LEVELS.has(scale)) throw unreadable(body);
  return { kind: 'word', word: said, level: scale as SeverityLevel };
}

function decodeInterval(
  [introduced, fixed, lastAffected, afterIntroduced]: readonly unknown[],
  body: string,
): VersionInterval {
  return {
    introduced: text(introduced, body),
    fixed: text(fixed, body),
    lastAffected: text(lastAffected, body),
    ...(afterIntroduced === true ? { afterIntroduced } : {}),
  };
}

function shortened(values: readonly unknown[]): readonly unknown[] {
  const last = values.findLastIndex(
    (value) => value !== null && !(Array.isArray(value) && value.length === 0),
  );
  return values.slice(0, last + 1);
}

function parseList(body: string): readonly unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw unreadable(body);
  }
  return list(value, body);
}

function list(value: unknown, body: string): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw unreadable(body);
  return value as readonly unknown[];
}

function texts(value: unknown, body: string): string[] {
  return list(value, body).map((item) => {
    if (typeof item !== 'string') throw unreadable(body);
    return item;
  });
}

function text(value: unknown, body: string): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw unreadable(body);
  return value;
}

function unreadable(body: string): AdvisoryError {
  return new AdvisoryError(
    'DATABASE_UNREADABLE',
    `not a statement of an advisory database: ${body.slice(0, 200)}`,
  );
}
