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

/** Which entries a page has, counted from 0 among those of its feed. */
export interface PageRange extends Pick<FeedPage, 'number' | 'older'> {
  readonly from: number;
  /** That of the first one that it has not. */
  readonly to: number;
}

/**
 * The feed itself first, then the archived pages that became full since it had so many entries, the oldest first.
 *
 * @param count entries that the feed has
 */
export function pageRanges(
  count: number,
  before = 0,
  size = PAGE_ENTRIES,
): readonly [PageRange, ...PageRange[]] {
  const [archived, known] = [Math.floor(count / size), Math.floor(before / size)];
  // the last full page stays in the feed until there is another, so that a feed is never short
  const start = Math.max(0, archived - 1) * size;
  return [
    { number: null, older: olderThan(archived), from: start, to: count },
    ...Array.from({ length: archived - known }, (_, index) => {
      const number = known + index + 1;
      return { number, older: olderThan(number), from: (number - 1) * size, to: number * size };
    }),
  ];
}

const olderThan = (number: number): number | null => (number <= 1 ? null : number - 1);

/**
 * @param entries those of the page, the oldest first
 * @param founded when the ledger had its first entry, RFC 3339; null where it has none
 */
export function feedPage(
  { number, older }: Pick<FeedPage, 'number' | 'older'>,
  entries: readonly LedgerEntry[],
  founded: string | null,
  options: FeedOptions,
): FeedPage {
  const { repository, name, authority, address, now } = options;
  const scope = repository === null ? '' : `/${segment(repository)}`;
  const id = tagUri(authority, founded ?? now, `${segment(name)}/ledger${scope}`);
  return {
    id: number === null ? id : `${id}/page/${number}`,
    title: `${name}: ${repository ?? 'all repositories'}`,
    author: name,
    updated: entries.at(-1)?.at ?? now,
    number,
    older,
    items: entries.map((entry) => feedItem(entry, options)).reverse(),
    address,
  };
}

/** The feed itself first, then its archived pages, the oldest first. */
export function feedPages(
  ledger: readonly LedgerEntry[],
  options: FeedOptions,
): readonly [FeedPage, ...FeedPage[]] {
  const { repository, entriesPerPage } = options;
  const entries =
    repository === null ? ledger : ledger.filter(({ event }) => event.repository === repository);
  const [feed, ...archived] = pageRanges(entries.length, 0, entriesPerPage);
  const page = (range: PageRange): FeedPage =>
    feedPage(range, entries.slice(range.from, range.to), ledger[0]?.at ?? null, options);
  return [page(feed), ...archived.map(page)];
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
