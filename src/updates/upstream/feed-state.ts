import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { replaceDatabaseFile } from '../../advisories/database/replace-file.ts';
import { KEPT_FORMAT, keptFile } from './kept-facts.ts';

/**
 * What is known of a source: what came of the last attempt, and which facts count. Replacing this file is the one step by
 * which a fetch takes effect.
 */
export interface FeedState {
  readonly id: string;
  readonly addresses: readonly string[];
  readonly licence: string;
  /** RFC 3339: the last attempt. */
  readonly checkedAt: string;
  readonly outcome: FeedOutcome;
  /** Why the source is broken or held back; null where it is neither. */
  readonly problem: string | null;
  /** The last good facts; null where there never were any. */
  readonly facts: FactsState | null;
}

/** `held-back`: so much had disappeared that the old facts stay. `broken`: something could not be had or read. */
export const FEED_OUTCOMES = ['updated', 'unchanged', 'held-back', 'broken'] as const;
export type FeedOutcome = (typeof FEED_OUTCOMES)[number];

export interface FactsState {
  readonly format: string;
  /** SHA-256 of the file, in hexadecimal digits. */
  readonly digest: string;
  /** RFC 3339: when they last changed. */
  readonly fetchedAt: string;
  readonly units: number;
  readonly records: number;
  readonly rejected: number;
  readonly rejections: readonly string[];
  readonly skipped: number;
  /** For the next fetch, as its way of fetching needs it. */
  readonly mark: unknown;
}

const State = z.object({
  id: z.string(),
  addresses: z.array(z.string()),
  licence: z.string(),
  checkedAt: z.iso.datetime(),
  outcome: z.enum(FEED_OUTCOMES),
  problem: z.string().nullable(),
  facts: z
    .object({
      format: z.string(),
      digest: z.string().regex(/^[0-9a-f]{64}$/),
      fetchedAt: z.iso.datetime(),
      units: z.int(),
      records: z.int(),
      rejected: z.int(),
      rejections: z.array(z.string()),
      skipped: z.int(),
      mark: z.unknown(),
    })
    .nullable(),
});

/** @param dataDirectory Hallmark's own, `$XDG_DATA_HOME/hallmark` */
export function feedsFolder(dataDirectory: string): string {
  return join(dataDirectory, 'feeds');
}

/** Null for a source that was never fetched, and where what was written of it cannot be read. */
export function readState(folder: string): FeedState | null {
  const file = join(folder, 'state.json');
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return null;
  try {
    const state = State.parse(JSON.parse(readFileSync(file, 'utf8')));
    return {
      ...state,
      facts: state.facts === null ? null : { ...state.facts, mark: state.facts.mark ?? null },
    };
  } catch {
    // replaced whole whenever it is written: somebody else changed it, and everything is fetched again
    return null;
  }
}

/** @throws {AdvisoryError} DATABASE_NOT_WRITTEN */
export function writeState(folder: string, state: FeedState): void {
  mkdirSync(folder, { recursive: true });
  replaceDatabaseFile(join(folder, 'state.json'), (partial) =>
    writeFileSync(partial, `${JSON.stringify(state, null, 2)}\n`),
  );
}

/** Whether the facts are there, and in the form in which this Hallmark keeps them. */
export function hasFacts(folder: string, facts: FactsState | null): facts is FactsState {
  return (
    facts?.format === KEPT_FORMAT &&
    statSync(keptFile(folder, facts.digest), { throwIfNoEntry: false }) !== undefined
  );
}

/** Removes facts that no longer count, and what a killed process left. Only who holds the lock may. */
export function removeOthers(folder: string, facts: FactsState | null): void {
  const kept = facts === null ? null : basename(keptFile(folder, facts.digest));
  for (const name of readdirSync(folder)) {
    if (name.startsWith('facts') && name !== kept) rmSync(join(folder, name), { force: true });
  }
}
