/** Writing DER, as far as certificates and timestamps need it. ITU-T X.690 */

function encoded(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content]);
  const hex = content.length.toString(16);
  const length = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.of(tag, 0x80 + length.length), length, content]);
}

export const der = {
  sequence: (...parts: readonly Uint8Array[]): Buffer => encoded(0x30, ...parts),
  /** SET OF, in the order that DER asks for. */
  set: (...parts: readonly Uint8Array[]): Buffer =>
    encoded(0x31, ...[...parts].sort((one, other) => Buffer.compare(one, other))),
  boolean: (value: boolean): Buffer => encoded(0x01, Buffer.of(value ? 0xff : 0)),
  /** A number, or the content octets of one. */
  integer: (value: number | Uint8Array): Buffer =>
    encoded(0x02, typeof value === 'number' ? numberBytes(value) : value),
  bitString: (bytes: Uint8Array, unusedBits = 0): Buffer => encoded(0x03, Buffer.of(unusedBits), bytes),
  octets: (bytes: Uint8Array): Buffer => encoded(0x04, bytes),
  null: (): Buffer => encoded(0x05),
  oid: (text: string): Buffer => encoded(0x06, oidBytes(text)),
  utf8: (text: string): Buffer => encoded(0x0c, Buffer.from(text)),
  /** Seconds are the finest that is written. */
  generalizedTime: (at: Date): Buffer => encoded(0x18, timeBytes(at)),
  /** As certificates have times: two digits of the year up to 2049. RFC 5280, 4.1.2.5 */
  time: (at: Date): Buffer =>
    at.getUTCFullYear() < 2050 ? encoded(0x17, timeBytes(at).subarray(2)) : encoded(0x18, timeBytes(at)),
  /** `[number]`, around other elements. */
  explicit: (number: number, ...parts: readonly Uint8Array[]): Buffer => encoded(0xa0 + number, ...parts),
  /** `[number] IMPLICIT`, of a primitive. */
  implicit: (number: number, content: Uint8Array): Buffer => encoded(0x80 + number, content),
} as const;

function timeBytes(at: Date): Buffer {
  return Buffer.from(`${at.toISOString().replaceAll(/[-T:]/g, '').slice(0, 14)}Z`);
}

function numberBytes(value: number): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
}

function oidBytes(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  return Buffer.from([first * 40 + second, ...rest].flatMap(base128));
}

function base128(value: number): number[] {
  const digits = [value % 128];
  for (let left = Math.floor(value / 128); left > 0; left = Math.floor(left / 128))
    digits.unshift(0x80 + (left % 128));
  return digits;
}
