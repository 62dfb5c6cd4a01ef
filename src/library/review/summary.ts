/** What a change of a repository means, in lines that both the terminal and a comment on a proposal show. */
import type { Architecture } from '../../definitions/architectures.ts';
import { compareWords } from '../../versions/order.ts';
import type { MovedTag } from './definition-change.ts';
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
  const { gained, lost, moved, architectures, sources } = change;
  const left = lost.filter(({ carrier }) => carrier !== null).map(({ tag }) => tag);
  const ended = lost.filter(({ carrier }) => carrier === null).map(({ tag }) => tag);
  return [
    ...line('tags left behind', left),
    ...line('tags lost', ended),
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
    ...line('source changed', [...new Set(sources.map(({ entry }) => entry))]),
  ];
}

function line(about: string, names: readonly string[], what = ''): SummaryLine[] {
  return names.length === 0 ? [] : [{ about, names, what }];
}

function groupMoves(moved: readonly MovedTag[]): SummaryLine[] {
  const groups = new Map<string, MovedTag[]>();
  for (const move of moved) {
    const key = `${move.from.join(' ')}\n${move.to.join(' ')}`;
    groups.set(key, [...(groups.get(key) ?? []), move]);
  }
  return [...groups.values()].flatMap((moves) => {
    const [first] = moves;
    if (first === undefined) return [];
    const what = `${first.from.join(', ')} → ${first.to.join(', ')}`;
    return line(
      `tags moved ${first.direction}`,
      moves.map(({ tag }) => tag),
      what,
    );
  });
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
