/** JSON objects one after the other, and the text of their fields: what is deployed are bytes, and how they are written matters. */
import { LibraryError } from '../errors.ts';

/** Documents hold blobs in base64. In UTF-16 code units. */
const MAX_DOCUMENT = 256 * 1024 * 1024;

const OPENING: ReadonlySet<string> = new Set(['{', '[']);
const CLOSING: ReadonlySet<string> = new Set(['}', ']']);

/**
 * Parts a stream into its objects. Nothing but white space may stand between them.
 *
 * @throws {LibraryError} DOCUMENT_INVALID
 */
export async function* splitObjects(chunks: AsyncIterable<string>): AsyncGenerator<string, void> {
  let document = '';
  const scan = { depth: 0, isText: false, isEscaped: false };
  let number = 1;
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const character = chunk.charAt(at);
      if (scan.depth === 0 && !scan.isText) {
        if (/\s/.test(character)) {
          from = at + 1;
          continue;
        }
        if (character !== '{')
          throw invalid(`document ${number} begins with ${JSON.stringify(character)}, expected {`);
      }
      step(scan, character);
      if (scan.depth > 0) continue;
      yield document + chunk.slice(from, at + 1);
      document = '';
      from = at + 1;
      number += 1;
    }
    document += chunk.slice(from);
    if (document.length > MAX_DOCUMENT)
      throw invalid(`document ${number} has more than ${MAX_DOCUMENT} characters`);
  }
  if (document !== '') throw invalid(`document ${number} ends before its time`);
}

/**
 * The text of every field of an object; of one that is there twice the last. @param text an object of valid JSON
 */
export function fieldTexts(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const scan = { depth: 0, isText: false, isEscaped: false };
  let name: string | null = null;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    const isAtTop = scan.depth === 1 && !scan.isText;
    if (isAtTop && character === ':' && name === null) {
      name = JSON.parse(text.slice(from, at)) as string;
      from = at + 1;
    } else if (isAtTop && (character === ',' || character === '}')) {
      if (name !== null) fields.set(name, text.slice(from, at).trim());
      name = null;
      from = at + 1;
    }
    step(scan, character);
    if (scan.depth === 1 && from === 0) from = at + 1;
  }
  return fields;
}

interface Scan {
  depth: number;
  isText: boolean;
  isEscaped: boolean;
}

function step(scan: Scan, character: string): void {
  if (scan.isEscaped) scan.isEscaped = false;
  else if (scan.isText && character === '\\') scan.isEscaped = true;
  else if (character === '"') scan.isText = !scan.isText;
  else if (scan.isText) return;
  else if (OPENING.has(character)) scan.depth += 1;
  else if (CLOSING.has(character)) scan.depth -= 1;
}

function invalid(message: string): LibraryError {
  return new LibraryError('DOCUMENT_INVALID', message);
}
