import type { Digest } from '../model/digest.ts';
import type { ImageRef } from '../oci/reference.ts';
import { findImages } from './find-images.ts';
import type { ImageUse, TextRange } from './image-use.ts';
import { applyPins, type Pin, readUse } from './pin.ts';

/** A file that names images. */
export interface ReferenceFile {
  readonly path: string;
  readonly text: string;
}

/** What is to be done about one image that a file names. */
export type PinState =
  /** Its digest is written there now. */
  | { readonly kind: 'pinned'; readonly digest: Digest; readonly before: Digest | null }
  /** It had that digest before, and keeps it. */
  | { readonly kind: 'kept'; readonly digest: Digest }
  /** Why nothing was done. */
  | { readonly kind: 'left'; readonly reason: string };

export interface PinResult {
  readonly path: string;
  readonly use: ImageUse;
  readonly state: PinState;
}

export interface PinnedFile {
  readonly path: string;
  /** The text with its pins; the same text where nothing is to be done. */
  readonly text: string;
  readonly results: readonly PinResult[];
}

export interface PinOptions {
  /** Looks tags up again where there is a digest already. */
  readonly update: boolean;
  readonly resolve: (reference: ImageRef) => Promise<Resolution>;
}

/** What a tag leads to, or why that is not known. */
export type Resolution = { readonly digest: Digest } | { readonly digest: null; readonly reason: string };

/**
 * Finds what digests the images of files have to be pinned to.
 *
 * @throws {ReferenceFileError} REFERENCE_FILE_UNKNOWN, REFERENCE_FILE_INVALID; and what `resolve` throws
 */
export async function pinFile({ path, text }: ReferenceFile, options: PinOptions): Promise<PinnedFile> {
  const results: PinResult[] = [];
  const pins: Pin[] = [];
  for (const use of findImages(text, path)) {
    const state = await stateOf(use, options);
    results.push({ path, use, state });
    if (state.kind === 'pinned' && isLiteral(use)) pins.push({ use, digest: state.digest });
  }
  return { path, text: applyPins(text, pins), results };
}

const isLiteral = (use: ImageUse): use is ImageUse & { readonly literal: TextRange } => use.literal !== null;

async function stateOf(use: ImageUse, { update, resolve }: PinOptions): Promise<PinState> {
  const reference = readUse(use);
  if (reference === null) {
    const reason = use.obstacle ?? `${JSON.stringify(use.written.slice(0, 200))} is not an image reference`;
    return { kind: 'left', reason };
  }
  const before = reference.digest;
  if (before !== null && (!update || reference.tag === null)) return { kind: 'kept', digest: before };
  if (use.literal === null) {
    return { kind: 'left', reason: use.obstacle ?? 'no single place holds it' };
  }
  const resolved = await resolve({ ...reference, digest: null });
  if (resolved.digest === null) return { kind: 'left', reason: resolved.reason };
  const { digest } = resolved;
  return digest === before ? { kind: 'kept', digest } : { kind: 'pinned', digest, before };
}
