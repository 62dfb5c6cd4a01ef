import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { HallmarkError } from '../../model/errors.ts';
import { UpdateError } from '../errors.ts';
import { isOurOwn } from './conditional-files.ts';
import { createIntake, type FeedIntake, type IntakeReport } from './feed-intake.ts';
import {
  hasFacts,
  readState,
  removeOthers,
  writeState,
  type FactsState,
  type FeedState,
} from './feed-state.ts';
import type { FetchOrder } from './fetch-event.ts';
import { FETCHERS } from './fetchers.ts';
import { KEPT_FORMAT, openKept, writeKept } from './kept-facts.ts';
import type { Retrieval, Upstream } from './upstream.ts';
import { openWebClient, type WebOptions } from './web-client.ts';
import { formatSeconds } from '../../formats/time.ts';

/** A source that takes longer than this is given up for today. */
const MAX_FEED_MS = 4 * 3_600_000;

export interface FeedOptions {
  /** Of the source. */
  readonly folder: string;
  readonly now: Date;
  readonly web: WebOptions;
  /** Fetches everything again, whatever is there already. */
  readonly force?: boolean;
  /** Takes it although much has disappeared. */
  readonly acceptShrink?: boolean;
  readonly report?: (what: string) => void;
}

/**
 * Fetches what has changed of a source and keeps it. A source that fails, or has shrunk suspiciously, keeps its last good
 * facts; its state says so.
 *
 * @throws {UpdateError} FEEDS_NOT_WRITTEN; {AdvisoryError} DATABASE_NOT_WRITTEN; {OciError} OFFLINE: nothing was changed
 */
export async function updateFeed(
  upstream: Upstream & { readonly retrieval: Retrieval },
  options: FeedOptions,
): Promise<FeedState> {
  const { folder, now } = options;
  const before = readState(folder);
  const facts = hasFacts(folder, before?.facts ?? null) ? (before?.facts ?? null) : null;
  const about = {
    id: upstream.id,
    addresses: upstream.addresses,
    licence: upstream.licence,
    checkedAt: formatSeconds(Math.floor(now.getTime() / 1000)),
  };
  const broken = (error: unknown): FeedState => {
    const problem = error instanceof Error ? error.message : String(error);
    return { ...about, outcome: 'broken', problem, facts: before?.facts ?? null };
  };
  const isSame = before?.addresses.join(' ') === upstream.addresses.join(' ');
  const attempt = async (had: FactsState | null): Promise<FeedState> => {
    const intake = createIntake(now);
    try {
      const fetched = await fetchInto(intake, upstream, isSame ? had : null, had, options);
      return { ...about, ...(await settle(intake, fetched, had, about.checkedAt, options)) };
    } catch (error) {
      options.web.signal.throwIfAborted();
      if (!(error instanceof HallmarkError) || isOurOwn(error)) throw error;
      if (error.code === 'FEEDS_DAMAGED' && had !== null) return await attempt(null);
      return broken(error);
    } finally {
      intake.close();
    }
  };
  const state = await attempt(facts);
  writeState(folder, state);
  removeOthers(folder, state.facts);
  // what broke off goes on from there the next time
  if (state.outcome === 'updated' || state.outcome === 'unchanged')
    rmSync(join(folder, 'downloads'), { recursive: true, force: true });
  return state;
}

interface FetchedMark {
  readonly mark: unknown;
  /** Why it stopped half-way; what came before a checkpoint is good. */
  readonly stopped: HallmarkError | null;
}

