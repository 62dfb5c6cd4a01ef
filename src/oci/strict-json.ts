import { OciError, type OciErrorCode } from './errors.ts';

/** Deeper nesting than any manifest or configuration has. */
const MAX_DEPTH = 100;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Index of the quotation mark that ends the string beginning at `start`. The text is valid JSON. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    at += code === BACKSLASH ? 2 : 1;
  }
}

/** What is ambiguous in a valid JSON text: a key that an object has twice, or nesting without reason; else null. */
function ambiguity(text: string): string | null {
  const objects: (Set<string> | null)[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{' || character === '[') {
      objects.push(character === '{' ? new Set() : null);
      if (objects.length > MAX_DEPTH) return `is nested deeper than ${MAX_DEPTH} levels`;
    } else if (character === '}' || character === ']') {
      objects.pop();
    } else if (character === '"') {
      const end = endOfString(text, at);
      let after = end + 1;
      while (/\s/.test(text.charAt(after))) after++;
      const keys = objects.at(-1);
      if (text[after] === ':' && keys) {
        const key = JSON.parse(text.slice(at, end + 1)) as string;
        if (keys.has(key)) return `has the field ${JSON.stringify(key.slice(0, 100))} twice`;
        keys.add(key);
      }
      at = end;
    }
  }
  return null;
}

export interface JsonDocument {
  /** What the document is, for messages: `manifest of debian:12`. */
  readonly subject: string;
  readonly maxBytes: number;
  /** The code to throw. Default MANIFEST_INVALID. */
  readonly code?: OciErrorCode;
}

/**
 * Reads JSON that two programs must not understand differently: UTF-8 without errors, no key twice in one object
 * (parsers disagree about which of them counts, which lets one document be two images), bounded size and depth.
 *
 * @throws {OciError} MANIFEST_INVALID, or the code that was given
 */
export function parseStrictJson(bytes: Uint8Array, document: JsonDocument): unknown {
  const refuse = (reason: string, cause?: unknown): OciError =>
    new OciError(document.code ?? 'MANIFEST_INVALID', `${document.subject} ${reason}`, {
      subject: document.subject,
      cause,
    });
  if (bytes.byteLength > document.maxBytes) {
    throw refuse(`has ${bytes.byteLength} bytes; at most ${document.maxBytes} are read`);
  }
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    value = JSON.parse(text);
  } catch (error) {
    throw refuse('is not JSON', error);
  }
  const reason = ambiguity(text);
  if (reason !== null) throw refuse(reason);
  return value;
}
