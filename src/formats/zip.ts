/**
 * Zip archives in memory: the central directory is read once, entries when they are asked for. PKWARE APPNOTE 6.3.10.
 * Nothing of an archive is believed: no size is allocated that the compressed bytes could not fill, and entries that
 * share bytes with each other are refused (David Fifield, "A better zip bomb", WOOT 2019).
 */
import { isUtf8 } from 'node:buffer';
import { crc32, inflateRawSync } from 'node:zlib';
import { viewOf } from './bytes.ts';
import { type DirectoryPlace, findDirectory, uint64 } from './zip-directory.ts';

export interface ZipEntry {
  /** As written, directories with a slash at the end. UTF-8; Latin-1 where it is no UTF-8. Never a path to open. */
  readonly name: string;
  /** 0 stored, 8 deflated; others are not read. Section 4.4.5. */
  readonly method: number;
  readonly encrypted: boolean;
  readonly compressedBytes: number;
  readonly sizeBytes: number;
  readonly crc32: number;
  /** Offset of the local header. */
  readonly offset: number;
}

/** Why an entry cannot be read; `too-large` when it has more bytes than asked for at most. */
export type ZipFailure = 'encrypted' | 'unknown-method' | 'damaged' | 'too-large';

export interface ZipArchive {
  /** In the order of the directory. Of several with one name only the last, which is what Java's `ZipFile` and Python's `zipfile` take. */
  readonly entries: readonly ZipEntry[];
  /** What is missing of the directory: all from a header on that is `damaged`, or from the `limit`. */
  readonly cut: 'damaged' | 'limit' | null;
  /** The content, checked against its size and CRC-32; of a stored entry a view into the archive. */
  read(entry: ZipEntry, maxBytes: number): Uint8Array | ZipFailure;
}

export interface ZipLimits {
  /** Most headers of the directory that are looked at. */
  readonly maxEntries: number;
  /**
   * Asked for the bytes of each name, from `start` to `end` in `bytes`, whether the entry is to be listed. An archive of
   * many thousand classes of which two files count then costs two objects.
   */
  readonly wants?: (bytes: Uint8Array, start: number, end: number) => boolean;
}

const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
const CENTRAL = 0x02014b50;
const CENTRAL_BYTES = 46;
/** A size or offset of 32 bits that stands in the zip64 extra field instead. */
const IN_EXTRA_FIELD = 0xffffffff;
const STORED = 0;
const DEFLATED = 8;
/** A code of two bits can stand for 258 bytes. RFC 1951, section 3.2.5. */
const MAX_DEFLATE_RATIO = 1032;

/** Null for bytes that are no zip archive: there is no directory, as at the end of one that was cut off. */
export function readZip(bytes: Uint8Array, limits: ZipLimits): ZipArchive | null {
  const place = findDirectory(bytes);
  if (place === null) return null;
  const { entries, cut, overlapping } = readDirectory(bytes, place, limits);
  return {
    entries,
    cut,
    read: (entry, maxBytes) => (overlapping ? 'damaged' : readEntry(bytes, place, entry, maxBytes)),
  };
}

function readDirectory(bytes: Uint8Array, { start, end, base }: DirectoryPlace, limits: ZipLimits) {
  const view = viewOf(bytes);
  const entries = new Map<string, ZipEntry>();
  let compressedBytes = 0;
  let cut: ZipArchive['cut'] = null;
  let at = start;
  for (let count = 0; at < end; count += 1) {
    const isHeader = at + CENTRAL_BYTES <= end && view.getUint32(at, true) === CENTRAL;
    const nameStart = at + CENTRAL_BYTES;
    const nameEnd = isHeader ? nameStart + view.getUint16(at + 28, true) : 0;
    const next = isHeader ? nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true) : 0;
    if (!isHeader || next > end || count >= limits.maxEntries) {
      cut = isHeader && next <= end ? 'limit' : 'damaged';
      break;
    }
    const stated = view.getUint32(at + 20, true);
    compressedBytes += stated === IN_EXTRA_FIELD ? toEntry(view, at, '', base).compressedBytes : stated;
    if (limits.wants?.(bytes, nameStart, nameEnd) !== false) {
      const entry = toEntry(view, at, nameOf(bytes, nameStart, nameEnd), base);
      // takes the place in the order that the last of the name has
      entries.delete(entry.name);
      entries.set(entry.name, entry);
    }
    at = next;
  }
  return { entries: [...entries.values()], cut, overlapping: compressedBytes > start };
}

