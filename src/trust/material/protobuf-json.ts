import { isObject } from '../../formats/json.ts';

/** A message of protobuf in its JSON form, as generated code reads and writes it. */
export interface JsonMessage<T> {
  fromJSON(object: unknown): T;
  toJSON(message: T): unknown;
}

/**
 * Reads a message strictly; a text says what is wrong. Generated readers take what they are given: base64 with white space or of
 * another alphabet, texts for numbers, anything for a list. So what was read is written again, and every field must be in the
 * document as it was written: there is one spelling, and nothing was dropped or bent. Fields that the message does not know are
 * passed over, as protobuf has it.
 */
export function readMessage<T>(message: JsonMessage<T>, document: unknown): T | string {
  if (!isObject(document)) return 'is not an object';
  let read: T;
  let written: unknown;
  try {
    read = message.fromJSON(document);
    written = message.toJSON(read);
  } catch (error) {
    // generated code throws TypeErrors and Errors for values of a wrong kind
    if (error instanceof Error) return `cannot be read: ${error.message}`;
    throw error;
  }
  const place = difference(written, document, '');
  return place === null ? read : `has "${place}" in a form that is not accepted`;
}

/** Where a value that was written differs from the document that it was read from; null where it is all there. */
function difference(written: unknown, document: unknown, place: string): string | null {
  if (Array.isArray(written)) {
    if (!Array.isArray(document) || document.length !== written.length) return place;
    return first(written, (one, index) => difference(one, document[index], `${place}.${index}`));
  }
  if (isObject(written)) {
    if (!isObject(document)) return place;
    return first(Object.entries(written), ([name, one]) =>
      difference(one, document[name], place === '' ? name : `${place}.${name}`),
    );
  }
  return isSame(written, document) ? null : place;
}

function isSame(written: unknown, document: unknown): boolean {
  if (written === document) return true;
  // 64-bit integers may be numbers or texts; they are written as texts
  if (typeof document === 'number') return String(document) === written;
  // seconds may have any number of decimals
  return isTime(written) && isTime(document) && Date.parse(written) === Date.parse(document);
}

const isTime = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(value);

function first<T>(items: readonly T[], find: (item: T, index: number) => string | null): string | null {
  for (const [index, item] of items.entries()) {
    const found = find(item, index);
    if (found !== null) return found;
  }
  return null;
}
