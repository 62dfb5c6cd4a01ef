/**
 * Lock files that are a plan of directories, as those of npm and bun: an entry stands for a module in a place, and what
 * it imports is found as Node finds it, among the modules in its own directory, then in the one above, up to the
 * project's. Node.js, "Loading from node_modules folders".
 */
import { type LockedFacts, type LockEntry, NO_ENTRY } from './locked-packages.ts';

export interface PlacedEntry {
  /** Index of the entry whose directory it lies in; -1 for the project's. */
  readonly parent: number;
  /** The name by which it is imported. */
  readonly name: string;
  /** Null for what only takes a place: it is left out, and what imports it finds nothing. */
  readonly pkg: LockedFacts | null;
  /** The names that it imports. */
  readonly imports: readonly string[];
}

/** Directories above a module in which is looked; deeper than any real tree. */
const MAX_LEVELS = 64;

/** Finds for every module the modules that it imports. */
export function resolvePlaces(places: readonly PlacedEntry[]): readonly LockEntry[] {
  const find = createFinder(places);
  return places.map(({ pkg, imports }, index) =>
    pkg === null && imports.length === 0
      ? NO_ENTRY
      : { pkg, needs: imports.flatMap((name) => find(index, name) ?? []) },
  );
}

/** Answers which entry a name means, said in an entry; -1 is the project. */
export function createFinder(
  places: readonly PlacedEntry[],
): (from: number, name: string) => number | undefined {
  const children = new Map(places.map(({ parent, name }, index) => [`${parent}/${name}`, index]));
  return (from, name) => {
    let at = from;
    for (let level = 0; level < MAX_LEVELS && at >= 0; level += 1) {
      const found = children.get(`${at}/${name}`);
      if (found !== undefined) return found;
      at = places[at]?.parent ?? -1;
    }
    return children.get(`-1/${name}`);
  };
}
