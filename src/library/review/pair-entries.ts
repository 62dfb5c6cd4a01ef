/** Which entry of a changed definition is which of the one before: entries have no names that last. */
import { type NamedEntry, tagOwners } from '../tags/entry-name.ts';
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
/** Far above what share a tag anywhere: a tag that more entries have tells none of them from the others. */
const MOST_OWNERS = 200;

/**
 * Entries that have most in common belong together: tags, of which one with more numbers in it says more, so that `9.1` is
 * followed to where `9` is and not to where `latest` is. What shares no tag is followed in its directory. In the order of the changed
 * definition, then those that are gone.
 */
export function pairEntries(base: readonly NamedEntry[], head: readonly NamedEntry[]): readonly EntryPair[] {
  const partners = new Map<NamedEntry, NamedEntry>();
  const taken = new Set<NamedEntry>();
  const pair = (entry: NamedEntry, former: NamedEntry): void => {
    partners.set(entry, former);
    taken.add(former);
  };
  for (const candidate of candidates(base, head).sort((a, b) => b.weight - a.weight)) {
    if (!partners.has(candidate.head) && !taken.has(candidate.base)) pair(candidate.head, candidate.base);
  }
  const left = Map.groupBy(base.filter((entry) => !taken.has(entry)).toReversed(), placeOf);
  for (const entry of head) {
    const former = partners.has(entry) ? undefined : left.get(placeOf(entry))?.pop();
    if (former !== undefined) pair(entry, former);
  }
  return [
    ...head.map((entry) => ({ base: partners.get(entry) ?? null, head: entry })),
    ...base.filter((entry) => !taken.has(entry)).map((entry) => ({ base: entry, head: null })),
  ];
}

/** All that share a tag. */
function candidates(base: readonly NamedEntry[], head: readonly NamedEntry[]): Candidate[] {
  const byTag = tagOwners(base);
  return head.flatMap((entry) => {
    const place = placeOf(entry);
    const weights = new Map<NamedEntry, number>();
    for (const name of entry.tags) {
      const owners = byTag.get(name.tag) ?? [];
      if (owners.length > MOST_OWNERS) continue;
      for (const other of owners) {
        const known = weights.get(other) ?? (placeOf(other) === place ? DIRECTORY_WEIGHT : 0);
        weights.set(other, known + 2 + 4 * precisionOf(name));
      }
    }
    return [...weights].map(([other, weight]) => ({ base: other, head: entry, weight }));
  });
}

function placeOf({ entry: { gitRepo, directory, file } }: NamedEntry): string {
  return `${gitRepo}\n${directory}\n${file}`;
}

/** More than any definition has: every new entry is held against each. */
const MAX_CANDIDATES = 200;

/**
 * The entry that one is most like by its name: of its kind, on the same system if there is one, not newer, and of these the newest. Null
 * where none is of its kind.
 */
export function closestEntry(entry: NamedEntry, others: readonly NamedEntry[]): NamedEntry | null {
  const closest = others
    .slice(0, MAX_CANDIDATES)
    .filter(({ software }) => kindOf(software) === kindOf(entry.software))
    .map((other) => ({ other, ...likeness(other.software, entry.software) }))
    .reduce<Likeness | null>(
      (best, one) => (best === null || compareLikeness(one, best) < 0 ? one : best),
      null,
    );
  return closest === null ? null : closest.other;
}

interface Likeness extends ReturnType<typeof likeness> {
  readonly other: NamedEntry;
}

/** The most alike first. */
function compareLikeness(a: Likeness, b: Likeness): number {
  return (
    Number(b.isVariant) - Number(a.isVariant) ||
    Number(a.isNewer) - Number(b.isNewer) ||
    (compareSoftware(b.other.software, a.other.software) ?? 0) * (a.isNewer ? -1 : 1) ||
    b.shared - a.shared
  );
}

function likeness(other: TagName, one: TagName) {
  const parts = new Set(one.parts.map(({ word, version }) => `${word} ${version}`));
  return {
    isVariant: variantOf(other) === variantOf(one),
    isNewer: (compareSoftware(other, one) ?? 0) > 0,
    shared: other.parts.filter(({ word, version }) => parts.has(`${word} ${version}`)).length,
  };
}
