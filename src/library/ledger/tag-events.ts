/** What has become of every tag, in words, from the ledger. */
import type { Digest } from '../../model/digest.ts';
import { describeEvent } from './describe-entry.ts';
import type { LedgerEntry } from './entry.ts';

/** Older ones are in the ledger. */
const MOST_EVENTS = 20;

export interface TagEvent {
  readonly sequence: number;
  /** RFC 3339. */
  readonly at: string;
  /** Of the index. */
  readonly digest: Digest;
  /** Each a paragraph; names in them are as they came. */
  readonly sentences: readonly string[];
}

/** By repository, then by tag: the newest last, and no more than are told. */
export type TagEvents = ReadonlyMap<string, ReadonlyMap<string, readonly TagEvent[]>>;

/**
 * For whoever asks time and again of a ledger that grows: what was read once is not read again.
 *
 * @param ledger its entries from a sequence on
 * @returns what the ledger says now; the next call may change what the one before has returned
 */
export function followTagEvents(ledger: (from: number) => Iterable<LedgerEntry>): () => TagEvents {
  const known = new Map<string, Map<string, readonly TagEvent[]>>();
  let next = 1;
  return () => {
    for (const { sequence, at, event } of ledger(next)) {
      const { repository, digest } = event;
      // all tags of an entry share its words
      const told: TagEvent = { sequence, at, digest, sentences: describeEvent(event) };
      const tags = known.get(repository) ?? new Map<string, readonly TagEvent[]>();
      known.set(repository, tags);
      for (const tag of event.tags) {
        tags.set(tag, [...(tags.get(tag) ?? []), told].slice(-MOST_EVENTS));
      }
      next = sequence + 1;
    }
    return known;
  };
}
