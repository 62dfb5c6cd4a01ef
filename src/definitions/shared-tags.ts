import type { Entry } from './definition.ts';

/** Shared tags that mean the same: the same entries, in the same order. */
export interface SharedTagGroup {
  readonly tags: readonly string[];
  readonly entries: readonly Entry[];
}

/** In the order in which the file first names one of their tags. */
export function sharedTagGroups(entries: readonly Entry[]): readonly SharedTagGroup[] {
  const sharers = new Map<string, Entry[]>();
  for (const entry of entries) {
    for (const tag of entry.sharedTags) {
      const others = sharers.get(tag);
      if (others === undefined) sharers.set(tag, [entry]);
      else others.push(entry);
    }
  }
  const numbers = new Map(entries.map((entry, index) => [entry, index]));
  const bySharers = Map.groupBy(sharers, ([, own]) => own.map((entry) => numbers.get(entry)).join());
  return [...bySharers.values()].map((group) => ({
    tags: group.map(([tag]) => tag),
    entries: group[0]?.[1] ?? [],
  }));
}
