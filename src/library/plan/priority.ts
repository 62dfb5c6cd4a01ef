/** In which order builds are made. */
import type { Architecture } from '../../definitions/architectures.ts';
import { SEVERITY_RANK } from '../../model/severity.ts';
import type { WorkItem } from './work.ts';

export interface Ranked {
  readonly item: WorkItem;
  /** When the image was begun that stands now; null where there is none, which is more urgent than any age. */
  readonly standingSince: number | null;
  /** Place in the order of the definitions: decides last. */
  readonly number: number;
}

/**
 * The most urgent first: severity, then depth (parents first), then fan-out, then age; after these what has failed least, and
 * the order of the definitions. Architectures take turns within a severity, so that none waits for the whole of another.
 */
export function inOrder(ranked: readonly Ranked[]): readonly WorkItem[] {
  const turns = new Map<string, number>();
  return ranked
    .toSorted(compare)
    .map(({ item }) => {
      const queue: `${number}/${Architecture}` = `${rankOf(item)}/${item.build.architecture}`;
      const turn = turns.get(queue) ?? 0;
      turns.set(queue, turn + 1);
      return { item, turn };
    })
    .sort((a, b) => rankOf(b.item) - rankOf(a.item) || a.turn - b.turn)
    .map(({ item }) => item);
}

function compare(a: Ranked, b: Ranked): number {
  return (
    rankOf(b.item) - rankOf(a.item) ||
    a.item.depth - b.item.depth ||
    b.item.fanOut - a.item.fanOut ||
    (a.standingSince ?? 0) - (b.standingSince ?? 0) ||
    a.item.attempts - b.item.attempts ||
    a.number - b.number
  );
}

function rankOf({ severity }: WorkItem): number {
  return severity === null ? -1 : SEVERITY_RANK[severity];
}
