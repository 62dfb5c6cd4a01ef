/** All feeds of a programme as files: one of everything in the folder itself, one of each repository in a folder of its name. */
import type { LedgerEntry } from '../ledger/entry.ts';
import type { ProgrammeSettings } from '../programme/programme.ts';
import { parseReference } from '../../oci/reference.ts';
import { formatAtom } from './atom-feed.ts';
import { feedPage, type FeedOptions, pageFile, pageRanges } from './feed.ts';
import { formatJsonFeed } from './json-feed.ts';

export interface FeedFile {
  /** Relative to the folder of feeds, with slashes. */
  readonly path: string;
  readonly content: string;
}

/** A ledger that is read as needed. */
export interface FollowedLedger {
  /** In their order, from a sequence on. */
  readonly from: (sequence: number) => Iterable<LedgerEntry>;
  readonly at: (sequence: number) => LedgerEntry | null;
}

export type FeedFilesOptions = Omit<FeedOptions, 'repository' | 'address'> & {
  /** Of the folder of feeds, ending in a slash; null where it is not known. */
  readonly address: string | null;
};

/** Every file of the feeds of a ledger. */
export function feedFiles(entries: readonly LedgerEntry[], options: FeedFilesOptions): Iterable<FeedFile> {
  const bySequence = new Map(entries.map((entry) => [entry.sequence, entry]));
  return followFeedFiles({ from: () => entries, at: (sequence) => bySequence.get(sequence) ?? null })(
    options,
  );
}

/**
 * The feeds of a ledger that grows: all of their files at first, then those that are not as they were. Pages that are full are not read
 * again, and no more than one page is held at a time.
 *
 * @returns files one by one; whoever does not take all of them gets the same again
 */
export function followFeedFiles(ledger: FollowedLedger): (options: FeedFilesOptions) => Iterable<FeedFile> {
  let founded: string | null = null;
  let next = 1;
  /** Sequences of the entries of each feed, of which so many have been told. */
  const feeds = new Map<string | null, { readonly sequences: number[]; told: number }>();
  const feedOf = (repository: string | null) => {
    const known = feeds.get(repository) ?? { sequences: [], told: -1 };
    feeds.set(repository, known);
    return known;
  };
  feedOf(null);
  return function* (options) {
    for (const { sequence, at, event } of ledger.from(next)) {
      founded ??= at;
      for (const feed of [null, event.repository]) feedOf(feed).sequences.push(sequence);
      next = sequence + 1;
    }
    for (const [repository, feed] of feeds) {
      const { sequences, told } = feed;
      if (told === sequences.length) continue;
      const folder = repository === null ? '' : `${encodeURIComponent(repository)}/`;
      const own = options.address === null ? null : new URL(`${folder}feed.json`, options.address).href;
      for (const range of pageRanges(sequences.length, Math.max(0, told), options.entriesPerPage)) {
        const entries = sequences.slice(range.from, range.to).flatMap((one) => ledger.at(one) ?? []);
        const page = feedPage(range, entries, founded, { ...options, repository, address: own });
        yield { path: `${folder}${pageFile(page.number, 'json')}`, content: formatJsonFeed(page) };
        yield { path: `${folder}${pageFile(page.number, 'atom')}`, content: formatAtom(page) };
      }
      feed.told = sequences.length;
    }
  };
}

/** What a programme's settings say of its feeds. */
export function feedOptions(
  { name, pageUrl, registry }: Pick<ProgrammeSettings, 'name' | 'pageUrl' | 'registry'>,
  now: string,
): Omit<FeedOptions, 'repository' | 'address'> {
  const host = pageUrl === null ? parseReference(`${registry.public}/name`).registry : new URL(pageUrl).host;
  // RFC 4151: a name of DNS, without a port
  return {
    name,
    pageUrl,
    now,
    authority: host
      .replace(/:\d+$/, '')
      .replace(/[^a-z0-9.-]/gi, '-')
      .toLowerCase(),
  };
}
