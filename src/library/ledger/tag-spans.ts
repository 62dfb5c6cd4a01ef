import type { Digest } from '../../model/digest.ts';
import { parseDatedName } from './dated-name.ts';
import type { LedgerEntry } from './entry.ts';

/** When a tag was supported the last time, by what was published. Times are in RFC 3339. */
export interface TagSpan {
  /** Its first publication of that time; null for one that was retired without ever being published by this programme. */
  readonly since: string | null;
  /** Null: it was not retired. */
  readonly until: string | null;
  /** The tag that took its place. */
  readonly successor: string | null;
  /** All names that it was given and that never move, the first ones first. */
  readonly dated: readonly GivenName[];
}

/** A name that never moves. */
export interface GivenName {
  readonly name: string;
  /** RFC 3339. */
  readonly at: string;
  readonly digest: Digest;
}

/** Of every tag of a repository that the ledger knows, in the order in which they first appeared. */
export function tagSpans(entries: Iterable<LedgerEntry>, repository: string): ReadonlyMap<string, TagSpan> {
  const spans = new Map<string, TagSpan & { readonly dated: GivenName[] }>();
  for (const { at, event } of entries) {
    if (event.repository !== repository) continue;
    for (const tag of event.tags) {
      const known = spans.get(tag);
      const dated = known?.dated ?? [];
      if (event.kind === 'retired')
        spans.set(tag, { since: known?.since ?? null, until: at, successor: event.successor, dated });
      else if (known === undefined || known.until !== null)
        spans.set(tag, { since: at, until: null, successor: null, dated });
    }
    if (event.kind === 'retired') continue;
    for (const name of event.dated ?? [])
      spans.get(parseDatedName(name)?.tag ?? '')?.dated.push({ name, at, digest: event.digest });
  }
  return spans;
}
