import { decodeName } from './entry-name.ts';

/** What an extended header says about the next entry, as far as it matters here. */
export interface PaxRecords {
  /** By keyword; only the keywords below and extended attributes. An empty value means "as in the header" and is left out. */
  readonly values: ReadonlyMap<string, string>;
  /** GNU.sparse.offset and GNU.sparse.numbytes in their order of appearance: sparse format 0.0. */
  readonly sparsePairs: readonly number[];
}

const KEYWORDS: ReadonlySet<string> = new Set([
  'path',
  'linkpath',
  'size',
  'uid',
  'gid',
  'mtime',
  'GNU.sparse.major',
  'GNU.sparse.minor',
  'GNU.sparse.name',
  'GNU.sparse.realsize',
  'GNU.sparse.size',
  'GNU.sparse.map',
]);
/** Extended attributes, as star wrote them first; their names follow. */
export const XATTR_PREFIX = 'SCHILY.xattr.';
const SPARSE_OFFSET = 'GNU.sparse.offset';
const SPARSE_LENGTH = 'GNU.sparse.numbytes';

const RECORDS_MAX = 100_000;
/** Digits of the longest length that a record of a bounded header can have. */
const LENGTH_DIGITS_MAX = 8;

/**
 * Reads an extended header: records of the form `LENGTH KEYWORD=VALUE\n`, where LENGTH counts all of it in decimal.
 * POSIX.1-2017, pax, "pax Extended Header". A text instead of records says what is wrong.
 */
export function readPax(bytes: Buffer): PaxRecords | string {
  const values = new Map<string, string>();
  const sparsePairs: number[] = [];
  let count = 0;
  for (let at = 0; at < bytes.length;) {
    if (++count > RECORDS_MAX) return `an extended header has more than ${RECORDS_MAX} records`;
    const record = readRecord(bytes, at);
    if (record === null) return 'a record of an extended header cannot be read';
    at = record.end;
    const { keyword } = record;
    if (keyword === SPARSE_OFFSET || keyword === SPARSE_LENGTH) {
      // Offset and length alternate; anything else could be read in two ways.
      if ((sparsePairs.length % 2 === 0) !== (keyword === SPARSE_OFFSET))
        return 'a sparse map is out of order';
      sparsePairs.push(readDecimal(decodeName(bytes, record.valueAt, at - 1)));
    } else if (KEYWORDS.has(keyword) || keyword.startsWith(XATTR_PREFIX)) {
      const value = decodeName(bytes, record.valueAt, at - 1);
      if (value === '') values.delete(keyword);
      else values.set(keyword, value);
    }
  }
  return { values, sparsePairs };
}

/** A decimal number without sign; NaN when it is none or too large to be exact. */
export function readDecimal(text: string): number {
  const value = /^[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : Number.NaN;
}

interface PaxRecord {
  readonly keyword: string;
  readonly valueAt: number;
  /** Position after the newline. */
  readonly end: number;
}

function readRecord(bytes: Buffer, at: number): PaxRecord | null {
  const space = bytes.subarray(at, at + LENGTH_DIGITS_MAX + 1).indexOf(0x20);
  if (space < 1) return null;
  const length = readDecimal(bytes.toString('latin1', at, at + space));
  const end = at + length;
  if (!(length > space + 1) || end > bytes.length || bytes[end - 1] !== 0x0a) return null;
  const keywordAt = at + space + 1;
  const equals = bytes.subarray(keywordAt, end - 1).indexOf(0x3d);
  if (equals < 1) return null;
  return {
    keyword: bytes.toString('latin1', keywordAt, keywordAt + equals),
    valueAt: keywordAt + equals + 1,
    end,
  };
}
