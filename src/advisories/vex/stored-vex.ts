import { AdvisoryError } from '../errors.ts';
import { VEX_JUSTIFICATIONS, VEX_STATUSES, type VexProduct, type VexStatement } from './vex-statement.ts';

/** A statement as a database keeps it: all of it but the source, as a JSON array. docs/database-schema.md */
export function encodeVex(statement: VexStatement, part: string): string {
  const { document, author, modified, flaws, status, justification, note, products } = statement;
  const about = products.map(({ identifiers, digests, subcomponents }) => [
    identifiers,
    digests,
    subcomponents,
  ]);
  return JSON.stringify([document, part, author, modified, flaws, status, justification, note, about]);
}

/**
 * By hand, because every scan that asks for statements comes through here, and loading zod takes longer.
 *
 * @throws {AdvisoryError} DATABASE_UNREADABLE
 */
export function decodeVex(
  body: string,
  source: string,
): { readonly statement: VexStatement; readonly part: string } {
  try {
    const [document, part, author, modified, flaws, status, justification, note, products] = list(
      JSON.parse(body),
    );
    return {
      part: text(part),
      statement: {
        document: text(document),
        source,
        author: textOrNull(author),
        modified: textOrNull(modified),
        flaws: list(flaws).map(text),
        status: word(status, VEX_STATUSES),
        justification: justification === null ? null : word(justification, VEX_JUSTIFICATIONS),
        note: textOrNull(note),
        products: list(products).map(toProduct),
      },
    };
  } catch (cause) {
    const message = `not a VEX statement of an advisory database: ${body.slice(0, 200)}`;
    throw new AdvisoryError('DATABASE_UNREADABLE', message, { cause });
  }
}

function toProduct(value: unknown): VexProduct {
  const [identifiers, digests, subcomponents] = list(value);
  return {
    identifiers: list(identifiers).map(text),
    digests: list(digests).map(text),
    subcomponents: list(subcomponents).map((names) => list(names).map(text)),
  };
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error('not a list');
  return value as readonly unknown[];
}

function word<T extends string>(value: unknown, words: readonly T[]): T {
  const found = words.find((candidate) => candidate === value);
  if (found === undefined) throw new Error('not one of the words');
  return found;
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new Error('not a text');
  return value;
}

function textOrNull(value: unknown): string | null {
  return value === null ? null : text(value);
}
