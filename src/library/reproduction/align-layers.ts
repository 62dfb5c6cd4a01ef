/** Which layers of two images stand for each other. */
import type { Digest } from '../../model/digest.ts';

/** Numbers of layers, from 0. Where both sides have one layer, and it is the same, `isSame` is true. */
export interface LayerPair {
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly isSame: boolean;
}

/**
 * Layers with the same diff ID go together, as many as keep their order. Between them, the same number of layers on both sides goes
 * one with one; another number, as builders make them that cut layers differently, all with all.
 */
export function alignLayers(before: readonly Digest[], after: readonly Digest[]): readonly LayerPair[] {
  const pairs: LayerPair[] = [];
  let [atBefore, atAfter] = [0, 0];
  const fillTo = (toBefore: number, toAfter: number): void => {
    const [left, right] = [range(atBefore, toBefore), range(atAfter, toAfter)];
    if (left.length === right.length) {
      for (const [at, number] of left.entries()) {
        pairs.push({ before: [number], after: right.slice(at, at + 1), isSame: false });
      }
    } else pairs.push({ before: left, after: right, isSame: false });
  };
  for (const [same, asSame] of commonLayers(before, after)) {
    fillTo(same, asSame);
    pairs.push({ before: [same], after: [asSame], isSame: true });
    [atBefore, atAfter] = [same + 1, asSame + 1];
  }
  fillTo(before.length, after.length);
  return pairs;
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, at) => from + at);
}

/** Longest common subsequence, by dynamic programming: images have at most a thousand layers. */
function commonLayers(before: readonly Digest[], after: readonly Digest[]): readonly [number, number][] {
  const width = after.length + 1;
  const length = new Uint16Array((before.length + 1) * width);
  const lengthAt = (left: number, right: number): number => length[left * width + right] ?? 0;
  for (let left = before.length - 1; left >= 0; left--) {
    for (let right = after.length - 1; right >= 0; right--) {
      length[left * width + right] =
        before[left] === after[right]
          ? lengthAt(left + 1, right + 1) + 1
          : Math.max(lengthAt(left + 1, right), lengthAt(left, right + 1));
    }
  }
  const common: [number, number][] = [];
  for (let left = 0, right = 0; left < before.length && right < after.length;) {
    if (before[left] === after[right]) common.push([left++, right++]);
    else if (lengthAt(left + 1, right) >= lengthAt(left, right + 1)) left += 1;
    else right += 1;
  }
  return common;
}
