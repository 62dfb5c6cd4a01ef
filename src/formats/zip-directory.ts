/** Where the central directory of a zip archive lies. PKWARE APPNOTE 6.3.10, sections 4.3.14 to 4.3.16. */

import { viewOf } from './bytes.ts';

export interface DirectoryPlace {
  /** Offset of the first central header. */
  readonly start: number;
  /** Offset behind the last one. */
  readonly end: number;
  /** Added to every offset that the archive states: the length of what stands before it, such as a shell script. */
  readonly base: number;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const LOCATOR = 0x07064b50;
const LOCATOR_BYTES = 20;
const END64 = 0x06064b50;
const END64_BYTES = 56;

/**
 * Searches the end of central directory record from the back: a comment may follow it, and other bytes behind an archive
 * are tolerated within the same distance. Null when there is none that leads to a directory.
 */
export function findDirectory(bytes: Uint8Array): DirectoryPlace | null {
  const view = viewOf(bytes);
  const last = bytes.length - END_BYTES;
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT_BYTES); at -= 1) {
    // the comment of an archive may hold the signature: what does not lead to a directory is not the record
    if (bytes[at] !== 0x50 || view.getUint32(at, true) !== END) continue;
    const place = placeOf(view, at);
    if (place !== null) return place;
  }
  return null;
}

/** An unsigned 64-bit number; beyond what a double holds exactly it is beyond any archive too. */
export function uint64(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}

interface DirectoryEnd {
  /** Offset of the record that tells, which directly follows the directory. */
  readonly at: number;
  readonly sizeBytes: number;
  readonly offset: number;
}

function placeOf(view: DataView, at: number): DirectoryPlace | null {
  const end = zip64End(view, at) ?? {
    at,
    sizeBytes: view.getUint32(at + 12, true),
    offset: view.getUint32(at + 16, true),
  };
  if (end.sizeBytes === 0)
    return view.getUint16(at + 10, true) === 0 ? { start: at, end: at, base: 0 } : null;
  const start = end.at - end.sizeBytes;
  const base = start - end.offset;
  // an archive that begins at the beginning has no prefix: the record is that of one stored in it, and its own is cut off
  if (base > 0 && view.getUint32(0, true) === LOCAL) return null;
  if (base >= 0 && isCentral(view, start)) return { start, end: end.at, base };
  // something stands between the directory and its end, such as a digital signature
  const stated = end.offset + end.sizeBytes;
  return stated <= end.at && isCentral(view, end.offset) ? { start: end.offset, end: stated, base: 0 } : null;
}

function isCentral(view: DataView, at: number): boolean {
  return at >= 0 && at + 4 <= view.byteLength && view.getUint32(at, true) === CENTRAL;
}

/** The zip64 record, where its locator says or, behind a prefix that offsets do not count, directly before the locator. */
function zip64End(view: DataView, end: number): DirectoryEnd | null {
  const locator = end - LOCATOR_BYTES;
  if (locator < END64_BYTES || view.getUint32(locator, true) !== LOCATOR) return null;
  for (const at of [uint64(view, locator + 8), locator - END64_BYTES]) {
    if (at > locator - END64_BYTES || view.getUint32(at, true) !== END64) continue;
    return { at, sizeBytes: uint64(view, at + 40), offset: uint64(view, at + 48) };
  }
  return null;
}
