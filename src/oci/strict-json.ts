import { readStrictJson } from '../formats/strict-json.ts';
import { OciError, type OciErrorCode } from './errors.ts';

export interface JsonDocument {
  /** What the document is, for messages: `manifest of debian:12`. */
  readonly subject: string;
  readonly maxBytes: number;
  /** The code to throw. Default MANIFEST_INVALID. */
  readonly code?: OciErrorCode;
}

/**
 * Reads a document by {@link readStrictJson}: one key must not make one document two images.
 *
 * @throws {OciError} MANIFEST_INVALID, or the code that was given
 */
export function parseStrictJson(bytes: Uint8Array, { subject, maxBytes, code }: JsonDocument): unknown {
  // shapes decide which numbers they take
  const read = readStrictJson(bytes, { maxBytes, numbers: 'any' });
  if ('value' in read) return read.value;
  throw new OciError(code ?? 'MANIFEST_INVALID', `${subject} ${read.problem}`, { subject });
}
