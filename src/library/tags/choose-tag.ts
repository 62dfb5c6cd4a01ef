/** Which tag to use: every image of a repository that answers a wish, the best first, with what speaks for and against it. */
import type { Architecture } from '../../definitions/architectures.ts';
import type { NamedEntry } from './entry-name.ts';
import { newestOf, usualOf } from './tag-answer.ts';
import { endOfLifeOf, kindOf, leannessOf, releaseOf } from './tag-axes.ts';
import {
  compareSoftware,
  compareSpecificity,
  isAskedFor,
  isPreRelease,
  linePrecision,
  readTagName,
  softwareVersion,
  type TagName,
} from './tag-name.ts';

export interface TagWish {
  /** Only what this tag asks for: `3`, `3-slim`, `latest`. */
  readonly like: string;
  /** The image must be there for it; null for any. */
  readonly architecture: Architecture | null;
  /** Less is better. */
  readonly lean: boolean;
}

export interface TagReason {
  readonly speaks: 'for' | 'against';
  readonly because: string;
}

export interface TagChoice {
  /** Does not change but for rebuilds. */
  readonly exact: string;
  /** Gets fixes of its line, and no new versions that could break; the same as `exact` where there is no such tag. */
  readonly line: string;
  readonly reasons: readonly TagReason[];
}

/** What weighs most comes first: an image that is worse in an earlier one is worse, whatever the others say. */
interface Merits {
  readonly released: boolean;
  readonly maintained: boolean;
  readonly newest: boolean;
  readonly usual: boolean;
  readonly meant: boolean;
  readonly leanness: number;
}

export function chooseTags(
  entries: readonly NamedEntry[],
  wish: TagWish,
  nowMs: number,
): readonly TagChoice[] {
  const like = readTagName(wish.like);
  const usualKind = kindOf(usualOf(entries)?.software ?? readTagName('latest'));
  const fitting = entries.filter(
    ({ tags, entry }) =>
      tags.some((tag) => isAskedFor(like, tag)) &&
      (wish.architecture === null || entry.architectures.includes(wish.architecture)),
  );
  const newest = newestOf(fitting.filter(({ preRelease }) => !preRelease));
  return fitting
    .map((entry) => ({ entry, ...judge(entry, { newest, usualKind, like, nowMs }) }))
    .sort(
      (a, b) =>
        compareMerits(a.merits, b.merits, wish.lean) ||
        (compareSoftware(b.entry.software, a.entry.software) ?? 0) ||
        b.entry.entry.architectures.length - a.entry.entry.architectures.length,
    )
    .map(({ entry, reasons }) => ({ exact: exactTag(entry), line: lineTag(entry), reasons }));
}

/** What an entry is held against. */
interface Standard {
  readonly newest: NamedEntry | null;
  readonly usualKind: string;
  readonly like: TagName;
  readonly nowMs: number;
}

function judge(
  { software, tags, preRelease }: NamedEntry,
  { newest, usualKind, like, nowMs }: Standard,
): { readonly merits: Merits; readonly reasons: readonly TagReason[] } {
  const reasons: TagReason[] = [];
  const say = (speaks: TagReason['speaks'], because: string) => reasons.push({ speaks, because });
  if (preRelease) say('against', 'a pre-release');
  const release = releaseOf(tags);
  const end = release === null ? null : endOfLifeOf(release, nowMs);
  if (end !== null) {
    const what = `${end.release.id} ${end.release.versionId}`;
    if (end.isOver) say('against', `${what} has had no public security updates since ${end.lastDay}`);
    else say('for', `${what} gets public security updates until ${end.lastDay}`);
  }
  const order = newest === null ? 0 : (compareSoftware(software, newest.software) ?? 0);
  if (order === 0 && !preRelease) say('for', 'the newest version');
  else if (order < 0 && newest !== null) say('against', `older than ${softwareVersion(newest.software)}`);
  const usual = kindOf(software) === usualKind;
  if (usual) say('for', 'the usual kind of this repository');
  const meant = tags.some(({ tag }) => tag === like.tag);
  if (meant) say('for', `what ${like.tag} means`);
  const leanness = leannessOf(software);
  if (leanness > 0) say('for', 'less in it than in the plain image');
  return {
    merits: {
      released: !preRelease,
      maintained: end?.isOver !== true,
      newest: order >= 0,
      usual,
      meant,
      leanness,
    },
    reasons,
  };
}

/** Negative where `a` is better. */
function compareMerits(a: Merits, b: Merits, lean: boolean): number {
  return (
    better(a.released, b.released) ||
    better(a.maintained, b.maintained) ||
    (lean ? 0 : better(a.meant, b.meant)) ||
    better(a.newest, b.newest) ||
    (lean ? b.leanness - a.leanness : 0) ||
    better(a.usual, b.usual)
  );
}

function better(a: boolean, b: boolean): number {
  return Number(b) - Number(a);
}

function exactTag({ tags, name }: NamedEntry): string {
  return tags.toSorted(compareSpecificity)[0]?.tag ?? name;
}

/** The tag with the longest version that is not the whole one, which is a line of fixes nearly everywhere; of these the most specific one. */
function lineTag(entry: NamedEntry): string {
  const precision = (tag: TagName) => linePrecision(tag, entry.software);
  const [line] = entry.tags
    .filter((tag) => !isPreRelease(tag) && precision(tag) > 0)
    .sort((a, b) => precision(b) - precision(a) || compareSpecificity(a, b));
  return line?.tag ?? exactTag(entry);
}
