/** What a change of a repository means, in lines that both the terminal and a comment on a proposal show. */
import type { Architecture } from '../../definitions/architectures.ts';
import { compareWords } from '../../versions/order.ts';
import type { NamedEntry } from '../tags/entry-name.ts';
import { readTagName, softwareVersion } from '../tags/tag-name.ts';
import type { LostTag, MovedTag } from './definition-change.ts';
import type { RepositoryReview } from './review.ts';

export interface SummaryLine {
  readonly about: string;
  /** Names that are shown as they are: tags, images. */
  readonly names: readonly string[];
  /** What became of them; empty where `about` says it all. */
  readonly what: string;
}

const WHAT_BECAME = {
  new: 'new repository',
  changed: 'changed',
  retired: 'retired: no supported tags any more',
  removed: 'removed',
} as const;

export function headlineOf({ change: { kind } }: RepositoryReview): string {
  return WHAT_BECAME[kind];
}

export function summarise({ change, bases }: RepositoryReview): readonly SummaryLine[] {
  const { gained, lost, moved, architectures, sources, pairs } = change;
  const lostAs = (about: string, belongs: (one: LostTag) => boolean) =>
    line(
      about,
      lost.filter(belongs).map(({ tag }) => tag),
    );
  return [
    ...line('entries gone', namesOf(pairs.map(({ base, head }) => (head === null ? base : null)))),
    ...line('entries new', namesOf(pairs.map(({ base, head }) => (base === null ? head : null)))),
    ...lostAs('tags left behind', ({ carrier }) => carrier !== null),
    ...lostAs('tags retired', ({ carrier, successor }) => carrier === null && successor === null),
    ...lostAs('tags superseded', ({ carrier, successor }) => carrier === null && successor !== null),
    ...line(
      'tags gained',
      gained.map(({ tag }) => tag),
    ),
    ...groupMoves(moved),
    ...grouped(
      architectures.filter((one) => one.gained.length > 0),
      (one) => `gained ${one.gained.join(', ')}`,
    ),
    ...grouped(
      architectures.filter((one) => one.lost.length > 0),
      (one) => `lost ${one.lost.join(', ')}`,
    ),
    ...grouped(bases, ({ from, to }) => changeOfImages(from, to)).map((one) => ({ ...one, about: 'base' })),
    ...line('source changed', [
      ...new Set(sources.filter(({ from, to }) => from !== null && to !== null).map(({ entry }) => entry)),
    ]),
  ];
}

function line(about: string, names: readonly string[], what = ''): SummaryLine[] {
  return names.length === 0 ? [] : [{ about, names, what }];
}

function namesOf(entries: readonly (NamedEntry | null)[]): readonly string[] {
  return entries.flatMap((entry) => entry?.name ?? []);
}

/** Tags of all variants that only follow the version of the software are told together. */
function groupMoves(moved: readonly MovedTag[]): SummaryLine[] {
  const groups = Map.groupBy(moved, ({ direction, from, to }) => {
    const [before, after] = [withoutVersion(from), withoutVersion(to)];
    const isRelease = before.names === after.names && before.version !== '' && after.version !== '';
    const what = isRelease ? [before.version, after.version] : [from.join(', '), to.join(', ')];
    return `tags moved ${direction}\n${what.join(' → ')}`;
  });
  return [...groups].flatMap(([key, moves]) => {
    const [about = '', what] = key.split('\n');
    return line(
      about,
      moves.map(({ tag }) => tag),
      what,
    );
  });
}

/** Names of entries with one version of the software, in order, and that version; none where they differ in it. */
function withoutVersion(entries: readonly string[]): { readonly names: string; readonly version: string } {
  const versions = new Set(entries.map((entry) => softwareVersion(readTagName(entry))));
  const [version = ''] = versions.size === 1 ? versions : [];
  const names = entries.map((entry) => (version === '' ? entry : entry.replace(version, '')));
  return { names: names.sort().join('\n'), version };
}

function grouped<One extends { readonly entry: string; readonly architectures?: readonly Architecture[] }>(
  ones: readonly One[],
  what: (one: One) => string,
): SummaryLine[] {
  const groups = new Map<string, Set<string>>();
  for (const one of ones) {
    const names = groups.get(what(one)) ?? new Set<string>();
    groups.set(what(one), names.add(one.entry));
  }
  return [...groups].map(([text, names]) => ({ about: 'architectures', names: [...names], what: text }));
}

function changeOfImages(from: readonly string[], to: readonly string[]): string {
  const gone = from.filter((image) => !to.includes(image)).sort(compareWords);
  const added = to.filter((image) => !from.includes(image)).sort(compareWords);
  return `${gone.join(', ') || 'nothing'} → ${added.join(', ') || 'nothing'}`;
}
