/** Targets that cannot be built as things stand, and everything that is built on them. */
import { type BuildGraph, targetName } from '../builds/build-graph.ts';
import type { Build, BuildTarget } from '../builds/build.ts';
import type { BlockedTarget } from './work.ts';

/** How many images of a cycle, or reasons of one target, are told. */
const MOST_NAMED = 10;

/** By number. */
export function findBlocked(graph: BuildGraph, builds: readonly Build[]): ReadonlyMap<number, BlockedTarget> {
  const blocked = new Map<number, BlockedTarget>();
  const block = (number: number, because: string, behind: BuildTarget | null): void => {
    const target = graph.targets[number];
    if (target === undefined || blocked.has(number)) return;
    const { sourceId, architecture } = target;
    blocked.set(number, { sourceId, architecture, because, behind });
  };

  for (const [number, build] of builds.entries()) {
    if (build.kind === 'identified') continue;
    const own = build.missing.filter(({ target }) => target === null).map(({ because }) => because);
    if (own.length > 0) block(number, own.slice(0, MOST_NAMED).join('; '), null);
  }
  for (const cycle of graph.cycles) {
    const because = describeCycle(graph, cycle);
    for (const number of cycle) block(number, because, null);
  }
  // grows while it is walked
  for (const [number] of blocked) {
    const parent = graph.targets[number];
    if (parent === undefined) continue;
    const { sourceId, architecture } = parent;
    for (const child of graph.children[number] ?? []) {
      block(child, `${targetName(parent)} cannot be built`, { sourceId, architecture });
    }
  }
  return blocked;
}

/** `a:1 is built on b:1, which is built on a:1`, as a line of arrows. */
function describeCycle({ targets }: BuildGraph, cycle: readonly number[]): string {
  const names = cycle.slice(0, MOST_NAMED).map((number) => {
    const target = targets[number];
    return target === undefined ? '' : targetName(target);
  });
  const more = cycle.length - names.length;
  const way = more > 0 ? [...names, `${more} more`] : names;
  return `images are built on each other in a circle: ${[...way, names[0] ?? ''].join(' → ')}`;
}
