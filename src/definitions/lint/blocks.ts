import { ARCHITECTURE_NAMES, type Architecture, isArchitecture } from '../architectures.ts';
import {
  type ControlFile,
  type Field,
  filledParagraphs,
  type Line,
  type Paragraph,
  placeOf,
} from '../control-file.ts';
import { DEFAULTS, PER_ARCHITECTURE_FIELDS, type PerArchitectureField } from '../definition.ts';
import { LIST_SPACES, skip, trim } from '../go-strings.ts';
import { elementsOf } from '../values.ts';
import type { Place } from './diagnostic.ts';

/** A paragraph as rules look at it: what it says itself, wherever the rest of the file is wrong. */
export interface Block {
  readonly paragraph: Paragraph;
  readonly isGlobal: boolean;
  /** Its first tag; null for the first paragraph and for entries without tags. */
  readonly entry: string | null;
  /** Of fields that stand there twice the last one. */
  readonly fields: ReadonlyMap<string, Field>;
  /** Those that are known: its own, else inherited ones. */
  readonly architectures: ReadonlySet<Architecture>;
}

export interface Blocks {
  /** Inside of a signature that nobody verifies. */
  readonly isSigned: boolean;
  /** Continuations of nothing, which upstream ignores. */
  readonly strayLines: readonly Line[];
  readonly global: Block;
  readonly entries: readonly Block[];
}

/** Null for a file without any field. */
export function blocksOf(file: ControlFile): Blocks | null {
  const [first, ...rest] = filledParagraphs(file);
  if (first === undefined) return null;
  const global = blockOf(first, null);
  return {
    isSigned: file.isSigned,
    strayLines: file.paragraphs.flatMap((paragraph) => paragraph.strayLines),
    global,
    entries: rest.map((paragraph) => blockOf(paragraph, global)),
  };
}

function blockOf(paragraph: Paragraph, global: Block | null): Block {
  const fields = new Map(paragraph.fields.map((field) => [field.name, field]));
  const stated = fields.get('Architectures');
  const architectures =
    stated === undefined ? (global?.architectures ?? DEFAULTS.architectures) : elementsOf(stated);
  return {
    paragraph,
    isGlobal: global === null,
    entry: global === null ? null : (elementsOf(fields.get('Tags'))[0] ?? null),
    fields,
    architectures: new Set([...architectures].filter(isArchitecture)),
  };
}

export interface ScalarField {
  readonly name: PerArchitectureField;
  /** What stands before the hyphen, an architecture or not; null for all architectures. */
  readonly prefix: string | null;
}

/** Null for lists, and for fields that are not known. */
export function scalarField(field: string): ScalarField | null {
  for (const name of PER_ARCHITECTURE_FIELDS) {
    if (field === name) return { name, prefix: null };
    if (field.endsWith(`-${name}`)) return { name, prefix: field.slice(0, -name.length - 1) };
  }
  return null;
}

export const ALL_ARCHITECTURE_FIELDS = ARCHITECTURE_NAMES.flatMap((architecture) =>
  PER_ARCHITECTURE_FIELDS.map((field) => `${architecture}-${field}`),
);

export interface Element {
  readonly text: string;
  readonly place: Place;
}

/** The elements of a list with their places in the file. */
export function* placedElements(field: Field): Generator<Element> {
  let offset = 0;
  for (const part of field.value.split(',')) {
    const text = trim(part, LIST_SPACES);
    yield { text, place: placeOf(field, offset + (text === '' ? 0 : skip(part, LIST_SPACES))) };
    offset += part.length + 1;
  }
}
