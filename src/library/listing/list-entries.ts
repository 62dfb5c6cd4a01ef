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
  for (const { repository, entries } of chosen) {
    for (const entry of entries) {
      const because = host === undefined ? null : skippedBecause(entry, host);
      const one = { repository: repository.name, entry };
      if (because !== null) skipped.push({ ...one, because });
      else if (architecture === undefined || entry.architectures.includes(architecture)) listed.push(one);
    }
  }
  return { listed, skipped };
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
  return chosen.flatMap(({ repository: { name }, tag, entries }) =>
    tag === null
      ? [name]
      : listedTags(
          entries.slice(0, 1).map((entry) => ({ repository: name, entry })),
          options,
        ),
  );
}
