/** Properties as one JSON object, for formats that have a place for JSON but none for properties. */
import { isObject, parseJsonObject, textsIn } from '../formats/json.ts';
import type { Property } from './properties.ts';

/** Values by name; a name that is there several times has a list. */
export type Facts = Readonly<Record<string, string | readonly string[]>>;

export function toFacts(properties: readonly Property[]): Facts {
  const byName = Map.groupBy(properties, ([name]) => name);
  return Object.fromEntries(
    [...byName].map(([name, same]) => {
      const values = same.map(([, value]) => value);
      const [only = ''] = values;
      return [name, values.length === 1 ? only : values];
    }),
  );
}

/** What `toFacts` was given; nothing for other values. */
export function fromFacts(facts: unknown): readonly Property[] {
  if (!isObject(facts)) return [];
  return Object.entries(facts).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : textsIn(value)).map((one): Property => [name, one]),
  );
}

/** Without `<`, which ends a text in some formats. */
export function formatFacts(properties: readonly Property[]): string {
  return JSON.stringify(toFacts(properties)).replaceAll('<', '\\u003c');
}

/** From what `formatFacts` made; nothing for other texts. */
export function parseFacts(text: string): readonly Property[] {
  return text.startsWith('{') ? fromFacts(parseJsonObject(text)) : [];
}
