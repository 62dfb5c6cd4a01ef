import type { FeedItem } from '../../advisories/feed.ts';
import type { StagedItem } from '../../advisories/database/staging.ts';

type Scores = Extract<FeedItem, { kind: 'scores' }>;

/** The lines under which an item is kept: one, but for a day's scores, which are as many records. */
export function* formatItem(item: StagedItem): Iterable<string> {
  if (item.kind !== 'scores') yield JSON.stringify(item);
  else
    for (const score of item.scores)
      yield JSON.stringify({ kind: 'scores', date: item.date, scores: [score] } satisfies Scores);
}

/** What `formatItem` wrote: the digest of the file says that nobody else did. */
export function parseItem(line: string): StagedItem {
  return JSON.parse(line) as StagedItem;
}
