import { stat } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import type { AdvisorySource } from '../model/assessment.ts';
import type { Digest } from '../model/digest.ts';
import { AdvisoryError } from './errors.ts';
import { readDocument } from './files/feed-document.ts';
import { feedFiles, type FoundFile } from './files/feed-files.ts';
import type { FeedItem } from './feed.ts';
import { feedOf } from './feeds/register.ts';
import { replaceDatabaseFile } from './database/replace-file.ts';
import { createStaging, type Staging } from './database/staging.ts';
import { writeDatabaseFile } from './database/writer.ts';
import { formatSeconds } from '../formats/time.ts';

export interface BuildOptions {
  /** Folder with advisory data, packed or not, in any arrangement; or several folders and files. */
  readonly from: string | readonly string[];
  /** File to write; what is there is replaced when the new database is complete. */
  readonly output: string;
  /** Time of building: no date of a record counts as later. */
  readonly now: Date;
  readonly onProgress?: (progress: BuildProgress) => void;
  /** Stops the build and leaves nothing behind. */
  readonly signal?: AbortSignal;
}

export type BuildProgress =
  | { readonly kind: 'reading'; readonly path: string; readonly files: number; readonly records: number }
  | { readonly kind: 'writing' };

export interface RejectedRecord {
  /** File and identifier. */
  readonly record: string;
  readonly reason: string;
}

/** What a build made, and what of the folder did not become part of it. */
export interface BuildReport {
  readonly output: string;
  readonly sizeBytes: number;
  readonly built: string;
  readonly newest: string | null;
  readonly digest: Digest;
  readonly sources: readonly AdvisorySource[];
  readonly advisories: number;
  readonly statements: number;
  /** Files whose format was recognised. */
  readonly filesRead: number;
  /** Files in no format that Hallmark reads, by archive or folder. */
  readonly filesUnknown: ReadonlyMap<string, number>;
  /** Broken records and files; only the first thousand are listed. */
  readonly rejected: readonly RejectedRecord[];
  readonly rejectedCount: number;
  /** Sound records that state nothing about a flaw in a package, by reason. */
  readonly skipped: ReadonlyMap<string, number>;
}

const MAX_LISTED = 1_000;

/**
 * Builds an advisory database from a folder of feeds. The same folder and time give the same bytes.
 *
 * @throws {AdvisoryError} FEEDS_NOT_FOUND, FEEDS_UNKNOWN, DATABASE_NOT_WRITTEN, BUILD_INTERRUPTED
 */
export async function buildDatabase(options: BuildOptions): Promise<BuildReport> {
  const { output, now, signal } = options;
  const staging = createStaging();
  try {
    const tally = createTally();
    const from = typeof options.from === 'string' ? [options.from] : options.from;
    for await (const found of feedFiles(from)) {
      stopWhenAborted(signal);
      await readFile(found, options, staging, tally);
    }
    if (tally.filesRead === 0) {
      const subject = from.join(', ');
      const [first] = tally.rejected;
      const why = first === undefined ? '' : `; ${first.record}: ${first.reason}`;
      throw new AdvisoryError('FEEDS_UNKNOWN', `no advisory data that Hallmark reads in ${subject}${why}`, {
        subject,
      });
    }
    options.onProgress?.({ kind: 'writing' });
    stopWhenAborted(signal);
    const written = replaceDatabaseFile(output, (file) => writeDatabaseFile(file, staging.facts(), now));
    for (const [reason, count] of staging.skipped) increment(tally.skipped, reason, count);
    const { size } = await stat(output);
    return {
      output,
      sizeBytes: size,
      built: formatSeconds(Math.floor(now.getTime() / 1000)),
      ...written,
      ...tally,
    };
  } finally {
    staging.close();
  }
}

interface Tally {
  filesRead: number;
  readonly filesUnknown: Map<string, number>;
  readonly rejected: RejectedRecord[];
  rejectedCount: number;
  readonly skipped: Map<string, number>;
}

function createTally(): Tally {
  return { filesRead: 0, filesUnknown: new Map(), rejected: [], rejectedCount: 0, skipped: new Map() };
}

async function readFile(
  found: FoundFile,
  options: BuildOptions,
  staging: Staging,
  tally: Tally,
): Promise<void> {
  if (found.kind === 'problem') {
    reject(tally, found.path, found.reason);
    return;
  }
  const { path } = found.file;
  let records = 0;
  for (const item of itemsOf(found, options.now, tally)) {
    if (item.kind === 'rejected') reject(tally, item.record, item.reason);
    else if (item.kind === 'skipped') increment(tally.skipped, item.reason);
    else {
      staging.add(item);
      records += 1;
    }
  }
  if (records === 0) return;
  options.onProgress?.({ kind: 'reading', path, files: tally.filesRead, records });
  // lets a signal and a progress line through: everything else here is synchronous
  await setImmediate();
}

function itemsOf(
  { file, place }: Extract<FoundFile, { kind: 'file' }>,
  now: Date,
  tally: Tally,
): Iterable<FeedItem> {
  try {
    const document = readDocument(file);
    const feed = document === null ? undefined : feedOf(document);
    if (document !== null && feed !== undefined) {
      tally.filesRead += 1;
      return feed.read(document, now);
    }
  } catch (error) {
    if (!(error instanceof AdvisoryError)) throw error;
    return [{ kind: 'rejected', record: file.path, reason: error.message }];
  }
  increment(tally.filesUnknown, place);
  return [];
}

function reject(tally: Tally, record: string, reason: string): void {
  tally.rejectedCount += 1;
  if (tally.rejected.length < MAX_LISTED) tally.rejected.push({ record, reason });
}

function increment(counts: Map<string, number>, key: string, by = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

function stopWhenAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw new AdvisoryError('BUILD_INTERRUPTED', 'building the advisory database was interrupted', {
      cause: signal.reason,
    });
  }
}
