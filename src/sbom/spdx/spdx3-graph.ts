/** The elements of an SPDX 3 document, which stand in one list, or within each other where they are used. */
import { isObject, type JsonObject, textIn } from '../../formats/json.ts';
import { SbomError } from '../errors.ts';

/** More elements than any image's bill has. */
const MAX_ELEMENTS = 2_000_000;

export interface Spdx3Graph {
  readonly elements: readonly JsonObject[];
  /** What a field refers to: the element itself, or the one that has its identifier. */
  readonly resolve: (reference: unknown) => JsonObject | undefined;
}

/**
 * Every object with a type, however deep, without recursion: a bill's depth is up to whoever wrote it.
 *
 * @throws {SbomError} SBOM_TOO_LARGE
 */
export function indexGraph(document: JsonObject): Spdx3Graph {
  const elements: JsonObject[] = [];
  const byId = new Map<string, JsonObject>();
  const waiting: unknown[] = [document];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (isObject(next) && typeof next['type'] === 'string') {
      elements.push(next);
      byId.set(idOf(next), next);
      if (elements.length > MAX_ELEMENTS) {
        throw new SbomError('SBOM_TOO_LARGE', `the document has more than ${MAX_ELEMENTS} elements`);
      }
    }
    const inner = Array.isArray(next) ? next : isObject(next) ? Object.values(next) : [];
    for (const value of inner.toReversed()) if (typeof value === 'object') waiting.push(value);
  }
  return {
    elements,
    resolve: (reference) => (isObject(reference) ? reference : byId.get(String(reference))),
  };
}

/** `@id` is what identifiers of nodes are called that are no elements. */
export function idOf(element: JsonObject): string {
  return textIn(element, 'spdxId') || textIn(element, '@id');
}

/** The identifier that a field refers to. */
export function referenceOf(value: unknown): string {
  return isObject(value) ? idOf(value) : String(value);
}

/** JSON-LD writes a list of one as that one. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}
