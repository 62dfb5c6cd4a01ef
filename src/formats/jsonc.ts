import { isObject, type JsonObject, parseJson } from './json.ts';

/**
 * The object in a text of JSON that may have comments and commas before closing brackets, as bun.lock, deno.json and
 * tsconfig.json; null for other text. jsonc.org.
 */
export function parseJsoncObject(text: string): JsonObject | null {
  const value = parseJson(text) ?? parseJson(toJson(text));
  return isObject(value) ? value : null;
}

/** Pieces that end a run of plain characters: strings, comments and commas. */
const PIECE = /["/,]/g;
const STRING_END = /["\\\n]/g;

/** Takes out comments, and commas that nothing follows. One pass; each character is looked at a bounded number of times. */
function toJson(text: string): string {
  const parts: string[] = [];
  /** A comma that is written when something other than a closing bracket follows. */
  let comma = false;
  const put = (part: string) => {
    const first = /\S/.exec(part)?.[0];
    if (first === undefined) return;
    if (comma && first !== '}' && first !== ']') parts.push(',');
    comma = false;
    parts.push(part);
  };
  for (let at = 0; at < text.length;) {
    PIECE.lastIndex = at;
    const piece = PIECE.exec(text)?.index ?? text.length;
    put(text.slice(at, piece));
    at = piece;
    if (text[at] === '"') {
      at = stringEnd(text, at);
      put(text.slice(piece, at));
    } else if (text[at] === ',') {
      if (comma) put(',');
      comma = true;
      at += 1;
    } else if (text.startsWith('//', at)) {
      at = endOf('\n', text, at);
    } else if (text.startsWith('/*', at)) {
      at = endOf('*/', text, at + 2);
      parts.push(' ');
    } else if (at < text.length) {
      put('/');
      at += 1;
    }
  }
  if (comma) parts.push(',');
  return parts.join('');
}

/** The index behind a string that begins at `start`. */
function stringEnd(text: string, start: number): number {
  for (let at = start + 1; ;) {
    STRING_END.lastIndex = at;
    const end = STRING_END.exec(text)?.index ?? text.length;
    if (text[end] !== '\\') return Math.min(end + 1, text.length);
    at = end + 2;
  }
}

/** The index behind the next mark; the end of the text where there is none. */
function endOf(mark: string, text: string, start: number): number {
  const index = text.indexOf(mark, start);
  return index < 0 ? text.length : index + mark.length;
}
