/** Rows of a programme's state as the values that they hold. */
import type { SQLOutputValue } from 'node:sqlite';
import { z } from 'zod';
import type { Architecture } from '../../definitions/architectures.ts';
import { isObject, type JsonObject, parseJson } from '../../formats/json.ts';
import type { Admission } from '../admission/admission.ts';
import type { BuildId, RecipeId } from '../builds/build.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import { LedgerEventSchema } from '../ledger/read-ledger.ts';
import type { BuildReason } from '../plan/work.ts';
import { LibraryError } from '../errors.ts';
import type { SourceId } from '../sources/source.ts';
import { DAMAGED_REMEDY } from './disk-failure.ts';
import type {
  Attempt,
  AttemptOutcome,
  BuildRequestedByHand,
  BuiltImage,
  PublicationIntent,
} from './programme-state.ts';

export type Row = Record<string, SQLOutputValue>;

/** What `toAttempt` reads. */
export const ATTEMPT_COLUMNS =
  'attempts.id, attempts.build_id, attempts.generation, source_id, architecture, tags, parents, recipe_id, engine, arguments, reasons, started_at, ended_at, outcome, log';

/**
 * What this file wrote itself is read back as it is: no other program may write to it, and nothing in it decides what is published.
 *
 * @throws {LibraryError} STATE_UNREADABLE
 */
export function toAttempt(row: Row): Attempt {
  return {
    id: Number(row['id']),
    buildId: String(row['build_id']) as BuildId,
    generation: Number(row['generation']),
    sourceId: String(row['source_id']) as SourceId,
    architecture: String(row['architecture']) as Architecture,
    tags: listIn(row['tags']) as readonly string[],
    parents: listIn(row['parents']) as Attempt['parents'],
    recipeId: String(row['recipe_id']) as RecipeId,
    engine: recordIn(row['engine']) as unknown as Attempt['engine'],
    arguments: recordIn(row['arguments']) as Attempt['arguments'],
    reasons: listIn(row['reasons']) as readonly BuildReason[],
    startedAt: Number(row['started_at']),
    endedAt: row['ended_at'] === null ? null : Number(row['ended_at']),
    outcome: recordIn(row['outcome']) as unknown as AttemptOutcome,
    log: String(row['log']),
  };
}

export function toBuiltImage(row: Row): BuiltImage {
  return { admission: toAdmission(row), attempt: toAttempt(row) };
}

/** @throws as {@link toAttempt} */
export function toAdmission(row: Row): Admission {
  return recordIn(row['admission']) as unknown as Admission;
}

/** @throws as {@link toAttempt} */
export function toEntry(row: Row): LedgerEntry {
  return recordIn(row['entry']) as unknown as LedgerEntry;
}

const IntentSchema = z.object({
  id: z.string(),
  event: LedgerEventSchema,
  index: z.string(),
  at: z.string(),
});

/** Null for a note that cannot be carried out, because it is damaged. */
export function toIntent(row: Row): PublicationIntent | null {
  const { data } = IntentSchema.safeParse(parseJson(String(row['intent'])));
  // the branded texts in it are held against the definitions and the registry
  return data?.id === row['id'] ? (data as unknown as PublicationIntent) : null;
}

export function toRequest(row: Row): BuildRequestedByHand {
  return {
    sourceId: String(row['source_id']) as SourceId,
    architecture: String(row['architecture']) as Architecture,
    by: String(row['asked_by']),
    note: String(row['note']),
    at: Number(row['at']),
  };
}

/** An object among what a programme remembers as JSON. @throws {LibraryError} STATE_UNREADABLE: SQLite does not notice every damage */
export function recordIn(value: SQLOutputValue | undefined): JsonObject {
  const found = parseJson(String(value));
  if (!isObject(found)) throw damaged();
  return found;
}

/** @throws as {@link recordIn} */
function listIn(value: SQLOutputValue | undefined): readonly unknown[] {
  const found = parseJson(String(value));
  if (!Array.isArray(found)) throw damaged();
  return found;
}

function damaged(): LibraryError {
  const message = "the programme's state is damaged: a record in it is none of Hallmark's";
  return new LibraryError('STATE_UNREADABLE', message, { remedy: DAMAGED_REMEDY });
}
