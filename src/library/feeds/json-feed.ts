import { formatJson } from '../../report/json.ts';
import { pageAddress, type FeedItem, type FeedPage } from './feed.ts';

/**
 * JSON Feed 1.1 (jsonfeed.org/version/1.1). Each item holds its entry of the ledger whole, under `_hallmark`; `next_url` leads to
 * older ones.
 */
export function formatJsonFeed({ title, author, number, older, items, address }: FeedPage): string {
  const own = pageAddress(address, number, 'json');
  const next = older === null ? null : pageAddress(address, older, 'json');
  const feed = {
    version: 'https://jsonfeed.org/version/1.1',
    title,
    authors: [{ name: author }],
    ...(own === null ? {} : { feed_url: own }),
    ...(next === null ? {} : { next_url: next }),
    items: items.map(item),
  };
  return formatJson(feed);
}

function item({ id, title, paragraphs, updated, link, entry }: FeedItem): object {
  return {
    id,
    ...(link === null ? {} : { url: link }),
    title,
    content_text: paragraphs.join('\n\n'),
    date_published: updated,
    tags: [entry.event.repository, entry.event.kind],
    _hallmark: entry,
  };
}