async function fetchInto(
  intake: FeedIntake,
  upstream: Upstream & { readonly retrieval: Retrieval },
  marked: FactsState | null,
  facts: FactsState | null,
  { folder, web, now, report, force = false }: FeedOptions,
): Promise<FetchedMark> {
  const signal = AbortSignal.any([web.signal, AbortSignal.timeout(MAX_FEED_MS)]);
  const client = openWebClient({ ...web, signal });
  const order: FetchOrder = {
    upstream,
    web: client,
    folder: join(folder, 'downloads'),
    mark: force ? null : (marked?.mark ?? null),
    known: () => (force ? Promise.resolve(new Map()) : knownVersions(folder, facts)),
    now,
    environment: web.environment,
    offline: web.offline === true,
    signal,
    report: report ?? (() => {}),
  };
  const events = FETCHERS[upstream.retrieval.kind](order);
  let checkpoint: FetchedMark | null = null;
  try {
    // all of it is new, so nothing of the old stays
    if (force) intake.add({ kind: 'whole' });
    for (;;) {
      const { value, done } = await events.next();
      if (done === true) return { mark: value, stopped: null };
      if (value.kind === 'checkpoint') checkpoint = { mark: value.mark, stopped: null };
      else intake.add(value);
    }
  } catch (error) {
    if (signal.aborted && !web.signal.aborted) {
      const message = `${upstream.id} took longer than ${MAX_FEED_MS / 3_600_000} hours`;
      throw new UpdateError('FEED_BROKEN', message, { subject: upstream.id, cause: error });
    }
    if (checkpoint === null || force || !(error instanceof HallmarkError) || isOurOwn(error)) throw error;
    return { ...checkpoint, stopped: error };
  } finally {
    // where it stands still in the middle it may have a file or a program open
    await events.return(null);
    await client.close();
  }
}

async function knownVersions(folder: string, facts: FactsState | null): Promise<ReadonlyMap<string, string>> {
  if (facts === null) return new Map();
  const kept = await openKept(folder, facts.digest);
  await kept.close();
  return new Map(kept.units.map(({ unit, version }) => [unit, version]));
}

type Settled = Pick<FeedState, 'outcome' | 'problem' | 'facts'>;

async function settle(
  intake: FeedIntake,
  { mark, stopped }: FetchedMark,
  facts: FactsState | null,
  fetchedAt: string,
  options: FeedOptions,
): Promise<Settled> {
  const { folder } = options;
  const isEmpty = intake.isEmpty();
  const report = intake.report();
  const problem = problemOf(report, stopped);
  if (isEmpty) {
    const kept = facts === null || problem !== null ? facts : { ...facts, mark };
    return { outcome: problem === null ? 'unchanged' : 'broken', problem, facts: kept };
  }
  const old = facts === null ? null : await openKept(folder, facts.digest);
  try {
    const merged = intake.mergedWith(old);
    const records = merged.units.reduce((sum, unit) => sum + unit.records, 0);
    const shrunk = shrinkage(facts?.records ?? 0, records);
    if (shrunk !== null && options.acceptShrink !== true)
      return { outcome: 'held-back', problem: shrunk, facts };
    const digest = await writeKept(folder, merged);
    const { rejected, rejections, skipped } = report;
    const units = merged.units.length;
    // a mark says that everything before it is here, so it stays where it was while something is missing
    const next = problem !== null && stopped === null ? (facts?.mark ?? null) : mark;
    return {
      outcome: problem === null ? 'updated' : 'broken',
      problem,
      facts: {
        format: KEPT_FORMAT,
        digest,
        fetchedAt,
        units,
        records,
        rejected,
        rejections,
        skipped,
        mark: next,
      },
    };
  } finally {
    await old?.close();
  }
}

function problemOf({ failures }: IntakeReport, stopped: HallmarkError | null): string | null {
  const [first, ...others] = [...failures, ...(stopped === null ? [] : [stopped.message])];
  if (first === undefined) return null;
  return others.length === 0 ? first : `${first}; and ${others.length} more`;
}

/** Sources grow; a list of which a fifth has disappeared was more likely cut off than cleared. */
const SUSPICIOUS_SHARE = 0.2;
const UNSUSPICIOUS_RECORDS = 50;

function shrinkage(before: number, after: number): string | null {
  const lost = before - after;
  if (lost <= UNSUSPICIOUS_RECORDS || lost <= before * SUSPICIOUS_SHARE) return null;
  return `only ${after} of ${before} records are left; the old ones stay`;
}
