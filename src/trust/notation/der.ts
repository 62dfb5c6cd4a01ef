import { ASN1Obj } from '@sigstore/core';
import { unreadable } from './fault.ts';

/** More than any certificate or timestamp of use has; reading DER takes time in proportion to size times depth. */
const MAX_DER_BYTES = 64 * 1024;

export type DerValue = ASN1Obj;

/** Reads one value in DER, whole and within bounds. @throws {NotationFault} */
export function parseDer(bytes: Uint8Array, subject: string): DerValue {
  if (bytes.length > MAX_DER_BYTES) {
    throw unreadable(`${subject} has ${bytes.length} bytes; at most ${MAX_DER_BYTES} are read`);
  }
  return fromDer(() => ASN1Obj.parseBuffer(Buffer.from(bytes)), subject);
}

/** The part at a position. @throws {NotationFault} */
export function part(value: DerValue, position: number, subject: string): DerValue {
  const found = value.subs.at(position);
  if (found === undefined) throw unreadable(`${subject} is not complete`);
  return found;
}

/** The part with a context-specific tag; null where there is none. */
export function taggedPart(value: DerValue, tag: number): DerValue | null {
  return value.subs.find((sub) => sub.tag.isContextSpecific(tag)) ?? null;
}

/** The value of an object identifier, a time, an integer…, by the library's own reader of it. @throws {NotationFault} */
export function fromDer<T>(read: () => T, subject: string): T {
  try {
    return read();
  } catch (error) {
    // the library throws errors of several kinds, and RangeErrors of Buffer for lengths that lead outside
    if (error instanceof Error) throw unreadable(`${subject} is not DER: ${error.message}`);
    throw error;
  }
}

/** The bytes of an OCTET STRING, whatever is in them. @throws {NotationFault} */
export function octets(value: DerValue, subject: string): Buffer {
  if (!value.tag.isOctetString()) throw unreadable(`${subject} is no octet string`);
  return value.value;
}
