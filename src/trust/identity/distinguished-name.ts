/** One attribute of a distinguished name. */
export interface NameAttribute {
  /** In capitals: `CN`, `O`, or a dotted object identifier. */
  readonly type: string;
  readonly value: string;
}

const MAX_LENGTH = 8192;

/**
 * Reads a distinguished name such as `C=US,ST=WA,O=Acme\, Inc.,CN=release`. RFC 4514, section 2; values in the form `#hex` are
 * left as they are, since nothing here knows their type.
 *
 * @returns null for what is no distinguished name
 */
export function parseDistinguishedName(text: string): readonly NameAttribute[] | null {
  if (text.length > MAX_LENGTH) return null;
  const attributes: NameAttribute[] = [];
  let at = 0;
  while (at < text.length) {
    const equals = text.indexOf('=', at);
    const type = text.slice(at, equals).trim().toUpperCase();
    if (equals < 0 || !/^(?:[A-Z][A-Z0-9-]*|\d+(?:\.\d+)+)$/.test(type)) return null;
    const read = readValue(text, equals + 1);
    if (read === null) return null;
    attributes.push({ type, value: read.value });
    at = read.end + 1;
    // a comma or plus at the very end announces an attribute that is not there
    if (read.end === text.length - 1) return null;
  }
  return attributes;
}

/** Up to the comma or plus that is not escaped. */
function readValue(text: string, start: number): { readonly value: string; readonly end: number } | null {
  const bytes: number[] = [];
  // spaces around a value are not part of it, unless they are escaped
  let kept = 0;
  let at = start;
  while (text[at] === ' ') at += 1;
  while (at < text.length && text[at] !== ',' && text[at] !== '+') {
    const escaped = text[at] === '\\';
    const hex = escaped ? /^[0-9A-Fa-f]{2}/.exec(text.slice(at + 1, at + 3)) : null;
    const character = String.fromCodePoint(text.codePointAt(escaped ? at + 1 : at) ?? 0);
    if (escaped && hex === null && !/^[ "#+,;<=>\\]$/.test(character)) return null;
    if (hex === null) bytes.push(...Buffer.from(character));
    else bytes.push(Number.parseInt(hex[0], 16));
    if (escaped || character !== ' ') kept = bytes.length;
    at += hex === null ? character.length + (escaped ? 1 : 0) : 3;
  }
  try {
    const value = new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes.slice(0, kept)));
    return { value, end: at };
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
