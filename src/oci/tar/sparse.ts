import { BLOCK_BYTES, readNumber } from './header.ts';
import { readDecimal, type PaxRecords } from './pax.ts';

/**
 * A sparse file: its holes are not stored, only the fragments between them. GNU tar manual, appendix "Storing Sparse
 * Files": the old GNU form (type S), and the pax forms 0.0, 0.1 and 1.0.
 */
export interface SparseFile {
  /** Size with its holes, in bytes. */
  readonly realSize: number;
  /** Offset and length of each fragment, in turns; null when the map lies before the data (form 1.0). */
  readonly map: readonly number[] | null;
}

const PAIR_BYTES = 24;
const NUMBER_BYTES = 12;
const FIRST_MAP_AT = 386;
const FIRST_PAIRS = 4;
const FIRST_MORE_AT = 482;
const REAL_SIZE_AT = 483;
const NEXT_PAIRS = 21;
const NEXT_MORE_AT = 504;

/** Fragments a map may have: a file of a gigabyte with every second block a hole has as many. */
export const FRAGMENTS_MAX = 131_072;
/** Bytes of a number with its newline in a map of form 1.0. */
const MAP_LINE_MAX = 20;
/** Stored bytes beyond the file's own that such a map can take. */
const MAP_BYTES_MAX = 2 * MAP_LINE_MAX * FRAGMENTS_MAX;

/** True when so many stored bytes can belong to a file of that size: a bomb would store far more. */
export function isStoredSizePossible(storedBytes: number, realSize: number): boolean {
  return storedBytes <= realSize + MAP_BYTES_MAX;
}

/** The sparse file that extended headers describe, null when they describe none, a text when they are wrong. */
export function sparseFromPax(pax: PaxRecords, headerSize: number): SparseFile | string | null {
  const { values, sparsePairs } = pax;
  const version = `${values.get('GNU.sparse.major') ?? ''}.${values.get('GNU.sparse.minor') ?? ''}`;
  const listed = values.get('GNU.sparse.map');
  const inData = version === '1.0';
  const inHeader = version === '0.0' || version === '0.1' || version === '.';
  if (!inData && !(inHeader && (listed !== undefined || sparsePairs.length > 0))) return null;
  const size = values.get('GNU.sparse.size') ?? values.get('GNU.sparse.realsize');
  const realSize = size === undefined ? headerSize : readDecimal(size);
  const map = inData ? null : listed === undefined ? sparsePairs : listed.split(',').map(readDecimal);
  if (Number.isNaN(realSize)) return 'the size of a sparse file cannot be read';
  return { realSize, map };
}

/** The first part of an old GNU map, in the header block itself. `more` tells that a block with more follows. */
export function readFirstSparseMap(
  bytes: Buffer,
  at: number,
): { pairs: number[]; more: boolean; realSize: number } {
  return {
    pairs: readPairs(bytes, at + FIRST_MAP_AT, FIRST_PAIRS),
    more: bytes[at + FIRST_MORE_AT] === 1,
    realSize: readNumber(bytes, at + REAL_SIZE_AT, NUMBER_BYTES),
  };
}

export function readNextSparseMap(bytes: Buffer, at: number): { pairs: number[]; more: boolean } {
  return { pairs: readPairs(bytes, at, NEXT_PAIRS), more: bytes[at + NEXT_MORE_AT] === 1 };
}

/** Pairs up to the first empty one. */
function readPairs(bytes: Buffer, at: number, count: number): number[] {
  const pairs: number[] = [];
  for (let index = 0; index < count; index++) {
    const pairAt = at + index * PAIR_BYTES;
    if (bytes[pairAt] === 0) break;
    pairs.push(
      readNumber(bytes, pairAt, NUMBER_BYTES),
      readNumber(bytes, pairAt + NUMBER_BYTES, NUMBER_BYTES),
    );
  }
  return pairs;
}

/** The whole content with its holes filled; a text when map and data do not fit together. */
export function expandSparse(file: SparseFile, stored: Buffer): Buffer | string {
  const fragments = file.map === null ? readMapInData(stored) : { map: file.map, dataAt: 0 };
  if (fragments === null || fragments.map.length > 2 * FRAGMENTS_MAX || fragments.map.length % 2 !== 0) {
    return 'the map of a sparse file cannot be read';
  }
  const content = Buffer.alloc(file.realSize);
  let from = fragments.dataAt;
  let filled = 0;
  for (let index = 0; index < fragments.map.length; index += 2) {
    const offset = fragments.map[index] ?? Number.NaN;
    const length = fragments.map[index + 1] ?? Number.NaN;
    // Written so that NaN fails: fragments follow each other, inside the file and inside the stored bytes.
    if (
      !(offset >= filled && length >= 0 && offset + length <= file.realSize && from + length <= stored.length)
    ) {
      return 'the map of a sparse file does not fit its data';
    }
    stored.copy(content, offset, from, from + length);
    from += length;
    filled = offset + length;
  }
  return content;
}

/** Form 1.0: decimal numbers, each with a newline, the first the number of pairs; padded to a whole block. */
function readMapInData(stored: Buffer): { map: number[]; dataAt: number } | null {
  let at = 0;
  const next = () => {
    const line = stored.subarray(at, at + MAP_LINE_MAX);
    const end = line.indexOf(0x0a);
    at += end + 1;
    return end === -1 ? Number.NaN : readDecimal(line.toString('latin1', 0, end));
  };
  const pairs = next();
  if (!(pairs <= FRAGMENTS_MAX)) return null;
  const map = Array.from({ length: 2 * pairs }, next);
  return { map, dataAt: Math.ceil(at / BLOCK_BYTES) * BLOCK_BYTES };
}
