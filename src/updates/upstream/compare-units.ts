/** What a source lists against what is at hand. */
export interface UnitChanges {
  /** New, or of another version; in the order of the list. */
  readonly changed: readonly string[];
  /** At hand, and no longer listed. */
  readonly gone: readonly string[];
}

/** Versions are only ever compared for being the same: no clock is trusted, neither theirs nor ours. */
export function compareUnits(
  listed: ReadonlyMap<string, string>,
  known: ReadonlyMap<string, string>,
): UnitChanges {
  return {
    changed: [...listed].filter(([unit, version]) => known.get(unit) !== version).map(([unit]) => unit),
    gone: [...known.keys()].filter((unit) => !listed.has(unit)),
  };
}

/** Runs the work on two items at a time; results in the order of the items. */
export async function* twoAtATime<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): AsyncIterable<R> {
  const start = (at: number): Promise<R> | null => {
    const item = items[at];
    if (item === undefined) return null;
    const running = work(item);
    // its failure is met when its turn comes
    running.catch(() => {});
    return running;
  };
  let [now, next] = [start(0), start(1)];
  for (let at = 2; now !== null; at += 1) {
    yield await now;
    [now, next] = [next, start(at)];
  }
}
