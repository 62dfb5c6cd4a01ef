/** What is built on what: targets as numbers in the order of the sources, each architecture for itself. */
import type { Architecture } from '../../definitions/architectures.ts';
import type { Source, SourceArchitecture, SourceId, Sources } from '../sources/source.ts';
import type { BuildTarget } from './build.ts';

export interface GraphTarget extends BuildTarget {
  readonly source: Source;
  /** Of the source, on this architecture. */
  readonly place: SourceArchitecture;
}

/** A target goes by its number, which is its index in every list here. */
export interface BuildGraph {
  /** In the order of the sources, and of the architectures of each. */
  readonly targets: readonly GraphTarget[];
  readonly parents: readonly (readonly number[])[];
  readonly children: readonly (readonly number[])[];
  /** Numbers, parents before children. Targets on a cycle, or built on one, are left out. */
  readonly order: readonly number[];
  /** Longest way to a target without parents in the programme; 0 for what is not in `order`. */
  readonly depth: readonly number[];
  /** How many targets are built on each, directly and indirectly. */
  readonly fanOut: readonly number[];
  /** Each target of a cycle is built on the next one, and the last on the first. At least one on the way up from all that `order` lacks. */
  readonly cycles: readonly (readonly number[])[];
  /** Null for what is no target. */
  numberOf(sourceId: SourceId, architecture: Architecture): number | null;
}

/**
 * How many ancestors of a target count it as built on them: the nearest. Real images have fewer than twenty; the bound keeps
 * the time linear whatever the definitions say.
 */
const MOST_ANCESTORS = 100;

/** What people know the target by: its first tag, `redis:8.2.1-bookworm`. */
export function targetName({ place }: GraphTarget): string {
  return place.tags[0] ?? '';
}

/** Whose rules are the target's: the repository of its first tag, `redis`. */
export function repositoryOf(target: GraphTarget): string {
  const name = targetName(target);
  return name.slice(0, name.lastIndexOf(':'));
}

export function createBuildGraph(sources: Sources): BuildGraph {
  const targets: GraphTarget[] = [];
  const numbers = new Map<SourceId, Map<Architecture, number>>();
  for (const [sourceId, source] of sources) {
    const ofSource = new Map<Architecture, number>();
    numbers.set(sourceId, ofSource);
    for (const [architecture, place] of source.architectures) {
      ofSource.set(architecture, targets.length);
      targets.push({ sourceId, architecture, source, place });
    }
  }
  const numberOf: BuildGraph['numberOf'] = (sourceId, architecture) =>
    numbers.get(sourceId)?.get(architecture) ?? null;

  const parents = targets.map(({ place, architecture }) => {
    const found = new Set<number>();
    for (const { sourceId } of place.parents.values()) {
      const number = sourceId === null ? null : numberOf(sourceId, architecture);
      if (number !== null) found.add(number);
    }
    return [...found];
  });
  const children: number[][] = targets.map(() => []);
  for (const [child, its] of parents.entries()) for (const parent of its) children[parent]?.push(child);

  const { order, depth } = sortByParents(parents, children);
  return {
    targets,
    parents,
    children,
    order,
    depth,
    fanOut: countDescendants(parents),
    cycles: findCycles(parents, new Set(order)),
    numberOf,
  };
}

type Adjacency = readonly (readonly number[])[];

/** Kahn's algorithm. */
function sortByParents(
  parents: Adjacency,
  children: Adjacency,
): { readonly order: readonly number[]; readonly depth: readonly number[] } {
  const unsorted = parents.map((its) => its.length);
  const depth = parents.map(() => 0);
  const order: number[] = [];
  for (const [number, count] of unsorted.entries()) if (count === 0) order.push(number);
  // grows while it is walked
  for (const number of order) {
    for (const child of children[number] ?? []) {
      depth[child] = Math.max(depth[child] ?? 0, (depth[number] ?? 0) + 1);
      const left = (unsorted[child] ?? 0) - 1;
      unsorted[child] = left;
      if (left === 0) order.push(child);
    }
  }
  return { order, depth: depth.map((levels, number) => (unsorted[number] === 0 ? levels : 0)) };
}

/** Upwards from each target: images have few ancestors, and may have thousands of descendants. */
function countDescendants(parents: Adjacency): readonly number[] {
  const counts = parents.map(() => 0);
  for (const number of parents.keys()) {
    const ancestors = new Set<number>(parents[number]);
    for (const ancestor of ancestors) {
      if (ancestor !== number) counts[ancestor] = (counts[ancestor] ?? 0) + 1;
      for (const above of parents[ancestor] ?? []) {
        if (ancestors.size < MOST_ANCESTORS) ancestors.add(above);
      }
    }
  }
  return counts;
}

/**
 * What could not be sorted has a parent that could not be sorted either. So going up by the first of these, every way ends in a
 * cycle.
 */
function findCycles(parents: Adjacency, sorted: ReadonlySet<number>): readonly (readonly number[])[] {
  const cycles: (readonly number[])[] = [];
  const seen = new Set<number>(sorted);
  for (const start of parents.keys()) {
    const way = new Set<number>();
    let number: number | undefined = start;
    while (number !== undefined && !seen.has(number)) {
      seen.add(number);
      way.add(number);
      number = parents[number]?.find((parent) => !sorted.has(parent));
    }
    if (number === undefined || !way.has(number)) continue;
    const passed = [...way];
    cycles.push(passed.slice(passed.indexOf(number)));
  }
  return cycles;
}
