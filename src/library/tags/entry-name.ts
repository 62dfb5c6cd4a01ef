/** Entries of a definition by what their tags say. */
import type { Entry } from '../../definitions/definition.ts';
import { isSystem } from './tag-axes.ts';
import {
  bareVersions,
  compareSoftware,
  isAskedFor,
  isPreRelease,
  readTagName,
  softwarePrecision,
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
  /** The first of the tags in which the software's version is longest; the first of all where none has any. */
  readonly software: TagName;
  readonly preRelease: boolean;
}

export function nameEntry(entry: Entry): NamedEntry {
  const tags = [...entry.tags, ...entry.sharedTags].map(readTagName);
  const name = entry.tags[0] ?? '';
  const software = tags.reduce(
    (longest, tag) => (softwarePrecision(tag) > softwarePrecision(longest) ? tag : longest),
    readTagName(name),
  );
  return { entry, name, tags, software, preRelease: isUnfinished({ software, tags }) };
}

/** The version says so, or all tags without one that are no names of systems: `devel` is 5.45.2 for now. */
function isUnfinished({ software, tags }: Pick<NamedEntry, 'software' | 'tags'>): boolean {
  const bare = tags.filter(
    (tag) => softwareVersion(tag) === '' && (tag.parts.length === 0 || !tag.parts.every(isSystem)),
  );
  return isPreRelease(software) || (bare.length > 0 && bare.every(isPreRelease));
}

/** For people: the name, and the version where the name does not have it, as `trixie (13.5)`. */
export function describeEntry({ name, software }: Pick<NamedEntry, 'name' | 'software'>): string {
  const version = softwareVersion(software);
  return version === '' || softwareVersion(readTagName(name)) === version ? name : `${name} (${version})`;
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

/** What a tag meant last, before it was lost. */
export interface LastMeaning {
  readonly software: TagName;
  /** All tags of that entry. */
  readonly tags: readonly TagName[];
}

/**
 * The entry that is still what a lost tag asks for, so that whoever uses the tag is left behind without need: of those that
 * are of the same kind and not older than what the tag meant last, the oldest. Null where its line has come to an end. A tag
 * with the whole version asks for that one only, and a pre-release carries on nothing but a pre-release.
 *
 * @param entries all, or those that `entriesByPart` finds for the tag
 */
export function carrierOf(
  tag: TagName,
  last: LastMeaning,
  entries: readonly NamedEntry[],
): NamedEntry | null {
  return carriersOf(last)(tag, entries);
}

/** As {@link carrierOf}, for many tags that meant the same last. */
export function carriersOf(
  last: LastMeaning,
): (tag: TagName, entries: readonly NamedEntry[]) => NamedEntry | null {
  const versions = bareVersions(last.software);
  const words = new Set(last.tags.flatMap(wordsOf));
  const mayBePreRelease = isUnfinished(last);
  return (tag, entries) => {
    const isWhole = versions.length > 0 && bareVersions(tag).join(' ') === versions.join(' ');
    return entries
      .filter(
        ({ tags, software, preRelease }) =>
          (!preRelease || mayBePreRelease) &&
          tags.some(
            (specific) =>
              isAskedFor(tag, specific, isWhole ? 'exact' : 'beginning') &&
              wordsOf(specific).every((word) => words.has(word)),
          ) &&
          (compareSoftware(software, last.software) ?? 0) >= 0,
      )
      .reduce<NamedEntry | null>(
        (oldest, entry) =>
          oldest === null || (compareSoftware(entry.software, oldest.software) ?? 0) < 0 ? entry : oldest,
        null,
      );
  };
}

/** Without systems: `noble` carries on what was on `jammy`. */
function wordsOf({ parts }: TagName): readonly string[] {
  return parts.filter((part) => part.word !== '' && !isSystem(part)).map(({ word }) => word);
}
