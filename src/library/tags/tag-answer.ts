/** What can be said about one tag of a repository: the reference of official images asks these questions of itself. */
import type { Architecture } from '../../definitions/architectures.ts';
import { parseDatedName } from '../ledger/dated-name.ts';
import type { GivenName, TagSpan } from '../ledger/tag-spans.ts';
import { tagOwners, type NamedEntry } from './entry-name.ts';
import { standingOf, standingOfName, type TagStanding } from './tag-state.ts';
import type { TagHistory, TagInterval } from './tag-history.ts';
import { endOfLifeOf, familyOf, kindOf, leannessOf, releaseOf, type EndOfLife } from './tag-axes.ts';
import { compareSoftware, compareSpecificity, readTagName, softwareVersion } from './tag-name.ts';

export interface TagImage {
  /** The first tag of its entry. */
  readonly entry: string;
  readonly architectures: readonly Architecture[];
  readonly constraints: readonly string[];
  /** The image of its last stage; null where the contents of its commit are not at hand. */
  readonly base: string | null;
}

/** One image of the repository beside the one that was asked for. */
export interface TagSibling {
  readonly tag: string;
  readonly version: string;
  /** What kind it is: `slim`, `php-fpm-alpine`; empty for the plain one. */
  readonly kind: string;
  readonly system: string | null;
  readonly architectures: readonly Architecture[];
}

export interface TagAnswer {
  readonly repository: string;
  readonly tag: string;
  readonly standing: TagStanding;
  /** Every tag that is the very same image, or the same set of images, with this one; the most specific first. */
  readonly aliases: readonly string[];
  /** Which of them changes least: what to write where a rebuild of a newer version is not wanted. */
  readonly mostSpecific: string | null;
  /** Several for a shared tag. Empty for a tag that is not supported. */
  readonly images: readonly TagImage[];
  /** Until when what it is built on gets security updates; null where its name does not say. */
  readonly endOfLife: EndOfLife | null;
  /** Of the same kind: the newest release, and the newest pre-release if that is newer. */
  readonly newest: string | null;
  readonly newestPreRelease: string | null;
  /** The same software in other kinds. */
  readonly variants: readonly TagSibling[];
  /** Of these, those with less in them; the leanest first. */
  readonly slimmer: readonly string[];
  /** When it was supported and what it meant; empty where history is not at hand. */
  readonly history: readonly TagInterval[];
  /** Names that publications gave it and that never move, the last one first. */
  readonly dated: readonly GivenName[];
}

