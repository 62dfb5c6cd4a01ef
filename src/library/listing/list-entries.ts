import type { Architecture } from '../../definitions/architectures.ts';
import { type BuildHost, skippedBecause } from '../../definitions/constraints.ts';
import type { Entry } from '../../definitions/definition.ts';
import { tagNames } from '../../definitions/find-entries.ts';
import type { ChosenDefinition } from './choose-definitions.ts';

export interface ListOptions {
  /** Only what is built on this host. */
  readonly host?: BuildHost;
  /** Only entries that have this architecture. */
  readonly architecture?: Architecture;
}

export interface ListedEntry {
  readonly repository: string;
  readonly entry: Entry;
}

export interface SkippedEntry extends ListedEntry {
  readonly because: string;
}

export interface EntryList {
  readonly listed: readonly ListedEntry[];
  /** Those that the host does not build. */
  readonly skipped: readonly SkippedEntry[];
}

/** Entries in the order in which they were chosen. docker-library/bashbrew, `cmd/bashbrew/cmd-list.go`. */
export function listEntries(chosen: readonly ChosenDefinition[], options: ListOptions = {}): EntryList {
  const { host, architecture } = options;
  const listed: ListedEntry[] = [];
  const skipped: SkippedEntry[] = [];
  for (const one of chosen.flatMap(entriesOf)) {
    const because = host === undefined ? null : skippedBecause(one.entry, host);
    if (because !== null) skipped.push({ ...one, because });
    else if (architecture === undefined || one.entry.architectures.includes(architecture)) listed.push(one);
  }
  return { listed, skipped };
}

function entriesOf({ repository, entries }: ChosenDefinition): readonly ListedEntry[] {
  return entries.map((entry) => ({ repository: repository.name, entry }));
}

/**
 * Definitions and their entries in another order: where each entry that was chosen stands in it. What was chosen twice stays once,
 * and what has no entries comes first, since it waits for nothing.
 */
export function inOrder(
  chosen: readonly ChosenDefinition[],
  order: readonly Entry[],
): readonly ChosenDefinition[] {
  const places = new Map(order.map((entry, place) => [entry, place]));
  const placeOf = (entry: Entry | undefined) =>
    entry === undefined ? -1 : (places.get(entry) ?? places.size);
  return [...new Map(chosen.map((one) => [`${one.repository.file}:${one.tag ?? ''}`, one])).values()]
    .map((one) => ({ ...one, entries: one.entries.toSorted((a, b) => placeOf(a) - placeOf(b)) }))
    .sort((a, b) => placeOf(a.entries[0]) - placeOf(b.entries[0]));
}

/** `redis:8` of every tag of the entries, or of the first one of each. */
export function listedTags(listed: readonly ListedEntry[], { isUnique = false } = {}): readonly string[] {
  return listed.flatMap(({ repository, entry }) =>
    tagNames(repository, entry).slice(0, isUnique ? 1 : undefined),
  );
}

/** Names of repositories; of those that were chosen by a tag the tags of its first entry, as upstream. */
export function listedRepositories(
  chosen: readonly ChosenDefinition[],
  options = { isUnique: false },
): readonly string[] {
  return chosen.flatMap((one) =>
    one.tag === null ? [one.repository.name] : listedTags(entriesOf(one).slice(0, 1), options),
  );
}
