/** One of each group, then the next of each, until all are taken: a long group must not hide a short one. */
export function inTurn<T>(groups: Iterable<readonly T[]>): T[] {
  const lists = [...groups];
  const taken: T[] = [];
  for (let place = 0; lists.some((list) => place < list.length); place += 1) {
    for (const list of lists) {
      const next = list[place];
      if (next !== undefined) taken.push(next);
    }
  }
  return taken;
}

/**
 * Puts what is known as evidence before what is not, and takes the kinds in turn: whoever attaches thousands of junk
 * manifests first hides neither another kind behind them nor, in their order, what was there before them.
 *
 * @param kindOf null for what is not known as evidence
 */
export function fairOrder<T>(listed: readonly T[], kindOf: (one: T) => string | null): T[] {
  const kinds = Map.groupBy(listed, kindOf);
  const others = kinds.get(null) ?? [];
  kinds.delete(null);
  return [...inTurn(kinds.values()), ...others];
}
