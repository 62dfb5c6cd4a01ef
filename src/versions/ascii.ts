/** Reading versions in place, without cutting them up: comparison is the hot path of matching. */

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

export function isLetter(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

/** Position of the first character from `start` on, before `end`, that is no digit. */
export function digitsEnd(text: string, start: number, end = text.length): number {
  let i = start;
  while (i < end && isDigit(text.charCodeAt(i))) i += 1;
  return i;
}

/** Position of the first character from `start` on, before `end`, that is no `0`. */
export function zerosEnd(text: string, start: number, end: number): number {
  let i = start;
  while (i < end && text.charCodeAt(i) === 0x30) i += 1;
  return i;
}

/** Compares `a.slice(i, endA)` with `b.slice(j, endB)` by code unit. */
export function compareText(a: string, i: number, endA: number, b: string, j: number, endB: number): number {
  for (; i < endA && j < endB; i += 1, j += 1) {
    const difference = a.charCodeAt(i) - b.charCodeAt(j);
    if (difference !== 0) return difference;
  }
  return endA - i - (endB - j);
}

/** Compares two runs of digits by value, of any length. */
export function compareDigits(
  a: string,
  i: number,
  endA: number,
  b: string,
  j: number,
  endB: number,
): number {
  const startA = zerosEnd(a, i, endA);
  const startB = zerosEnd(b, j, endB);
  return endA - startA - (endB - startB) || compareText(a, startA, endA, b, startB, endB);
}
