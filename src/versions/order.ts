/** Orders that several schemes share, on parts of versions that have been cut out already. */
import { compareDigits } from './ascii.ts';

/** Compares two runs of digits by value, of any length. */
export function compareNumerals(a: string, b: string): number {
  return compareDigits(a, 0, a.length, b, 0, b.length);
}

/** By code unit. */
export function compareWords(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Item by item; of two lists that begin alike the longer is newer. */
export function compareLists(
  a: readonly string[],
  b: readonly string[],
  compareItems: (a: string, b: string) => number,
): number {
  for (let i = 0; i < a.length && i < b.length; i += 1) {
    const order = compareItems(a[i] ?? '', b[i] ?? '');
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Number by number, absent ones being 0. */
export function compareReleases(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < a.length || i < b.length; i += 1) {
    const order = compareNumerals(a[i] ?? '0', b[i] ?? '0');
    if (order !== 0) return order;
  }
  return 0;
}

/** Identifiers of semantic versioning: numbers by value and before words, words by code unit. */
export function compareIdentifiers(a: string, b: string): number {
  const [numberA, numberB] = [isNumeral(a), isNumeral(b)];
  if (numberA !== numberB) return numberA ? -1 : 1;
  return numberA ? compareNumerals(a, b) : compareWords(a, b);
}

export function isNumeral(text: string): boolean {
  return /^\d+$/.test(text);
}