function nameOf(bytes: Uint8Array, start: number, end: number): string {
  const name = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
  return name.toString(isUtf8(name) ? 'utf8' : 'latin1');
}

function toEntry(view: DataView, at: number, name: string, base: number): ZipEntry {
  const wide = zip64Fields(view, at);
  return {
    name,
    method: view.getUint16(at + 10, true),
    // a masked directory (bit 13) has names that are numbers; what they stand for is encrypted too
    encrypted: (view.getUint16(at + 8, true) & 0x2001) !== 0,
    sizeBytes: wide(view.getUint32(at + 24, true)),
    compressedBytes: wide(view.getUint32(at + 20, true)),
    crc32: view.getUint32(at + 16, true),
    offset: base + wide(view.getUint32(at + 42, true)),
  };
}

/**
 * Answers for a field of the header, which must be asked for in the order of section 4.5.3: itself or, where it says
 * so, the next number of the zip64 extra field.
 */
function zip64Fields(view: DataView, header: number): (field: number) => number {
  let at = header + CENTRAL_BYTES + view.getUint16(header + 28, true);
  const end = at + view.getUint16(header + 30, true);
  while (at + 4 <= end && view.getUint16(at, true) !== 0x0001) at += 4 + view.getUint16(at + 2, true);
  let next = at + 4;
  const last = at + 4 <= end ? Math.min(end, next + view.getUint16(at + 2, true)) : 0;
  return (field) => {
    if (field !== IN_EXTRA_FIELD || next + 8 > last) return field;
    next += 8;
    return uint64(view, next - 8);
  };
}

function readEntry(
  bytes: Uint8Array,
  { start: directory }: DirectoryPlace,
  entry: ZipEntry,
  maxBytes: number,
): Uint8Array | ZipFailure {
  const { method, compressedBytes, sizeBytes, offset } = entry;
  if (entry.encrypted) return 'encrypted';
  if (method !== STORED && method !== DEFLATED) return 'unknown-method';
  if (sizeBytes > maxBytes) return 'too-large';
  const view = viewOf(bytes);
  if (offset + LOCAL_BYTES > directory || view.getUint32(offset, true) !== LOCAL) return 'damaged';
  // the extra field of the local header may be longer than that of the directory, and its sizes may stand behind the data
  const start = offset + LOCAL_BYTES + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  const end = start + compressedBytes;
  if (end > directory) return 'damaged';
  const stored = bytes.subarray(start, end);
  const content = method === STORED ? stored : inflate(stored, sizeBytes);
  return content?.length === sizeBytes && crc32(content) === entry.crc32 ? content : 'damaged';
}

/** Null for what is no deflate stream of that size, alone. */
function inflate(deflated: Uint8Array, sizeBytes: number): Uint8Array | null {
  if (sizeBytes > deflated.length * MAX_DEFLATE_RATIO) return null;
  try {
    // one byte more than needed, so that one allocation holds all and the stream's end is seen
    const options = { chunkSize: Math.max(sizeBytes + 1, 64), maxOutputLength: Math.max(sizeBytes, 1) };
    const result: unknown = inflateRawSync(deflated, { ...options, info: true });
    const { buffer, engine } = result as { buffer: Buffer; engine: { bytesWritten: number } };
    return engine.bytesWritten === deflated.length ? buffer : null;
  } catch (error) {
    if (error instanceof RangeError || (error instanceof Error && 'errno' in error)) return null;
    throw error;
  }
}
