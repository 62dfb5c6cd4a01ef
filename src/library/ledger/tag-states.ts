/** What every tag means after all that the ledger says. */
import type { Digest } from '../../model/digest.ts';
import { parseDatedName } from './dated-name.ts';
import type { LedgerEntry, Publication, Retirement } from './entry.ts';

export interface TagState {
  readonly repository: string;
  readonly tag: string;
  readonly digest: Digest;
  /** The last publication of the tag; null for one that was retired without ever being published by this programme. */
  readonly published: { readonly at: string; readonly sequence: number; readonly event: Publication } | null;
  /** Null while the tag is supported. */
  readonly retired: { readonly at: string; readonly event: Retirement } | null;
  /** Tags that were ever published together with it, itself included; the first ones first. */
  readonly aliases: readonly string[];
  /** The last of its names that never move; null for none. The tag itself may have moved on since. */
  readonly dated: { readonly name: string; readonly digest: Digest } | null;
}

/** By repository, then by tag; in the order in which they first appeared. */
export type TagStates = ReadonlyMap<string, ReadonlyMap<string, TagState>>;

type KnownTags = Map<string, Map<string, TagState>>;

/** A tag that is published again after it was retired is supported again. */
export function tagStates(entries: Iterable<LedgerEntry>): TagStates {
  const known: KnownTags = new Map();
  for (const entry of entries) takeEntry(known, entry);
  return known;
}

/**
 * The same for whoever asks time and again of a ledger that grows: what was read once is not read again.
 *
 * @param ledger its entries from a sequence on
 * @returns what the ledger says now; the next call may change what the one before has returned
 */
export function followTagStates(ledger: (from: number) => Iterable<LedgerEntry>): () => TagStates {
  const known: KnownTags = new Map();
  let next = 1;
  return () => {
    for (const entry of ledger(next)) {
      takeEntry(known, entry);
      next = entry.sequence + 1;
    }
    return known;
  };
}

function takeEntry(known: KnownTags, { at, sequence, event }: LedgerEntry): void {
  const { repository, digest } = event;
  const tags = known.get(repository) ?? new Map<string, TagState>();
  known.set(repository, tags);
  const names = event.kind === 'published' ? (event.dated ?? []) : [];
  for (const tag of event.tags) {
    const { published = null, aliases = [], dated: before = null } = tags.get(tag) ?? {};
    const name = names.find((one) => parseDatedName(one)?.tag === tag);
    const dated = name === undefined ? before : { name, digest };
    tags.set(
      tag,
      event.kind === 'published'
        ? {
            repository,
            tag,
            digest,
            published: { at, sequence, event },
            retired: null,
            aliases: withAliases(aliases, event.tags),
            dated,
          }
        : { repository, tag, digest, published, retired: { at, event }, aliases, dated },
    );
  }
}

/** The same list where there is nothing to add, which is nearly always: a tag of years has many. */
function withAliases(aliases: readonly string[], tags: readonly string[]): readonly string[] {
  const added = tags.filter((tag) => !aliases.includes(tag));
  return added.length === 0 ? aliases : [...aliases, ...added];
}
