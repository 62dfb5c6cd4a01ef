/** What every tag means after all that the ledger says. */
import type { Digest } from '../../model/digest.ts';
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
}

/** By repository, then by tag; in the order in which they first appeared. */
export type TagStates = ReadonlyMap<string, ReadonlyMap<string, TagState>>;

/** A tag that is published again after it was retired is supported again. */
export function tagStates(entries: Iterable<LedgerEntry>): TagStates {
  const repositories = new Map<string, Map<string, TagState>>();
  for (const { at, sequence, event } of entries) {
    const { repository, digest } = event;
    const tags = repositories.get(repository) ?? new Map<string, TagState>();
    repositories.set(repository, tags);
    for (const tag of event.tags) {
      const before = tags.get(tag);
      const aliases =
        event.kind === 'published'
          ? [...new Set([...(before?.aliases ?? []), ...event.tags])]
          : (before?.aliases ?? []);
      tags.set(
        tag,
        event.kind === 'published'
          ? { repository, tag, digest, published: { at, sequence, event }, retired: null, aliases }
          : {
              repository,
              tag,
              digest,
              published: before?.published ?? null,
              retired: { at, event },
              aliases,
            },
      );
    }
  }
  return repositories;
}
