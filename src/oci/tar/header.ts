import { decodeName } from './entry-name.ts';

/** Size of every header and unit of padding, in bytes. */
export const BLOCK_BYTES = 512;

/**
 * The fields of one header block that matter here. POSIX.1-1988 "ustar", the older V7 form, and GNU's; offsets are
 * those of POSIX.1-2017, pax, "ustar Interchange Format".
 */
export interface TarHeader {
  /** Prefix and name joined. */
  readonly name: string;
  readonly linkName: string;
  /** Bytes of data that follow, before padding. */
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** One character; NUL in the V7 form. */
  readonly typeFlag: string;
}

const CHECKSUM_AT = 148;
const CHECKSUM_BYTES = 8;
const MAGIC_AT = 257;
const PREFIX_AT = 345;
const PREFIX_BYTES = 155;
/** The star archiver ends its prefix earlier, and signs the block at its end. */
const STAR_PREFIX_BYTES = 131;
const STAR_TRAILER_AT = 508;
/** GNU keeps two times where ustar has the prefix. */
const GNU_TIMES = [PREFIX_AT, PREFIX_AT + 12] as const;
const TIME_BYTES = 12;

export function isZeroBlock(bytes: Buffer, at: number): boolean {
  for (let index = at; index < at + BLOCK_BYTES; index++) if (bytes[index] !== 0) return false;
  return true;
}

/** Reads the header block at `at`. A text instead of a header says what is wrong with it. */
export function readHeader(bytes: Buffer, at: number): TarHeader | string {
  if (!isChecksumRight(bytes, at)) return 'the checksum of a header does not match';
  const size = readNumber(bytes, at + 124, 12);
  const mode = readNumber(bytes, at + 100, 8);
  const uid = readNumber(bytes, at + 108, 8);
  const gid = readNumber(bytes, at + 116, 8);
  if (Number.isNaN(size + mode + uid + gid)) return 'a number in a header cannot be read';
  if (size < 0) return 'the size of an entry is negative';
  const name = readText(bytes, at, 100);
  const prefix = readPrefix(bytes, at);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    linkName: readText(bytes, at + 157, 100),
    size,
    mode: mode & 0o7777,
    uid,
    gid,
    typeFlag: String.fromCharCode(bytes[at + 156] ?? 0),
  };
}

/**
 * A numeric field: octal digits between spaces and NULs, or GNU's base-256, a two's complement number marked by the
 * highest bit. NaN when it is neither, or too large to be exact.
 */
export function readNumber(bytes: Buffer, at: number, length: number): number {
  const first = bytes[at] ?? 0;
  return (first & 0x80) === 0 ? readOctal(bytes, at, at + length) : readBase256(bytes, at, length);
}

function readOctal(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] === 0x20 || bytes[at] === 0)) at++;
  let value = 0;
  for (; at < end; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 7) break;
    value = value * 8 + digit;
  }
  while (at < end && bytes[at] === 0x20) at++;
  return at === end || bytes[at] === 0 ? value : Number.NaN;
}

function readBase256(bytes: Buffer, at: number, length: number): number {
  const negative = ((bytes[at] ?? 0) & 0x40) !== 0;
  const flip = negative ? 0xff : 0;
  let value = ((bytes[at] ?? 0) ^ flip) & 0x7f;
  for (let index = at + 1; index < at + length; index++) value = value * 256 + ((bytes[index] ?? 0) ^ flip);
  if (value > Number.MAX_SAFE_INTEGER) return Number.NaN;
  return negative ? -value - 1 : value;
}

/** Some old archivers summed signed bytes; both sums are accepted, as POSIX advises. */
function isChecksumRight(bytes: Buffer, at: number): boolean {
  let sum = 0;
  let high = 0;
  for (let index = at; index < at + BLOCK_BYTES; index++) {
    const byte = bytes[index] ?? 0;
    sum += byte;
    high += byte >> 7;
  }
  for (let index = at + CHECKSUM_AT; index < at + CHECKSUM_AT + CHECKSUM_BYTES; index++) {
    const byte = bytes[index] ?? 0;
    sum += 0x20 - byte;
    high -= byte >> 7;
  }
  const expected = readNumber(bytes, at + CHECKSUM_AT, CHECKSUM_BYTES);
  return expected === sum || expected === sum - 256 * high;
}

function readPrefix(bytes: Buffer, at: number): string {
  if (bytes.toString('latin1', at + MAGIC_AT, at + MAGIC_AT + 5) !== 'ustar') return '';
  if (bytes[at + MAGIC_AT + 5] === 0) {
    const star = bytes.toString('latin1', at + STAR_TRAILER_AT, at + STAR_TRAILER_AT + 4) === 'tar\0';
    return readText(bytes, at + PREFIX_AT, star ? STAR_PREFIX_BYTES : PREFIX_BYTES);
  }
  // Go's writer put a prefix into GNU headers before version 1.8, and its reader still honours one where the times
  // cannot be read. Runtimes use that reader, so an archive could otherwise show them other names than it shows us.
  const timesReadable = GNU_TIMES.every(
    (time) => bytes[at + time] === 0 || !Number.isNaN(readNumber(bytes, at + time, TIME_BYTES)),
  );
  if (timesReadable) return '';
  const prefix = readText(bytes, at + PREFIX_AT, PREFIX_BYTES);
  return Buffer.byteLength(prefix) === prefix.length ? prefix : '';
}

/** Text up to the first NUL or the end of the field. */
function readText(bytes: Buffer, at: number, length: number): string {
  let end = at;
  while (end < at + length && bytes[end] !== 0) end++;
  return end === at ? '' : decodeName(bytes, at, end);
}
