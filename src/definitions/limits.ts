/**
 * Bounds of definitions. Upstream has none; these are far above every definition there is, and hold what a hostile one costs
 * to seconds and to some hundred megabytes, although entries inherit.
 */
import type { ControlFile, Field } from './control-file.ts';

const MAX_CHARACTERS = 1024 * 1024;
const MAX_PARAGRAPHS = 5_000;
/** All that are known, for every architecture, are fewer than eighty. */
const MAX_FIELDS = 128;
const MAX_ELEMENTS = 1_000;
/** Of the first paragraph: maintainers and constraints, which every entry adds to, and shared tags, which every entry has. */
const MAX_INHERITED = 100;
const INHERITED: ReadonlySet<string> = new Set(['Maintainers', 'Constraints', 'SharedTags']);

/** What is too large, and where. */
export interface Excess {
  readonly line: number;
  readonly message: string;
}

/** Of a text that is too long to be read at all. */
export function lengthExcess({ length }: string): Excess | null {
  return excess(length, MAX_CHARACTERS, 'the file has', 'characters', 1);
}

export function excessOf({ paragraphs }: ControlFile): Excess | null {
  const beyond = paragraphs[MAX_PARAGRAPHS];
  if (beyond !== undefined) {
    return excess(paragraphs.length, MAX_PARAGRAPHS, 'the file has', 'paragraphs', beyond.line);
  }
  for (const [index, { fields, line }] of paragraphs.entries()) {
    const found =
      excess(fields.length, MAX_FIELDS, 'a paragraph has', 'fields', line) ??
      firstOf(fields, (field) =>
        excess(
          elementCount(field),
          index === 0 && INHERITED.has(field.name) ? MAX_INHERITED : MAX_ELEMENTS,
          `${field.name} has`,
          'elements',
          field.line,
        ),
      );
    if (found !== null) return found;
  }
  return null;
}

function excess(count: number, most: number, subject: string, unit: string, line: number): Excess | null {
  return count > most ? { line, message: `${subject} ${count} ${unit}; at most ${most} are read` } : null;
}

function firstOf(fields: readonly Field[], find: (field: Field) => Excess | null): Excess | null {
  for (const field of fields) {
    const found = find(field);
    if (found !== null) return found;
  }
  return null;
}

function elementCount({ value }: Field): number {
  let count = 1;
  for (let comma = value.indexOf(','); comma !== -1; comma = value.indexOf(',', comma + 1)) count += 1;
  return count;
}
