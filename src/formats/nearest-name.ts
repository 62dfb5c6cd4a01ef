/** Which known name a word that nobody knows was probably meant to be. */
import { isObject } from './json.ts';

const MAX_WORD = 40;

/** Null when the word is like none of the names. */
export function nearestName(word: string, names: Iterable<string>): string | null {
  if (word.length > MAX_WORD) return null;
  const lower = word.toLowerCase();
  const [best] = [...names]
    .map((name) => ({ name, distance: distance(lower, name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= Math.max(1, Math.floor(word.length / 3)) ? best.name : null;
}

/** Every name of a property in a JSON Schema. */
export function fieldsOfSchema(schema: unknown): ReadonlySet<string> {
  if (Array.isArray(schema)) return new Set(schema.flatMap((part) => [...fieldsOfSchema(part)]));
  if (!isObject(schema)) return new Set();
  const own = isObject(schema['properties']) ? Object.keys(schema['properties']) : [];
  return new Set([...own, ...Object.values(schema).flatMap((part) => [...fieldsOfSchema(part)])]);
}

/** Letters to add, drop or change, by Wagner and Fischer. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
