/**
 * Finds any of a hundred literals in one pass over bytes, after Wu and Manber, "A fast algorithm for multi-pattern
 * searching" (1994). The last two bytes of a window as long as the shortest literal say how far the window may be moved
 * on before any literal could end in it: on ordinary text almost always by its whole length less one. Only where they
 * are the end of a literal's beginning are literals compared.
 */
export interface LiteralSearch {
  /**
   * Calls `onFound` for every occurrence, in order of position.
   *
   * @param onFound gets the position and the index of the literal; answers false to stop
   */
  find(bytes: Uint8Array, onFound: (at: number, literal: number) => boolean): void;
}

const BLOCK = 2;

/** @param literals of at least two bytes each, compared byte by byte */
export function createLiteralSearch(literals: readonly string[]): LiteralSearch {
  const patterns = literals.map((text) => Buffer.from(text, 'latin1'));
  const window = patterns.reduce((least, { length }) => Math.min(least, length), Infinity);
  if (patterns.length > 0 && window < BLOCK) throw new RangeError('a literal is shorter than two bytes');
  const shifts = new Uint8Array(65_536).fill(patterns.length === 0 ? 255 : Math.min(window - BLOCK + 1, 255));
  const ending = new Map<number, number[]>();
  for (const [index, pattern] of patterns.entries()) {
    for (let end = BLOCK; end <= window; end += 1) {
      const block = blockAt(pattern, end - BLOCK);
      shifts[block] = Math.min(shifts[block] ?? 0, window - end);
      if (end === window) ending.set(block, [...(ending.get(block) ?? []), index]);
    }
  }

  return {
    find(bytes, onFound) {
      if (patterns.length === 0) return;
      const last = bytes.length - BLOCK;
      for (let at = window - BLOCK; at <= last;) {
        const block = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
        const shift = shifts[block] ?? 0;
        if (shift > 0) {
          at += shift;
          continue;
        }
        const start = at - (window - BLOCK);
        for (const index of ending.get(block) ?? []) {
          const pattern = patterns[index];
          if (pattern !== undefined && isAt(bytes, start, pattern) && !onFound(start, index)) return;
        }
        at += 1;
      }
    },
  };
}

function blockAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function isAt(bytes: Uint8Array, start: number, pattern: Uint8Array): boolean {
  if (start + pattern.length > bytes.length) return false;
  for (let at = 0; at < pattern.length; at += 1) if (bytes[start + at] !== pattern[at]) return false;
  return true;
}
