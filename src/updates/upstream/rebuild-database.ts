import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceDatabaseFile } from '../../advisories/database/replace-file.ts';
import { createStaging } from '../../advisories/database/staging.ts';
import { writeDatabaseFile } from '../../advisories/database/writer.ts';
import type { Digest } from '../../model/digest.ts';
import { contentOf } from '../database-content.ts';
import { UpdateError } from '../errors.ts';
import { hasFacts, type FeedState } from './feed-state.ts';
import { openKept } from './kept-facts.ts';
import { parseItem } from './kept-item.ts';

export interface KeptFeed {
  readonly folder: string;
  readonly state: FeedState;
}

export interface Rebuild {
  /** False: the database had been made of these very facts already. */
  readonly isNew: boolean;
  readonly content: Digest;
}

export interface RebuildOptions {
  /** Sources with facts; null of one that was never fetched. In the order of their identifiers. */
  readonly feeds: readonly KeptFeed[];
  /** The database to write. */
  readonly output: string;
  /** Where it is noted of which facts the database was made. */
  readonly noteFile: string;
  readonly now: Date;
  readonly signal: AbortSignal;
  readonly force?: boolean;
}

/**
 * Makes the database of what is kept of the sources, if it is not that already. It takes its place in one step; whoever
 * has the old one open goes on reading that.
 *
 * @returns null when there are no facts of any source
 * @throws {UpdateError} FEEDS_DAMAGED; {AdvisoryError} DATABASE_NOT_WRITTEN: the old database stays
 */
export async function rebuildDatabase(options: RebuildOptions): Promise<Rebuild | null> {
  const { output, noteFile, force = false } = options;
  const feeds = options.feeds.filter(({ state }) => state.facts !== null);
  if (feeds.length === 0) return null;
  const of = feeds.map(({ state }) => `${state.id} ${state.facts?.digest ?? ''}`);
  const note = readNote(noteFile);
  const content = contentOf(output);
  if (!force && content !== null && content === note?.content && note.of.join('\n') === of.join('\n'))
    return { isNew: false, content };
  const staging = createStaging();
  try {
    for (const { folder, state } of feeds) {
      if (!hasFacts(folder, state.facts)) {
        const message = `the facts of ${state.id} are missing, or another version of Hallmark kept them`;
        throw new UpdateError('FEEDS_DAMAGED', message, { subject: state.id });
      }
      const { records } = await openKept(folder, state.facts.digest);
      for await (const line of records) staging.add(parseItem(line));
      options.signal.throwIfAborted();
    }
    const { digest } = replaceDatabaseFile(output, (partial) =>
      writeDatabaseFile(partial, staging.facts(), options.now),
    );
    replaceDatabaseFile(noteFile, (partial) =>
      writeFileSync(partial, JSON.stringify({ content: digest, of })),
    );
    return { isNew: true, content: digest };
  } finally {
    staging.close();
  }
}

/** @param folder of all sources */
export function noteOfBuild(folder: string): string {
  return join(folder, 'built.json');
}

const Note = z.object({ content: z.string(), of: z.array(z.string()) });

function readNote(file: string): z.infer<typeof Note> | null {
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return null;
  try {
    return Note.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // the database is made once more
    return null;
  }
}
