/**
 * What PHP's `serialize` writes: `s:4:"Mail";` with a length in bytes, `i:1;`, `b:1;`, `N;`, and `a:2:{…}` with keys and
 * values by turns. PHP manual, `serialize`; php-src, `ext/standard/var_unserializer.re`. Objects are refused: what PEAR
 * keeps has none, and none is made from an image.
 */
import { decodeText } from '../../evidence.ts';

export type PhpValue = string | number | boolean | null | PhpArray;
/** Numeric keys are texts. */
export type PhpArray = ReadonlyMap<string, PhpValue>;

const MAX_DEPTH = 100;
const MAX_VALUES = 1_000_000;

const [COLON, SEMICOLON, QUOTE, OPEN, CLOSE] = [0x3a, 0x3b, 0x22, 0x7b, 0x7d] as const;

/** Undefined for bytes that are not one serialized value, or are nested too deep. */
export function parseSerialized(bytes: Uint8Array): PhpValue | undefined {
  let at = 0;
  let values = 0;
  let failed = false;

  function fail(): null {
    failed = true;
    return null;
  }

  function skip(byte: number): void {
    if (bytes[at] !== byte) failed = true;
    at += 1;
  }

  /** Up to that byte, which is skipped: numbers and lengths, all of them short. */
  function word(end: number): string {
    const start = at;
    while (at - start < 32 && at < bytes.length && bytes[at] !== end) at += 1;
    const text = String.fromCharCode(...bytes.subarray(start, at));
    skip(end);
    return text;
  }

  function count(end: number): number {
    const text = word(end);
    if (!/^\d{1,10}$/.test(text)) failed = true;
    return failed ? 0 : Number(text);
  }

  function text(): string {
    const length = count(COLON);
    skip(QUOTE);
    const start = at;
    at += length;
    skip(QUOTE);
    skip(SEMICOLON);
    return failed ? '' : decodeText(bytes.subarray(start, start + length));
  }

  function array(depth: number): PhpValue {
    const entries = new Map<string, PhpValue>();
    const length = count(COLON);
    skip(OPEN);
    for (let index = 0; index < length && !failed; index += 1) {
      const key = value(depth + 1);
      if (typeof key !== 'string' && typeof key !== 'number') return fail();
      entries.set(String(key), value(depth + 1));
    }
    skip(CLOSE);
    return entries;
  }

  function value(depth: number): PhpValue {
    values += 1;
    if (failed || depth > MAX_DEPTH || values > MAX_VALUES) return fail();
    const kind = String.fromCharCode(bytes[at] ?? 0);
    at += 1;
    skip(kind === 'N' ? SEMICOLON : COLON);
    switch (kind) {
      case 'N':
        return null;
      case 's':
        return text();
      case 'a':
        return array(depth);
      case 'b':
        return word(SEMICOLON) === '1';
      case 'i':
      case 'd':
        return Number(word(SEMICOLON));
      default:
        return fail();
    }
  }

  const result = value(0);
  return failed ? undefined : result;
}

export function isPhpArray(value: PhpValue | undefined): value is PhpArray {
  return value instanceof Map;
}
