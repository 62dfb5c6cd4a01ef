import { compareNumerals, compareWords, isNumeral } from './order.ts';
import { parsedScheme } from './parsed-scheme.ts';

/** RubyGems, lib/rubygems/version.rb, `VERSION_PATTERN`; older gems have a word in the first segment too (`1beta`). */
const VERSION = /^\d+[A-Za-z]*(?:\.[0-9A-Za-z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

/**
 * Versions of Ruby's gems, as `Gem::Version` orders them: numbers and words in turn, a word being older than a number
 * and than the end, so that any letter makes a pre-release; a hyphen stands for `.pre.`. Zeros at the end, and before
 * the first word, do not count.
 */
export const gem = parsedScheme('gem', readSegments, compareSegments);

function readSegments(version: string): readonly string[] | null {
  if (!VERSION.test(version)) return null;
  const segments = version.replaceAll('-', '.pre.').match(/\d+|[a-z]+/gi) ?? [];
  const word = segments.findIndex((segment) => !isNumeral(segment));
  const release = word < 0 ? segments : segments.slice(0, word);
  const preRelease = word < 0 ? [] : segments.slice(word);
  return [...withoutZeros(release), ...withoutZeros(preRelease)];
}

function withoutZeros(segments: readonly string[]): readonly string[] {
  return segments.slice(0, segments.findLastIndex((segment) => !/^0+$/.test(segment)) + 1);
}

function compareSegments(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < a.length || i < b.length; i += 1) {
    const [left, right] = [a[i] ?? '0', b[i] ?? '0'];
    const [numberA, numberB] = [isNumeral(left), isNumeral(right)];
    if (numberA !== numberB) return numberA ? 1 : -1;
    const order = numberA ? compareNumerals(left, right) : compareWords(left, right);
    if (order !== 0) return order;
  }
  return 0;
}
