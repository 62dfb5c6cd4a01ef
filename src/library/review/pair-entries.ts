/** Which entry of a changed definition is which of the one before: entries have no names that last. */
import type { NamedEntry } from '../tags/entry-name.ts';
import { kindOf } from '../tags/tag-axes.ts';
import { compareSoftware, precisionOf, type TagName, variantOf } from '../tags/tag-name.ts';

/** One entry before and after; a null where it is new or gone. */
export interface EntryPair {
  readonly base: NamedEntry | null;
  readonly head: NamedEntry | null;
}

interface Candidate {
  readonly base: NamedEntry;
  readonly head: NamedEntry;
  readonly weight: number;
}

/** The same directory says no more than a tag without a version. */
const DIRECTORY_WEIGHT = 1;

/**
 * Entries that have most in common belong together: tags, of which one with more numbers in it says more, so that `9.1` is
 * followed to where `9` is and not to where `latest` is. In the order of the changed definition, then those that are gone.
 */
export function pairEntries(base: readonly NamedEntry[], head: readonly NamedEntry[]): readonly EntryPair[] {
  const partners = new Map<NamedEntry, NamedEntry>();
  const taken = new Set<NamedEntry>();
  for (const candidate of candidates(base, head).sort((a, b) => b.weight - a.weight)) {
    if (partners.has(candidate.head) || taken.has(candidate.base)) continue;
    partners.set(candidate.head, candidate.base);
    taken.add(candidate.base);
  }
  return [
    ...head.map((entry) => ({ base: partners.get(entry) ?? null, head: entry })),
    ...base.filter((entry) => !taken.has(entry)).map((entry) => ({ base: entry, head: null })),
  ];
}

function candidates(base: readonly NamedEntry[], head: readonly NamedEntry[]): Candidate[] {
  const byTag = new Map<string, NamedEntry[]>();
  const byPlace = new Map<string, NamedEntry[]>();
  for (const entry of base) {
    for (const { tag } of entry.tags) add(byTag, tag, entry);
    add(byPlace, placeOf(entry), entry);
  }
  return head.flatMap((entry) => {
    const weights = new Map<NamedEntry, number>();
    const weigh = (others: readonly NamedEntry[], weight: number) => {
      for (const other of others) weights.set(other, (weights.get(other) ?? 0) + weight);
    };
    for (const name of entry.tags) weigh(byTag.get(name.tag) ?? [], 2 + 4 * precisionOf(name));
    weigh(byPlace.get(placeOf(entry)) ?? [], DIRECTORY_WEIGHT);
    return [...weights].map(([other, weight]) => ({ base: other, head: entry, weight }));
  });
}

function placeOf({ entry: { gitRepo, directory, file } }: NamedEntry): string {
  return `${gitRepo}\n${directory}\n${file}`;
}

function add(map: Map<string, NamedEntry[]>, key: string, entry: NamedEntry): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [entry]);
  else known.push(entry);
}

/** Far above what a definition has: every new entry is held against each. */
const MAX_CANDIDATES = 500;

/**
 * The entry that one is most like by its name: of its kind, on the same system if there is one, not newer, and of these the newest. Null
 * where none is of its kind.
 */
export function closestEntry(entry: NamedEntry, others: readonly NamedEntry[]): NamedEntry | null {
  const [closest = null] = others
    .slice(0, MAX_CANDIDATES)
    .filter(({ software }) => kindOf(software) === kindOf(entry.software))
    .map((other) => ({ other, ...likeness(other.software, entry.software) }))
    .sort(
      (a, b) =>
        Number(b.isVariant) - Number(a.isVariant) ||
        Number(a.isNewer) - Number(b.isNewer) ||
        (compareSoftware(b.other.software, a.other.software) ?? 0) * (a.isNewer ? -1 : 1) ||
        b.shared - a.shared,
    );
  return closest === null ? null : closest.other;
}

function likeness(other: TagName, one: TagName) {
  const parts = new Set(one.parts.map(({ word, version }) => `${word} ${version}`));
  return {
    isVariant: variantOf(other) === variantOf(one),
    isNewer: (compareSoftware(other, one) ?? 0) > 0,
    shared: other.parts.filter(({ word, version }) => parts.has(`${word} ${version}`)).length,
  };
}
