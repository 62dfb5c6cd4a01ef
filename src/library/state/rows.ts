/** Rows of a programme's state as the values that they hold. */
import type { SQLOutputValue } from 'node:sqlite';
import type { Architecture } from '../../definitions/architectures.ts';
import type { Admission } from '../admission/admission.ts';
import type { BuildId, RecipeId } from '../builds/build.ts';
import type { BuildReason } from '../plan/work.ts';
import { LibraryError } from '../errors.ts';
import type { SourceId } from '../sources/source.ts';
import { DAMAGED_REMEDY } from './disk-failure.ts';
import type { Attempt, AttemptOutcome, BuildRequestedByHand, BuiltImage } from './programme-state.ts';

export type Row = Record<string, SQLOutputValue>;

/** What `toAttempt` reads. */
export const ATTEMPT_COLUMNS =
  'attempts.id, attempts.build_id, attempts.generation, source_id, architecture, tags, parents, recipe_id, engine, arguments, reasons, started_at, ended_at, outcome, log';

/** What this file wrote itself is read back as it is: no other program may write to it, and nothing in it decides what is published. */
export function toAttempt(row: Row): Attempt {
  return {
    id: Number(row['id']),
    buildId: String(row['build_id']) as BuildId,
    generation: Number(row['generation']),
    sourceId: String(row['source_id']) as SourceId,
    architecture: String(row['architecture']) as Architecture,
    tags: fromJson(row['tags']) as readonly string[],
    parents: fromJson(row['parents']) as Attempt['parents'],
    recipeId: String(row['recipe_id']) as RecipeId,
    engine: fromJson(row['engine']) as Attempt['engine'],
    arguments: fromJson(row['arguments']) as Attempt['arguments'],
    reasons: fromJson(row['reasons']) as readonly BuildReason[],
    startedAt: Number(row['started_at']),
    endedAt: row['ended_at'] === null ? null : Number(row['ended_at']),
    outcome: fromJson(row['outcome']) as AttemptOutcome,
    log: String(row['log']),
  };
}

export function toBuiltImage(row: Row): BuiltImage {
  return { admission: fromJson(row['admission']) as Admission, attempt: toAttempt(row) };
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

/** @throws {LibraryError} STATE_UNREADABLE: SQLite does not notice every damage */
export function fromJson(value: SQLOutputValue | undefined): unknown {
  try {
    return JSON.parse(String(value));
  } catch (cause) {
    throw new LibraryError(
      'STATE_UNREADABLE',
      "the programme's state is damaged: a record in it is no JSON",
      {
        cause,
        remedy: DAMAGED_REMEDY,
      },
    );
  }
}
