/**
 * The ledger as a feed, before it is written in one of the formats. A long one is in pages: page 1 holds the oldest entries and never
 * changes once it is full, so it can be kept for ever; the feed itself is the newest page together with what is not yet one.
 * RFC 5005, section 4, "Archived Feeds".
 */
import { describeEvent, entryTitle } from '../ledger/describe-entry.ts';
import type { LedgerEntry } from '../ledger/entry.ts';

/** Entries of a page. */
export const PAGE_ENTRIES = 100;

export interface FeedOptions {
  /** Of the programme. */
  readonly name: string;
  /** Host that vouches for the identities: that of the programme's pages or registry. */
  readonly authority: string;
  /** For one repository; null for all. */
  readonly repository: string | null;
  /** Where the feed is published: files of pages are beside it; null where it is not known. */
  readonly address: string | null;
  /** Page of a repository, with `%s` for its name; null for none. */
  readonly pageUrl: string | null;
  /** RFC 3339; for a feed without entries. */
  readonly now: string;
  readonly entriesPerPage?: number;
}

export interface FeedItem {
  /** The same for ever. */
  readonly id: string;
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** RFC 3339. */
  readonly updated: string;
  readonly link: string | null;
  readonly entry: LedgerEntry;
}

export interface FeedPage {
  readonly id: string;
  readonly title: string;
  /** The programme, who says all this. */
  readonly author: string;
  /** Of the newest item. */
  readonly updated: string;
  /** From 1; null for the feed itself, which is not an archive. */
  readonly number: number | null;
  /** The page before, with older items. */
  readonly older: number | null;
  /** The newest first. */
  readonly items: readonly FeedItem[];
  /** As in the options. */
  readonly address: string | null;
}

/** The feed itself first, then its archived pages, the oldest first. */
export function feedPages(
  entries: Iterable<LedgerEntry>,
  options: FeedOptions,
): readonly [FeedPage, ...FeedPage[]] {
  const { repository, name, authority, address, now } = options;
  const size = options.entriesPerPage ?? PAGE_ENTRIES;
  const items: FeedItem[] = [];
  let founded: string | null = null;
  for (const entry of entries) {
    founded ??= entry.at;
    if (repository === null || entry.event.repository === repository) items.push(feedItem(entry, options));
  }
  const scope = repository === null ? '' : `/${segment(repository)}`;
  const id = tagUri(authority, founded ?? now, `${segment(name)}/ledger${scope}`);
  const title = `${name}: ${repository ?? 'all repositories'}`;
  const archived = Math.floor(items.length / size);
  const page = (number: number | null, from: number, to: number, older: number): FeedPage => ({
    id: number === null ? id : `${id}/page/${number}`,
    title,
    author: name,
    updated: items[to - 1]?.updated ?? now,
    number,
    older: older === 0 ? null : older,
    items: items.slice(from, to).reverse(),
    address,
  });
  // the last full page stays in the feed until there is another, so that a feed is never short
  const start = Math.max(0, archived - 1) * size;
  return [
    page(null, start, items.length, Math.max(0, archived - 1)),
    ...Array.from({ length: archived }, (_, index) =>
      page(index + 1, index * size, (index + 1) * size, index),
    ),
  ];
}

function feedItem(entry: LedgerEntry, { authority, name, pageUrl }: FeedOptions): FeedItem {
  return {
    id: tagUri(authority, entry.at, `${segment(name)}/ledger/entry/${entry.sequence}`),
    title: entryTitle(entry.event),
    paragraphs: describeEvent(entry.event),
    updated: entry.at,
    link: pageUrl?.replace('%s', () => segment(entry.event.repository)) ?? null,
    entry,
  };
}

/** RFC 4151: an identity that nobody has to resolve, of whoever had the name on that day. */
function tagUri(authority: string, at: string, specific: string): string {
  return `tag:${authority},${at.slice(0, 10)}:${specific}`;
}

/** A name as one segment of an address. */
function segment(name: string): string {
  return encodeURIComponent(name.toWellFormed());
}

/** File of a page beside the feed's own: `feed.json`, `feed-3.json`. */
export function pageFile(number: number | null, extension: string): string {
  return number === null ? `feed.${extension}` : `feed-${number}.${extension}`;
}

/** Address of a page; null where that of the feed is not known. */
export function pageAddress(address: string | null, number: number | null, extension: string): string | null {
  return address === null ? null : new URL(pageFile(number, extension), address).href;
}
