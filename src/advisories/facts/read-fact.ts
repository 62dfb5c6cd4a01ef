import { z } from 'zod';
import { AdvisoryError } from '../errors.ts';
import type { Fact } from './fact.ts';
import { faultsOf, isIdentifier, isPlainText } from '../feed.ts';
import { readSeverities, readStatement } from '../database/statement-codec.ts';
import { VEX_JUSTIFICATIONS, VEX_STATUSES } from '../vex/vex-statement.ts';

/** A line of a delta is one record; the longest of 2026 has some megabytes. */
const MAX_LINE = 64 << 20;

const Text = z.string().refine(isPlainText, 'is empty, too long or has control characters');
const Identifier = z.string().refine(isIdentifier, 'is not an identifier');
const Day = z.iso.date();
const Time = z.iso.datetime();
const orNull = <T extends z.ZodType>(type: T) => type.nullable().default(null);
const list = <T extends z.ZodType>(type: T) => z.array(type).max(1_000_000).default([]);

const Severities = list(z.unknown()).transform((fields) => readSeverities(fields, 'a severity'));

const Entry = z
  .strictObject({
    ecosystem: Text,
    name: Text,
    naming: z.enum(['source', 'binary']),
    scheme: Text,
    statement: z.array(z.unknown()).max(20),
  })
  .transform(({ statement, ...about }) => ({ ...about, ...readStatement(statement, 'a statement') }));

const FactLine = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('source'),
      id: Identifier,
      name: Text,
      licence: Text,
      attribution: orNull(Text),
      edition: orNull(Time),
    })
    .transform(({ kind, ...source }) => ({ kind, source })),
  z
    .strictObject({
      kind: z.literal('advisory'),
      source: Identifier,
      id: Identifier,
      aliases: list(Identifier),
      covers: list(Identifier),
      published: orNull(Time),
      modified: orNull(Time),
      withdrawn: orNull(Time),
      severities: Severities,
      url: orNull(z.string().max(2_000)),
      affected: list(Entry),
    })
    .transform(({ kind, ...advisory }) => ({ kind, advisory })),
  z
    .strictObject({
      kind: z.literal('flaw'),
      id: Identifier,
      source: Identifier,
      published: orNull(Time),
      modified: orNull(Time),
      rejected: orNull(Time),
      severities: Severities,
      weaknesses: list(Identifier),
      report: orNull(
        z.strictObject({
          exploitation: z.enum(['none', 'poc', 'active']),
          automatable: orNull(z.boolean()),
          technicalImpact: orNull(z.enum(['partial', 'total'])),
        }),
      ),
    })
    .transform(({ kind, ...flaw }) => ({ kind, flaw })),
  z
    .strictObject({
      kind: z.literal('vex'),
      source: Identifier,
      document: Text,
      part: z.string().max(500).default(''),
      author: orNull(Text),
      modified: orNull(Time),
      flaws: list(Text),
      status: z.enum(VEX_STATUSES),
      justification: orNull(z.enum(VEX_JUSTIFICATIONS)),
      note: orNull(Text),
      products: list(
        z.strictObject({
          identifiers: list(Text),
          digests: list(Text),
          subcomponents: list(list(Text)),
        }),
      ),
    })
    .transform(({ kind, part, ...statement }) => ({ kind, part, statement })),
  z
    .strictObject({
      kind: z.literal('support'),
      product: Text,
      release: Text,
      source: Identifier,
      released: orNull(Day),
      endOfLife: orNull(Day),
      endOfExtendedSupport: orNull(Day),
    })
    .transform(({ kind, source, ...period }) => ({ kind, source, period })),
  z.strictObject({ kind: z.literal('repository'), name: Text, platforms: list(Text) }),
  z
    .strictObject({
      kind: z.literal('exploited'),
      cve: Identifier,
      dateAdded: Day,
      dueDate: orNull(Day),
      ransomware: z.boolean(),
    })
    .transform(({ kind, cve, ...entry }) => ({ kind, cve, entry })),
  z
    .strictObject({
      kind: z.literal('score'),
      cve: Identifier,
      score: z.number().min(0).max(1),
      percentile: z.number().min(0).max(1),
    })
    .transform(({ kind, ...score }) => ({ kind, score })),
]);

/**
 * The fact that `formatFact` wrote. The text may come from anywhere.
 *
 * @throws {AdvisoryError} FACT_UNREADABLE
 */
export function parseFact(line: string): Fact {
  const unreadable = (reason: string) =>
    new AdvisoryError('FACT_UNREADABLE', `not a fact: ${line.slice(0, 200)} (${reason})`);
  if (line.length > MAX_LINE) throw unreadable(`longer than ${MAX_LINE} characters`);
  try {
    const read = FactLine.safeParse(parseJson(line));
    if (read.success) return read.data;
    throw unreadable(faultsOf(read.error));
  } catch (error) {
    // the statement inside of it, which has a reader of its own
    if (error instanceof AdvisoryError && error.code === 'DATABASE_UNREADABLE')
      throw unreadable(error.message);
    throw error;
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
