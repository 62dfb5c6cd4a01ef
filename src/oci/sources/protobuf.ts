/*
 * The little of Protocol Buffers that containerd's messages need: strings, bytes, messages and non-negative integers.
 * Encoding specification: protobuf.dev/programming-guides/encoding.
 */

/** Fields of a message by number, each with its values in order: integers, or the bytes of everything else. */
export type Message = ReadonlyMap<number, readonly (number | Uint8Array)[]>;

/** More than any message of containerd has; each takes memory of its own. */
const MAX_FIELDS = 10_000;
/** Wire types. Groups, 3 and 4, are not in use. */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}

/** Writes a message of strings, bytes and non-negative integers. */
export function encodeMessage(
  fields: readonly (readonly [field: number, value: string | number | Uint8Array])[],
): Buffer {
  return Buffer.concat(
    fields.flatMap(([field, value]) => {
      if (typeof value === 'number') return [Buffer.from([...varint(field * 8 + VARINT), ...varint(value)])];
      const content = Buffer.from(value);
      return [Buffer.from([...varint(field * 8 + LENGTH_DELIMITED), ...varint(content.byteLength)]), content];
    }),
  );
}

/** Reads a message; null when the bytes are none. Integers that are not exact in a double make it unreadable. */
export function decodeMessage(bytes: Uint8Array): Message | null {
  const fields = new Map<number, (number | Uint8Array)[]>();
  let at = 0;

  function readVarint(): number {
    let value = 0;
    for (let scale = 1; at < bytes.byteLength; scale *= 0x80) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return Number.isSafeInteger(value) ? value : Number.NaN;
      if (scale > Number.MAX_SAFE_INTEGER) break;
    }
    return Number.NaN;
  }

  function readBytes(length: number): Uint8Array | null {
    if (!(length <= bytes.byteLength - at)) return null;
    at += length;
    return bytes.subarray(at - length, at);
  }

  for (let count = 0; at < bytes.byteLength; count++) {
    const tag = readVarint();
    const type = tag % 8;
    let value: number | Uint8Array | null = null;
    if (type === VARINT) value = readVarint();
    else if (type === LENGTH_DELIMITED) value = readBytes(readVarint());
    else if (type === FIXED64 || type === FIXED32) value = readBytes(type === FIXED64 ? 8 : 4);
    if (value === null || Number.isNaN(value) || count === MAX_FIELDS) return null;
    const field = Math.floor(tag / 8);
    const values = fields.get(field);
    if (values === undefined) fields.set(field, [value]);
    else values.push(value);
  }
  return fields;
}

/** The last value of a field, which is the one that counts. Empty when it is absent, as the specification has it. */
export function textField(message: Message, field: number): string {
  const value = message.get(field)?.at(-1);
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : '';
}

export function numberField(message: Message, field: number): number {
  const value = message.get(field)?.at(-1);
  return typeof value === 'number' ? value : 0;
}

export function bytesField(message: Message, field: number): Uint8Array | null {
  const value = message.get(field)?.at(-1);
  return value instanceof Uint8Array ? value : null;
}
