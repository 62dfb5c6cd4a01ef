/**
 * The header of a GGUF file: language models as llama.cpp runs them. Behind magic number and version there are the
 * numbers of tensors and of pairs, then the pairs of key and value; gigabytes of weights follow, which nobody needs here.
 * ggml-org/ggml, docs/gguf.md.
 */
import { viewOf, withinBounds } from './bytes.ts';

export interface GgufHeader {
  readonly version: number;
  /** Values that are no lists, of keys that begin with `general.`. */
  readonly general: ReadonlyMap<string, string | number | boolean>;
  /** False when the bytes end before the last pair. */
  readonly complete: boolean;
}

const MAGIC = 0x46554747;
/** "64-bit sizes" came with the second version, big-endian files with the third. */
const VERSIONS = 3;
const GENERAL = 'general.';
/** A header has some dozens of pairs. */
const PAIRS_MAX = 65_536;
const TEXT_BYTES_MAX = 64 * 1024;
/** Lists of lists are allowed, and nobody writes them. */
const DEPTH_MAX = 4;

const TYPE = { bool: 7, text: 8, list: 9 } as const;
/** Bytes of a value by its type; 0 for what says its own length. */
const SIZES = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8] as const;

/** Null for what is no GGUF file of a known version; `content` may be the beginning of one. */
export function parseGguf(content: Uint8Array): GgufHeader | null {
  const view = viewOf(content);
  if (view.byteLength < 8 || view.getUint32(0, true) !== MAGIC) return null;
  const isLittleEndian = view.getUint32(4, true) <= VERSIONS;
  const version = view.getUint32(4, isLittleEndian);
  if (version < 1 || version > VERSIONS) return null;
  const general = new Map<string, string | number | boolean>();
  const complete = withinBounds(() => readPairs(createCursor(view, { version, isLittleEndian }), general));
  return { version, general, complete: complete ?? false };
}

type Cursor = ReturnType<typeof createCursor>;

/** Reads one value after the other. Whatever lies beyond the end is a RangeError. */
function createCursor(
  view: DataView,
  { version, isLittleEndian }: { version: number; isLittleEndian: boolean },
) {
  let at = 8;

  function skip(bytes: number): number {
    const from = at;
    at += bytes;
    if (at > view.byteLength) throw new RangeError('beyond the end');
    return from;
  }

  const uint32 = () => view.getUint32(skip(4), isLittleEndian);
  const size = () => (version === 1 ? uint32() : Number(view.getBigUint64(skip(8), isLittleEndian)));

  function text(): string {
    const bytes = size();
    const from = skip(bytes);
    const kept = new Uint8Array(view.buffer, view.byteOffset + from, Math.min(bytes, TEXT_BYTES_MAX));
    return new TextDecoder().decode(kept);
  }

  return { view, isLittleEndian, skip, uint32, size, text };
}

function readPairs(cursor: Cursor, general: Map<string, string | number | boolean>): boolean {
  cursor.size(); // tensors
  const pairs = cursor.size();
  for (let pair = 0; pair < pairs; pair++) {
    if (pair === PAIRS_MAX) return false;
    const key = cursor.text();
    const type = cursor.uint32();
    if (!key.startsWith(GENERAL) || type === TYPE.list) {
      if (!skipValue(cursor, type, 0)) return false;
      continue;
    }
    const value = readValue(cursor, type);
    if (value === null) return false;
    general.set(key.slice(GENERAL.length), value);
  }
  return true;
}

function readValue(cursor: Cursor, type: number): string | number | boolean | null {
  if (type === TYPE.text) return cursor.text();
  const bytes = SIZES[type];
  if (bytes === undefined) return null;
  const { view, isLittleEndian } = cursor;
  const at = cursor.skip(bytes);
  switch (type) {
    case 0:
      return view.getUint8(at);
    case 1:
      return view.getInt8(at);
    case 2:
      return view.getUint16(at, isLittleEndian);
    case 3:
      return view.getInt16(at, isLittleEndian);
    case 4:
      return view.getUint32(at, isLittleEndian);
    case 5:
      return view.getInt32(at, isLittleEndian);
    case 6:
      return view.getFloat32(at, isLittleEndian);
    case TYPE.bool:
      return view.getUint8(at) !== 0;
    case 10:
      return Number(view.getBigUint64(at, isLittleEndian));
    case 11:
      return Number(view.getBigInt64(at, isLittleEndian));
    default:
      return view.getFloat64(at, isLittleEndian);
  }
}

/** False for a type that is not known: where its value ends cannot be told. */
function skipValue(cursor: Cursor, type: number, depth: number): boolean {
  const bytes = SIZES[type];
  if (bytes === undefined || depth > DEPTH_MAX) return false;
  if (type === TYPE.text) cursor.skip(cursor.size());
  else if (type === TYPE.list) return skipList(cursor, depth);
  else cursor.skip(bytes);
  return true;
}

function skipList(cursor: Cursor, depth: number): boolean {
  const type = cursor.uint32();
  const length = cursor.size();
  const bytes = SIZES[type];
  if (bytes === undefined) return false;
  if (bytes > 0) {
    cursor.skip(bytes * length);
    return true;
  }
  // each element takes eight bytes or more, so that the end of the file is the end of a list that lies
  for (let element = 0; element < length; element++) if (!skipValue(cursor, type, depth + 1)) return false;
  return true;
}
