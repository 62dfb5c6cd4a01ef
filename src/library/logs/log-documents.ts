/** Logs and attempts as `hallmark library log` writes them: docs/schema/build-log-1.schema.json, build-attempts-1.schema.json. */
import { z } from 'zod';
import { ARCHITECTURE_NAMES } from '../../definitions/architectures.ts';
import { digestOf } from '../../model/digest.ts';
import type { ProgrammeSettings } from '../programme/programme.ts';
import { describeReasons } from '../plan/describe-reason.ts';
import { BuildReasonSchema } from '../plan/reason-schema.ts';
import type { Attempt } from '../state/programme-state.ts';
import { keptLogOf, passOnAttempt } from './attempt-log.ts';
import type { PublishedLog } from './published-log.ts';
import { formatSeconds } from '../../formats/time.ts';

const LOG_SCHEMA = 'hallmark.build-log/1';
const ATTEMPTS_SCHEMA = 'hallmark.build-attempts/1';

const time = z.iso.datetime();

const AttemptSchema = z
  .strictObject({
    attempt: z.int().min(1).describe('its number, by which --attempt asks for it'),
    tags: z.array(z.string()).readonly(),
    architecture: z.enum(ARCHITECTURE_NAMES),
    buildId: z.string(),
    generation: z.int().min(1),
    because: z.string().describe('the reasons in words'),
    reasons: z.array(BuildReasonSchema).readonly(),
    startedAt: time,
    endedAt: time.nullable().describe('null: it runs'),
    outcome: z.enum(['running', 'built', 'failed', 'lost']).describe('lost: its process was killed'),
    failure: z.string().nullable().describe('why it failed'),
    digest: z.string().nullable().describe('of the image that it made'),
    log: z.string().nullable().describe('file of its log; null: cleared away'),
  })
  .readonly();

export const BuildAttemptsDocument = z.strictObject({
  schema: z.literal(ATTEMPTS_SCHEMA),
  attempts: z.array(AttemptSchema).readonly().describe('the newest first'),
});

export const BuildLogDocument = z.strictObject({
  schema: z.literal(LOG_SCHEMA),
  reference: z.string(),
  attempt: AttemptSchema.nullable().describe('null: the log is from a registry'),
  image: z.string().nullable().describe('digest of the image that was built'),
  digest: z.string().describe('of the log as UTF-8'),
  vouchedBy: z
    .string()
    .nullable()
    .describe('identity of the key that signed provenance which names this log; null: nobody vouches for it'),
  text: z.string(),
});

export type AttemptDocument = z.infer<typeof AttemptSchema>;
export type BuildAttemptsDocument = z.infer<typeof BuildAttemptsDocument>;
export type BuildLogDocument = z.infer<typeof BuildLogDocument>;

export function toAttemptsDocument(
  attempts: readonly Attempt[],
  settings: Pick<ProgrammeSettings, 'state'>,
): BuildAttemptsDocument {
  return {
    schema: ATTEMPTS_SCHEMA,
    attempts: attempts.map((attempt) => toAttemptDocument(attempt, settings)),
  };
}

/** What an attempt has said so far. @throws {LibraryError} LOG_NOT_FOUND */
export function readAttemptLog(
  reference: string,
  attempt: Attempt,
  settings: Pick<ProgrammeSettings, 'state'>,
): BuildLogDocument {
  const parts: string[] = [];
  passOnAttempt(attempt, { settings, write: (part) => void parts.push(part) });
  const text = parts.join('');
  const { outcome } = attempt;
  return {
    schema: LOG_SCHEMA,
    reference,
    attempt: toAttemptDocument(attempt, settings),
    image: outcome.kind === 'built' ? outcome.digest : null,
    digest: digestOf(text),
    vouchedBy: null,
    text,
  };
}

export function toPublishedDocument(
  reference: string,
  { image, log, digest, vouchedBy }: PublishedLog,
): BuildLogDocument {
  const text = log.toString('utf8');
  return { schema: LOG_SCHEMA, reference, attempt: null, image, digest, vouchedBy, text };
}

function toAttemptDocument(attempt: Attempt, settings: Pick<ProgrammeSettings, 'state'>): AttemptDocument {
  const { id, tags, architecture, buildId, generation, reasons, startedAt, endedAt, outcome } = attempt;
  return {
    attempt: id,
    tags,
    architecture,
    buildId,
    generation,
    because: describeReasons(reasons),
    reasons: reasons.map((reason) => BuildReasonSchema.parse(reason)),
    startedAt: formatSeconds(startedAt),
    endedAt: endedAt === null ? null : formatSeconds(endedAt),
    outcome: outcome.kind,
    failure: outcome.kind === 'failed' ? `${outcome.code}: ${outcome.because}` : null,
    digest: outcome.kind === 'built' ? outcome.digest : null,
    log: keptLogOf(attempt, settings),
  };
}

/** The published JSON Schemas, draft 2020-12. */
export function buildLogJsonSchema(): object {
  return { $id: LOG_SCHEMA, ...z.toJSONSchema(BuildLogDocument) };
}

export function buildAttemptsJsonSchema(): object {
  return { $id: ATTEMPTS_SCHEMA, ...z.toJSONSchema(BuildAttemptsDocument) };
}
