/** Lines and columns of a text. */
export interface Positions {
  /** Counted from one, as people and editors do. */
  at(offset: number): { readonly line: number; readonly column: number };
  /** Of a line and a character that are counted from zero. */
  offset(line: number, character: number): number;
}

export function createPositions(text: string): Positions {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return {
    at(offset) {
      let [low, high] = [0, starts.length - 1];
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((starts[middle] ?? 0) <= offset) low = middle;
        else high = middle - 1;
      }
      return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
    },
    offset: (line, character) => (starts[line] ?? text.length) + character,
  };
}
