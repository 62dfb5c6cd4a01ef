/**
 * What the tags of a repository have meant, from the versions of its definition file. A definition says only what is
 * supported today; that a tag was supported, until when, and what came after it, is in the history of the file.
 */
import type { Definition } from '../../definitions/definition.ts';
import { nameEntry, tagOwners } from './entry-name.ts';

/** A commit that changed the file. */
export interface HistoryPoint {
  readonly commit: string;
  /** When it was committed; seconds since 1970. */
  readonly at: number;
}

/** From one point on the tag meant the entry of this name. */
export interface TagMeaning {
  readonly since: HistoryPoint;
  /** The first tags of the entries that had it; several for a shared tag. */
  readonly entries: readonly string[];
  /** The first tag with the software's version among those of the first entry. */
  readonly software: string;
  /** All tags of the first entry, the most specific first: by them its successor is found. */
  readonly siblings: readonly string[];
}

/** A time during which a tag was supported without a break. */
export interface TagInterval {
  /** In order; the first begins with the interval. */
  readonly meanings: readonly [TagMeaning, ...TagMeaning[]];
  /** Null: it still is. */
  readonly until: HistoryPoint | null;
}

export interface TagHistory {
  /** The intervals of each tag, the oldest first. */
  readonly tags: ReadonlyMap<string, readonly TagInterval[]>;
  /** Versions of the file that were looked at. */
  readonly versions: number;
  /** Of these, versions that could not be read: tags are taken to have gone on through them. */
  readonly unreadable: number;
  /** The first version that could be read; what began there may be older. */
  readonly from: HistoryPoint | null;
}

/** One version of the file. */
export interface DefinitionVersion {
  readonly point: HistoryPoint;
  /** What its tags mean; `absent` where the file is not there, `unreadable` where it is not a definition. */
  readonly meanings: TagMeanings | 'absent' | 'unreadable';
}

/** What the tags of one version mean, before it is known since when. Made once for each content. */
export type TagMeanings = ReadonlyMap<string, Omit<TagMeaning, 'since'>>;

export function tagMeanings({ entries }: Pick<Definition, 'entries'>): TagMeanings {
  const named = entries.map(nameEntry);
  const siblings = new Map(named.map((entry) => [entry, entry.tags.map(({ tag }) => tag)]));
  const meanings = new Map<string, Omit<TagMeaning, 'since'>>();
  for (const [tag, owners] of tagOwners(named)) {
    const [first] = owners;
    if (first === undefined) continue;
    meanings.set(tag, {
      entries: owners.map(({ name }) => name),
      software: first.software.tag,
      siblings: siblings.get(first) ?? [],
    });
  }
  return meanings;
}

interface OpenInterval {
  readonly meanings: [TagMeaning, ...TagMeaning[]];
}

/** @param versions the oldest first */
export function makeTagHistory(versions: Iterable<DefinitionVersion>): TagHistory {
  const closed = new Map<string, TagInterval[]>();
  const open = new Map<string, OpenInterval>();
  const close = (tag: string, until: HistoryPoint | null, { meanings }: OpenInterval) => {
    const intervals = closed.get(tag);
    if (intervals === undefined) closed.set(tag, [{ meanings, until }]);
    else intervals.push({ meanings, until });
  };
  let count = 0;
  let unreadable = 0;
  let from: HistoryPoint | null = null;
  let previous: TagMeanings | null = null;
  for (const { point, meanings } of versions) {
    count += 1;
    if (meanings === 'unreadable') {
      unreadable += 1;
      continue;
    }
    from ??= point;
    const current: TagMeanings = meanings === 'absent' ? new Map() : meanings;
    if (current === previous) continue;
    for (const [tag, interval] of open) {
      if (current.has(tag)) continue;
      close(tag, point, interval);
      open.delete(tag);
    }
    for (const [tag, meaning] of current) extend(open, tag, { since: point, ...meaning });
    previous = current;
  }
  for (const [tag, interval] of open) close(tag, null, interval);
  return { tags: closed, versions: count, unreadable, from };
}

function extend(open: Map<string, OpenInterval>, tag: string, meaning: TagMeaning): void {
  const interval = open.get(tag);
  if (interval === undefined) {
    open.set(tag, { meanings: [meaning] });
    return;
  }
  const last = interval.meanings.at(-1);
  if (last !== undefined && isSame(last.entries, meaning.entries)) {
    // the newest siblings count: they are what its users could move to
    if (!isSame(last.siblings, meaning.siblings))
      interval.meanings[interval.meanings.length - 1] = { ...meaning, since: last.since };
  } else interval.meanings.push(meaning);
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((item, index) => item === b[index]));
}
