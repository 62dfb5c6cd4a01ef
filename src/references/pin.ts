import type { Digest } from '../model/digest.ts';
import { OciError } from '../oci/errors.ts';
import { formatFamiliarReference, type ImageRef, parseReference } from '../oci/reference.ts';
import type { ImageUse, TextRange } from './image-use.ts';

/** A place whose reference gets a digest. */
export interface Pin {
  readonly use: ImageUse & { readonly literal: TextRange };
  readonly digest: Digest;
}

/** What a reference is, once read; null for a text that is none. */
export function readUse({ reference }: ImageUse): ImageRef | null {
  if (reference === null) return null;
  try {
    return parseReference(reference);
  } catch (error) {
    if (error instanceof OciError) return null;
    throw error;
  }
}

/** `node:22` with its digest: the tag stays readable, the digest decides. What was pinned before is replaced. */
export function pinnedText(written: string, digest: Digest): string {
  const at = written.indexOf('@');
  const name = at === -1 ? written : written.slice(0, at);
  const { tag } = parseReference(name);
  // without a tag a digest would hide that it was latest
  const named = tag === 'latest' && !name.endsWith(':latest') ? `${name}:latest` : name;
  return `${named}@${digest}`;
}

/** The file with every pin in its place; everything else stays as it is, to the byte. */
export function applyPins(text: string, pins: readonly Pin[]): string {
  // an argument or an anchor that several lines use is one place
  const places = new Map(pins.map((pin) => [pin.use.literal.start, pin]));
  return [...places.values()]
    .sort((a, b) => b.use.literal.start - a.use.literal.start)
    .reduce((result, { use: { literal }, digest }) => {
      const written = result.slice(literal.start, literal.end);
      return result.slice(0, literal.start) + pinnedText(written, digest) + result.slice(literal.end);
    }, text);
}

/** How people know it: `debian:12`. */
export const describeUse = (use: ImageUse): string => {
  const reference = readUse(use);
  return reference === null ? use.written : formatFamiliarReference(reference);
};
