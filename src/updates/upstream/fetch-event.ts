import type { FeedFile } from '../../advisories/feed.ts';
import type { FoundFile } from '../../advisories/files/feed-files.ts';
import type { Upstream } from './upstream.ts';
import type { WebClient } from './web-client.ts';

/**
 * A source is a set of units: the files, records or members that it adds, changes and takes back one by one. Each has a
 * version, by which a later fetch finds out whether it has to be fetched again.
 */
export type FetchEvent =
  /** A file of a unit; all of them replace what the unit was before. */
  | {
      readonly kind: 'file';
      readonly unit: string;
      readonly version: string;
      readonly file: FeedFile;
      /** The unit may be no advisory at all, and then it holds nothing. */
      readonly mayBeOther?: boolean;
    }
  /** The unit could not be had, or not whole: what it was before stays. */
  | { readonly kind: 'failed'; readonly unit: string; readonly reason: string }
  | { readonly kind: 'gone'; readonly unit: string }
  /** The units of this fetch are all that there are. */
  | { readonly kind: 'whole' }
  /** What came so far may be kept, with this mark, whatever happens later. */
  | { readonly kind: 'checkpoint'; readonly mark: unknown };

export interface FetchOrder {
  readonly upstream: Upstream;
  readonly web: WebClient;
  /** For downloads; it is emptied when everything that came is kept. */
  readonly folder: string;
  /** What the last fetch left for this one; null for none, or where it does not count. As JSON keeps it. */
  readonly mark: unknown;
  /** Versions of the units at hand. */
  readonly known: () => Promise<ReadonlyMap<string, string>>;
  readonly now: Date;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** No server but this machine may be contacted; `web` sees to it by itself. */
  readonly offline: boolean;
  readonly signal: AbortSignal;
  readonly report: (what: string) => void;
}

/**
 * Fetches what has changed; nothing yielded means that nothing has.
 *
 * @returns the mark for the next fetch
 */
export type Fetcher = (order: FetchOrder) => AsyncGenerator<FetchEvent, unknown>;

/** A file of advisory data may unpack to no more, see `feedFiles`. */
export const MAX_RECORD_BYTES = 64 << 20;
export const MAX_LIST_BYTES = 400 << 20;
export const MAX_ARCHIVE_BYTES = 8 * 2 ** 30;

/** The files that a download consists of, as those of one unit. */
export async function* filesOfUnit(
  unit: string,
  version: string,
  files: AsyncIterable<FoundFile>,
): AsyncIterable<FetchEvent> {
  for await (const found of files) {
    if (found.kind === 'problem') {
      yield { kind: 'failed', unit, reason: `${found.path}: ${found.reason}` };
      return;
    }
    yield { kind: 'file', unit, version, file: found.file };
  }
}
