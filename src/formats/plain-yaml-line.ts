/** What stands on one line of plain YAML: keys, scalars and collections in flow style. See `plain-yaml.ts`. */

/** Thrown at what is not plain; whether it is YAML is for the general reader to say. */
export class Unplain extends Error {
  override readonly name = 'Unplain';
}

/** Collections in flow style nest no deeper in what a program writes. */
const MAX_FLOW_DEPTH = 16;

/** An implicit key is at most so long. YAML 1.2.2, section 7.4.2. */
const MAX_KEY_LENGTH = 1024;

/**
 * How plain scalars are read: as null, truth values and numbers where they look so, or all as the text that is written,
 * nothing being an empty one. Sections 10.1 and 10.3.
 */
export type Schema = 'failsafe' | 'core';

/** No plain scalar begins so; the last three may when no white space follows. Section 7.3.3. */
const INDICATOR = /^(?:[&*!|>'"%@`,[\]{}#]|[-?:](?:[ \n]|$))/;

/** Parts `key: rest` and `key:`; null for a line that is no entry of a mapping. */
export function splitKey(
  text: string,
  schema: Schema,
): { readonly key: string; readonly rest: string } | null {
  if (isQuote(text[0]) && closingQuote(text, 1, text[0] ?? '') < 0) return null;
  const quoted = isQuote(text[0]) ? readQuoted(text, 0) : null;
  const colon = quoted?.end ?? keyEnd(text);
  if (text[colon] !== ':' || (colon + 1 < text.length && text[colon + 1] !== ' ')) return null;
  if (colon > MAX_KEY_LENGTH) throw new Unplain();
  return {
    key: quoted?.value ?? plainKey(text.slice(0, colon), schema),
    rest: text.slice(colon + 1).trimStart(),
  };
}

/** The value that a whole line is: a scalar, or a collection in flow style; a comment may follow. */
export function readLine(text: string, schema: Schema): unknown {
  const first = text[0] ?? '';
  if (first === '{' || first === '[') {
    const { value, end } = readFlow(text, 0, 0, schema);
    return onlyComment(text, end, value);
  }
  if (isQuote(first)) {
    const { value, end } = readQuoted(text, 0);
    return onlyComment(text, end, value);
  }
  const comment = text.indexOf(' #');
  const plain = comment < 0 ? text : withoutSpacesBehind(text.slice(0, comment));
  if (plain.includes(': ') || plain.endsWith(':')) throw new Unplain();
  return readPlain(plain, schema);
}

export function withoutSpacesBehind(text: string): string {
  let end = text.length;
  while (text[end - 1] === ' ') end -= 1;
  return text.slice(0, end);
}

function onlyComment<T>(text: string, end: number, value: T): T {
  if (!/^(?: *| +#.*)$/.test(text.slice(end))) throw new Unplain();
  return value;
}

function isQuote(character: string | undefined): boolean {
  return character === '"' || character === "'";
}

/** Where the first colon is that ends a plain key; -1 without one. */
function keyEnd(text: string): number {
  const colon = text.indexOf(': ');
  return colon < 0 && text.endsWith(':') ? text.length - 1 : colon;
}

function plainKey(text: string, schema: Schema): string {
  const key = text.trimEnd();
  // keys of other kinds, merges and what would reach a prototype
  if (
    key === '<<' ||
    key === '__proto__' ||
    key.includes(' #') ||
    typeof readPlain(key, schema) !== 'string'
  ) {
    throw new Unplain();
  }
  return key;
}

/** A plain scalar. Sections 7.3.3 and 10.3.2. */
function readPlain(text: string, schema: Schema): string | number | boolean | null {
  if (text === '' || INDICATOR.test(text)) throw new Unplain();
  if (schema === 'failsafe') return text;
  if (/^(?:~|null|Null|NULL)$/.test(text)) return null;
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  if (/^(?:false|False|FALSE)$/.test(text)) return false;
  if (!/^[-+.\d]/.test(text)) return text;
  if (/^[-+]?(?:\d+|\.\d+|\d+\.\d*)$/.test(text)) return Number(text);
  // octal, hexadecimal, with an exponent, infinite, no number
  if (/^(?:0[ox][\da-fA-F]+|[-+.\d]+[eE][-+\d]+|[-+]?\.(?:inf|nan))$/i.test(text)) throw new Unplain();
  return text;
}

/** The quoted scalar that begins at `start`, and the index behind it. Sections 7.3.1 and 7.3.2. */
function readQuoted(text: string, start: number): { readonly value: string; readonly end: number } {
  const quote = text[start] ?? '';
  const end = closingQuote(text, start + 1, quote);
  if (end < 0) throw new Unplain();
  const written = text.slice(start + 1, end);
  const value = quote === "'" ? written.replaceAll("''", "'") : unescape(written);
  return { value, end: end + 1 };
}

/** Where the quote stands that ends what goes on at `start`; -1 where it goes on beyond the text. */
export function closingQuote(text: string, start: number, quote: string): number {
  let end = text.indexOf(quote, start);
  if (quote === "'") {
    while (end >= 0 && text[end + 1] === "'") end = text.indexOf("'", end + 2);
    return end;
  }
  const backslash = text.indexOf('\\', start);
  if (end < 0 || backslash < 0 || backslash > end) return end;
  for (end = backslash; end < text.length && text[end] !== '"'; end += 1) if (text[end] === '\\') end += 1;
  return end < text.length ? end : -1;
}

/** The escapes that programs write. Section 5.7. */
const ESCAPED: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['a', '\x07'],
  ['b', '\b'],
  ['t', '\t'],
  ['n', '\n'],
  ['v', '\v'],
  ['f', '\f'],
  ['r', '\r'],
  ['e', '\x1b'],
  [' ', ' '],
  ['"', '"'],
  ['/', '/'],
  ['\\', '\\'],
  ['N', '\x85'],
  ['_', '\xa0'],
  ['L', '\u2028'],
  ['P', '\u2029'],
]);

function unescape(written: string): string {
  if (!written.includes('\\')) return written;
  return written.replace(
    /\\(?:x([\dA-Fa-f]{2})|u([\dA-Fa-f]{4})|(.?))/gsu,
    (_, byte: string | undefined, unit: string | undefined, letter: string) => {
      const code = byte ?? unit;
      const value = code === undefined ? ESCAPED.get(letter) : String.fromCharCode(Number.parseInt(code, 16));
      if (value === undefined) throw new Unplain();
      return value;
    },
  );
}

interface FlowNode {
  readonly value: unknown;
  /** The index behind it. */
  readonly end: number;
}

function readFlow(text: string, start: number, depth: number, schema: Schema): FlowNode {
  const first = text[start];
  if (depth > MAX_FLOW_DEPTH) throw new Unplain();
  if (first === '[') return readFlowList(text, start, depth, schema);
  if (first === '{') return readFlowMap(text, start, depth, schema);
  if (isQuote(first)) return readQuoted(text, start);
  let end = start;
  while (end < text.length && !',[]{}'.includes(text[end] ?? '') && !isColon(text, end)) end += 1;
  const plain = text.slice(start, end).trimEnd();
  // the colon of a key before a comma or bracket
  if (plain.includes(' #') || plain.endsWith(':')) throw new Unplain();
  return { value: readPlain(plain, schema), end };
}

function readFlowList(text: string, start: number, depth: number, schema: Schema): FlowNode {
  const value: unknown[] = [];
  let at = skipSpace(text, start + 1);
  if (text[at] === ']') return { value, end: at + 1 };
  for (;;) {
    const element = readFlow(text, at, depth + 1, schema);
    value.push(element.value);
    at = skipSpace(text, element.end);
    if (text[at] === ']') return { value, end: at + 1 };
    if (text[at] !== ',') throw new Unplain();
    at = skipSpace(text, at + 1);
  }
}

function readFlowMap(text: string, start: number, depth: number, schema: Schema): FlowNode {
  const value: Record<string, unknown> = {};
  let at = skipSpace(text, start + 1);
  if (text[at] === '}') return { value, end: at + 1 };
  for (;;) {
    const key = readFlow(text, at, depth + 1, schema);
    at = skipSpace(text, key.end);
    if (typeof key.value !== 'string' || !isColon(text, at)) throw new Unplain();
    const element = readFlow(text, skipSpace(text, at + 1), depth + 1, schema);
    addEntry(value, key.value, element.value);
    at = skipSpace(text, element.end);
    if (text[at] === '}') return { value, end: at + 1 };
    if (text[at] !== ',') throw new Unplain();
    at = skipSpace(text, at + 1);
  }
}

/** A colon that ends a key: white space follows. */
function isColon(text: string, at: number): boolean {
  return text[at] === ':' && (at + 1 >= text.length || text[at + 1] === ' ');
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (text[at] === ' ') at += 1;
  return at;
}

/** A key that is there twice is an error, and one that would change a prototype is not for plain objects. */
export function addEntry(map: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__' || Object.hasOwn(map, key)) throw new Unplain();
  map[key] = value;
}
