import { isObject } from '../../formats/json.ts';
import { trustPolicyJsonSchema } from './policy-schema.ts';

/** The field of a trust policy that a word is probably meant to be; null when it is like none. */
export function nearestField(word: string): string | null {
  if (word.length > 40) return null;
  const lower = word.toLowerCase();
  const [best] = [...fieldsOf(trustPolicyJsonSchema())]
    .map((field) => ({ field, distance: distance(lower, field.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= Math.max(1, Math.floor(word.length / 3)) ? best.field : null;
}

/** Every name of a property in a JSON Schema. */
function fieldsOf(schema: unknown): ReadonlySet<string> {
  if (Array.isArray(schema)) return new Set(schema.flatMap((part) => [...fieldsOf(part)]));
  if (!isObject(schema)) return new Set();
  const own = isObject(schema['properties']) ? Object.keys(schema['properties']) : [];
  return new Set([...own, ...Object.values(schema).flatMap((part) => [...fieldsOf(part)])]);
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