export interface TagQuestion {
  readonly repository: string;
  readonly tag: string;
  readonly entries: readonly NamedEntry[];
  readonly history: TagHistory | null;
  /** What the ledger knows of the repository's tags. */
  readonly spans: ReadonlyMap<string, TagSpan>;
  /** The image of the last stage of an entry, where it is known. */
  readonly baseOf: (entry: NamedEntry, architecture: Architecture) => string | null;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

export function answerTag({
  repository,
  tag,
  entries,
  history,
  spans,
  baseOf,
  nowMs,
}: TagQuestion): TagAnswer {
  const owners = tagOwners(entries);
  const owned = owners.get(tag) ?? [];
  const aliases = [...owners]
    .filter(([, others]) => owned.length > 0 && isSameSet(others, owned))
    .map(([alias]) => alias)
    .sort((a, b) => compareSpecificity(readTagName(a), readTagName(b)));
  const [subject = null] = owned;
  const release = subject === null ? null : releaseOf(subject.tags);
  return {
    repository,
    tag,
    standing: standingIn({ tag, entries, history, spans }),
    aliases,
    mostSpecific: aliases[0] ?? null,
    images: owned.map((entry) => toImage(entry, baseOf)),
    endOfLife: release === null ? null : endOfLifeOf(release, nowMs),
    ...newestLike(subject, entries),
    ...siblingsOf(subject, entries),
    history: history?.tags.get(tag) ?? [],
    dated: spans.get(tag)?.dated.toReversed() ?? [],
  };
}

function standingIn({
  tag,
  entries,
  history,
  spans,
}: Pick<TagQuestion, 'tag' | 'entries' | 'history' | 'spans'>): TagStanding {
  const standing = standingOf(tag, entries, history, spans.get(tag) ?? null);
  if (standing.state !== 'unknown') return standing;
  const owner = parseDatedName(tag)?.tag ?? '';
  const given = spans.get(owner)?.dated.find(({ name }) => name === tag);
  return given === undefined ? standing : standingOfName(given, owner, entries);
}

function toImage(entry: NamedEntry, baseOf: TagQuestion['baseOf']): TagImage {
  const { architectures, constraints } = entry.entry;
  const [first] = architectures;
  return {
    entry: entry.name,
    architectures,
    constraints,
    base: first === undefined ? null : baseOf(entry, first),
  };
}

function newestLike(
  subject: NamedEntry | null,
  entries: readonly NamedEntry[],
): Pick<TagAnswer, 'newest' | 'newestPreRelease'> {
  if (subject === null) return { newest: null, newestPreRelease: null };
  const kind = kindOf(subject.software);
  const alike = entries.filter(({ software }) => kindOf(software) === kind);
  const newest = newestOf(alike.filter(({ preRelease }) => !preRelease));
  const next = newestOf(alike.filter(({ preRelease }) => preRelease));
  const isNewer =
    next !== null && (newest === null || (compareSoftware(next.software, newest.software) ?? 0) > 0);
  return { newest: newest?.name ?? null, newestPreRelease: isNewer ? next.name : null };
}

/** Of equal ones the most usual. */
export function newestOf(entries: readonly NamedEntry[]): NamedEntry | null {
  return entries.reduce<NamedEntry | null>((newest, entry) => {
    if (newest === null) return entry;
    const order = compareSoftware(entry.software, newest.software) ?? 0;
    return (order || compareUsual(entry, newest)) > 0 ? entry : newest;
  }, null);
}

/** The entry that a repository means where nothing is said: of equal ones the first. */
export function usualOf(entries: readonly NamedEntry[]): NamedEntry | null {
  return entries.reduce<NamedEntry | null>(
    (usual, entry) => (usual === null || compareUsual(entry, usual) > 0 ? entry : usual),
    null,
  );
}

/** Positive where `a` is the more usual one. */
function compareUsual(a: NamedEntry, b: NamedEntry): number {
  const [first, second] = [usualnessOf(a), usualnessOf(b)];
  const at = first.findIndex((weight, index) => weight !== second[index]);
  return (first[at] ?? 0) - (second[at] ?? 0);
}

/** Whether it has `latest`, else how few words its kind has, whether it is no Windows, how many tags it has: what weighs most comes first. */
function usualnessOf({ entry, software, tags }: NamedEntry): readonly number[] {
  return [
    Number(tags.some(({ tag }) => tag === 'latest')),
    -kindOf(software).split('-').filter(Boolean).length,
    -Number(entry.architectures.includes('windows-amd64')),
    tags.length,
  ];
}

function siblingsOf(
  subject: NamedEntry | null,
  entries: readonly NamedEntry[],
): Pick<TagAnswer, 'variants' | 'slimmer'> {
  if (subject === null) return { variants: [], slimmer: [] };
  const version = softwareVersion(subject.software);
  const others = entries.filter((entry) => entry !== subject && softwareVersion(entry.software) === version);
  const family = familyOf(subject.software);
  const leanness = leannessOf(subject.software);
  return {
    variants: others.map(toSibling),
    slimmer: others
      .filter(({ software }) => familyOf(software) === family && leannessOf(software) > leanness)
      .sort((a, b) => leannessOf(b.software) - leannessOf(a.software))
      .map(({ name }) => name),
  };
}

export function toSibling({ name, software, tags, entry }: NamedEntry): TagSibling {
  const release = releaseOf(tags);
  return {
    tag: name,
    version: softwareVersion(software),
    kind: kindOf(software),
    system: release === null ? null : `${release.id} ${release.versionId}`,
    architectures: entry.architectures,
  };
}

function isSameSet(a: readonly NamedEntry[], b: readonly NamedEntry[]): boolean {
  return a.length === b.length && a.every((entry, index) => entry === b[index]);
}
