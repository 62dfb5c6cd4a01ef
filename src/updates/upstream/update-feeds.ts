import { join } from 'node:path';
import { importedDatabase } from '../../advisories/database/locate.ts';
import type { Digest } from '../../model/digest.ts';
import { feedsFolder, readState, type FeedState } from './feed-state.ts';
import { withFeedsLocked } from './feeds-lock.ts';
import { noteOfBuild, rebuildDatabase, type KeptFeed } from './rebuild-database.ts';
import { chooseSources, recallSelection, rememberSelection, type SelectionRequest } from './selection.ts';
import { updateFeed } from './update-feed.ts';
import type { WebOptions } from './web-client.ts';

export interface UpdateFeedsOptions extends SelectionRequest {
  /** Hallmark's own. */
  readonly dataDirectory: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly web: WebOptions;
  readonly force?: boolean;
  readonly acceptShrink?: readonly string[];
  readonly onProgress?: (what: string) => void;
}

export interface FeedsUpdate {
  /** Of the sources that were asked for. */
  readonly feeds: readonly FeedState[];
  /** Null when there is nothing to make a database of. */
  readonly database: { readonly file: string; readonly content: Digest; readonly isNew: boolean } | null;
}

/**
 * Fetches what has changed at upstream sources, one after the other, and makes the imported database of all that are
 * selected. A source that fails does not stop the others.
 *
 * @throws {UpdateError} of `chooseSources`, `updateFeed` and `rebuildDatabase`, and FEEDS_LOCKED
 */
export async function updateFeeds(options: UpdateFeedsOptions): Promise<FeedsUpdate> {
  const { dataDirectory, web, onProgress = () => {} } = options;
  const root = feedsFolder(dataDirectory);
  return withFeedsLocked(root, async () => {
    const { selection, upstreams } = chooseSources(options, recallSelection(root));
    rememberSelection(root, selection);
    const feeds: FeedState[] = [];
    for (const upstream of upstreams) {
      const { id } = upstream;
      onProgress(id);
      feeds.push(
        await updateFeed(upstream, {
          folder: join(root, id),
          now: new Date(options.now()),
          web,
          force: options.force === true,
          acceptShrink: options.acceptShrink?.includes(id) === true,
          report: (what) => onProgress(`${id}: ${what}`),
        }),
      );
    }
    onProgress('Writing the database');
    const file = importedDatabase(dataDirectory);
    const rebuild = await rebuildDatabase({
      feeds: selection.sources.flatMap((id) => keptFeed(join(root, id))),
      output: file,
      noteFile: noteOfBuild(root),
      now: new Date(options.now()),
      signal: web.signal,
      force: options.force === true,
    });
    return { feeds, database: rebuild === null ? null : { file, ...rebuild } };
  });
}

function keptFeed(folder: string): readonly KeptFeed[] {
  const state = readState(folder);
  return state === null ? [] : [{ folder, state }];
}
