/** Deeper nesting than any document of ours has. */
const MAX_DEPTH = 100;

/** The characters that matter, as UTF-16 code units. */
const CODE = {
  quote: 0x22,
  minus: 0x2d,
  zero: 0x30,
  nine: 0x39,
  colon: 0x3a,
  openList: 0x5b,
  backslash: 0x5c,
  closeList: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;

export interface StrictJsonLimits {
  readonly maxBytes: number;
  /**
   * `exact`: numbers that a double may round are refused, since programs that read them as integers see another value.
   * `any`: they are left to whoever uses them.
   */
  readonly numbers: 'exact' | 'any';
}

export type StrictJson = { readonly value: unknown } | { readonly problem: string };

/**
 * Reads JSON that two programs must not understand differently: UTF-8 without errors, no key twice in one object (parsers
 * disagree about which of them counts, so one document would be two), bounded size and depth. The problem completes a
 * sentence that begins with the document's name.
 */
export function readStrictJson(bytes: Uint8Array, { maxBytes, numbers }: StrictJsonLimits): StrictJson {
  if (bytes.byteLength > maxBytes) {
    return { problem: `has ${bytes.byteLength} bytes; at most ${maxBytes} are read` };
  }
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    value = JSON.parse(text);
  } catch (error) {
    // a TypeError for bytes that are no UTF-8
    if (error instanceof SyntaxError || error instanceof TypeError) return { problem: 'is not JSON' };
    throw error;
  }
  const problem = ambiguity(text, numbers);
  return problem === null ? { value } : { problem };
}

/** What is ambiguous in a valid JSON text: a key that an object has twice, a number that is rounded, nesting without reason. */
function ambiguity(text: string, numbers: StrictJsonLimits['numbers']): string | null {
  const objects: (Set<string> | null)[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === CODE.openObject || code === CODE.openList) {
      objects.push(code === CODE.openObject ? new Set() : null);
      if (objects.length > MAX_DEPTH) return `is nested deeper than ${MAX_DEPTH} levels`;
    } else if (code === CODE.closeObject || code === CODE.closeList) {
      objects.pop();
    } else if (code === CODE.quote) {
      const end = endOfString(text, at);
      const keys = objects.at(-1);
      if (keys && isKey(text, end)) {
        const key = JSON.parse(text.slice(at, end + 1)) as string;
        if (keys.has(key)) return `has the field ${JSON.stringify(key.slice(0, 100))} twice`;
        keys.add(key);
      }
      at = end;
    } else if (code === CODE.minus || (code >= CODE.zero && code <= CODE.nine)) {
      const end = endOfNumber(text, at);
      if (numbers === 'exact' && !(Math.abs(Number(text.slice(at, end))) <= Number.MAX_SAFE_INTEGER)) {
        return `has the number ${text.slice(at, Math.min(end, at + 40))}, which is beyond 2^53`;
      }
      at = end - 1;
    }
  }
  return null;
}

/** Index of the quotation mark that ends the string beginning at `start`. The text is valid JSON. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === CODE.quote) return at;
    at += code === CODE.backslash ? 2 : 1;
  }
}

/** Whether the string that ends here is a key: nothing but space may stand before its colon. */
function isKey(text: string, end: number): boolean {
  let after = end + 1;
  while (text.charCodeAt(after) <= 0x20) after++;
  return text.charCodeAt(after) === CODE.colon;
}

function endOfNumber(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && '+-.eE0123456789'.includes(text.charAt(at))) at++;
  return at;
}
