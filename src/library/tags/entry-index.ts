import type { NamedEntry } from './entry-name.ts';
import { type TagName, type TagPart, versionNumbers } from './tag-name.ts';

/** Versions of software have fewer; what a longer one begins with is enough to look for it. */
const MOST_NUMBERS = 8;

/**
 * Looks entries up by what names ask for, so that thousands of names need not be held against thousands of entries.
 *
 * @returns for a name all entries that have a tag for which it may ask ({@link isAskedFor}), and some others, in their order
 */
export function entriesByPart(entries: readonly NamedEntry[]): (name: TagName) => readonly NamedEntry[] {
  const byKey = new Map<string, NamedEntry[]>();
  for (const entry of entries) {
    for (const key of entry.tags.flatMap(({ parts }) => parts.flatMap(keysOf))) {
      const known = byKey.get(key);
      if (known === undefined) byKey.set(key, [entry]);
      else if (known.at(-1) !== entry) known.push(entry);
    }
  }
  // each part has to be there: the rarest leaves the fewest
  return ({ parts }) =>
    parts
      .map((part) => byKey.get(keyOf(part)) ?? [])
      .reduce((fewest, found) => (found.length < fewest.length ? found : fewest), entries);
}

/** A part is asked for by its word alone, and by its word with what its version begins with. */
function keysOf(part: TagPart): readonly string[] {
  const numbers = numbersIn(part);
  return [part.word, ...numbers.map((_, index) => toKey(part.word, numbers.slice(0, index + 1)))];
}

function keyOf(part: TagPart): string {
  return part.version === '' ? part.word : toKey(part.word, numbersIn(part));
}

function toKey(word: string, numbers: readonly string[]): string {
  return `${word} ${numbers.join('.')}`;
}

function numbersIn({ version }: TagPart): readonly string[] {
  return version === '' ? [] : versionNumbers(version).slice(0, MOST_NUMBERS);
}
