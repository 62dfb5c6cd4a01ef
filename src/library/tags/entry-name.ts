/** Entries of a definition by what their tags say. */
import type { Entry } from '../../definitions/definition.ts';
import {
  compareSoftware,
  isAskedFor,
  isPreRelease,
  readTagName,
  softwareVersion,
  type TagName,
} from './tag-name.ts';

/** An entry with its tags read. */
export interface NamedEntry {
  readonly entry: Entry;
  /** Its first tag, which is the most specific one by convention. */
  readonly name: string;
  /** Its tags, then its shared ones. */
  readonly tags: readonly TagName[];
  /** The first tag that has the software's version, else the first of all. */
  readonly software: TagName;
  readonly preRelease: boolean;
}

export function nameEntry(entry: Entry): NamedEntry {
  const tags = [...entry.tags, ...entry.sharedTags].map(readTagName);
  const name = entry.tags[0] ?? '';
  const software = tags.find((tag) => softwareVersion(tag) !== '') ?? tags[0] ?? readTagName(name);
  return { entry, name, tags, software, preRelease: isPreRelease(software) };
}

/** Who has each tag: one entry, or several that share it. Tags come in the order of the file. */
export function tagOwners(entries: readonly NamedEntry[]): ReadonlyMap<string, readonly NamedEntry[]> {
  const owners = new Map<string, NamedEntry[]>();
  for (const entry of entries) {
    for (const { tag } of entry.tags) {
      const known = owners.get(tag);
      if (known === undefined) owners.set(tag, [entry]);
      else known.push(entry);
    }
  }
  return owners;
}

/**
 * The entry that is still what a lost tag asks for, so that whoever uses the tag is left behind without need: of those that
 * are not older than what the tag meant last, the oldest. Null where its line has come to an end. A pre-release carries on
 * nothing but a pre-release.
 */
export function carrierOf(
  tag: TagName,
  lastMeant: TagName,
  entries: readonly NamedEntry[],
): NamedEntry | null {
  const meantPreRelease = isPreRelease(lastMeant);
  return entries
    .filter(
      ({ tags, software, preRelease }) =>
        (!preRelease || meantPreRelease) &&
        (compareSoftware(software, lastMeant) ?? 0) >= 0 &&
        tags.some((specific) => isAskedFor(tag, specific)),
    )
    .reduce<NamedEntry | null>(
      (oldest, entry) =>
        oldest === null || (compareSoftware(entry.software, oldest.software) ?? 0) < 0 ? entry : oldest,
      null,
    );
}
