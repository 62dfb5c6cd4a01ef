/**
 * A reader of Windows registry hives, `regf` files: of the values of one key, found by its path. After a base block of 4096
 * bytes come hive bins, in which each cell begins with its size, negative when it is in use; all offsets count from the
 * first bin. libregf, "Windows NT Registry File (REGF) format"; msuhanov, "Windows registry file format specification".
 */
import { viewOf, withinBounds } from './bytes.ts';

export type RegistryValues = ReadonlyMap<string, string | number>;

const BASE_BLOCK_BYTES = 4096;
const NONE = 0xffff_ffff;

/** Windows allows 512 levels of keys; lists of subkeys nest at most twice. */
const MAX_LIST_DEPTH = 2;
const MAX_SUBKEYS = 100_000;
const MAX_VALUES = 10_000;
/** Of the values that are read: names and versions. */
const MAX_DATA_BYTES = 4096;

const TYPE = { text: 1, expandableText: 2, number: 4 } as const;

/** A name of a key or value is in Latin-1 when this bit is set, in UTF-16 otherwise. */
const COMPRESSED_KEY_NAME = 0x20;
const COMPRESSED_VALUE_NAME = 0x01;

export function isRegistryHive(content: Uint8Array): boolean {
  return content.length >= BASE_BLOCK_BYTES && signature(viewOf(content), 0, 4) === 'regf';
}

/**
 * The texts and 32-bit numbers among the values of a key, by their names as written. Null when the hive has no such key,
 * or its structure leads nowhere.
 *
 * @param path names of keys from below the root, which compare without case: `Microsoft`, `Windows NT`
 */
export function readRegistryKey(content: Uint8Array, path: readonly string[]): RegistryValues | null {
  if (!isRegistryHive(content)) return null;
  return withinBounds(() => {
    const hive = viewOf(content.subarray(BASE_BLOCK_BYTES));
    let key: number | null = viewOf(content).getUint32(36, true);
    for (const name of path) key = key === null ? null : findSubkey(hive, key, name.toLowerCase());
    return key === null ? null : valuesOf(hive, key);
  });
}

/** Where the data of a cell begins, after its size. */
const dataOf = (cell: number) => cell + 4;

function signature(hive: DataView, at: number, length: number): string {
  return readName(hive, { at, length, latin: true });
}

function isKey(hive: DataView, key: number): boolean {
  return signature(hive, dataOf(key), 2) === 'nk';
}

function findSubkey(hive: DataView, key: number, name: string): number | null {
  if (!isKey(hive, key)) return null;
  const count = hive.getUint32(dataOf(key) + 20, true);
  const list = hive.getUint32(dataOf(key) + 28, true);
  let room = MAX_SUBKEYS;
  if (count === 0 || list === NONE) return null;

  /** Through a list of keys, or a list of such lists. */
  function search(at: number, depth: number): number | null {
    const kind = signature(hive, dataOf(at), 2);
    const entries = hive.getUint16(dataOf(at) + 2, true);
    // leaves of the kinds lf and lh have a hash after each offset
    const step = kind === 'lf' || kind === 'lh' ? 8 : 4;
    if (step === 4 && kind !== 'li' && kind !== 'ri') return null;
    for (let entry = 0; entry < entries && room > 0; entry += 1) {
      const offset = hive.getUint32(dataOf(at) + 4 + entry * step, true);
      room -= 1;
      if (kind === 'ri') {
        const found = depth < MAX_LIST_DEPTH ? search(offset, depth + 1) : null;
        if (found !== null) return found;
      } else if (keyName(hive, offset)?.toLowerCase() === name) return offset;
    }
    return null;
  }

  return search(list, 1);
}

function keyName(hive: DataView, key: number): string | null {
  if (!isKey(hive, key)) return null;
  const latin = (hive.getUint16(dataOf(key) + 2, true) & COMPRESSED_KEY_NAME) !== 0;
  return readName(hive, { at: dataOf(key) + 76, length: hive.getUint16(dataOf(key) + 72, true), latin });
}

function valuesOf(hive: DataView, key: number): RegistryValues | null {
  if (!isKey(hive, key)) return null;
  const values = new Map<string, string | number>();
  const count = Math.min(hive.getUint32(dataOf(key) + 36, true), MAX_VALUES);
  const list = hive.getUint32(dataOf(key) + 40, true);
  if (list === NONE) return values;
  for (let index = 0; index < count; index += 1) {
    const read = withinBounds(() => readValue(hive, hive.getUint32(dataOf(list) + index * 4, true)));
    if (read !== null && !values.has(read.name)) values.set(read.name, read.data);
  }
  return values;
}

function readValue(
  hive: DataView,
  value: number,
): { readonly name: string; readonly data: string | number } | null {
  const at = dataOf(value);
  if (signature(hive, at, 2) !== 'vk') return null;
  const nameLength = hive.getUint16(at + 2, true);
  const size = hive.getUint32(at + 4, true);
  const type = hive.getUint32(at + 12, true);
  const latin = (hive.getUint16(at + 16, true) & COMPRESSED_VALUE_NAME) !== 0;
  // up to four bytes stand in the place of their offset
  const inline = size >= 0x8000_0000;
  const length = inline ? size - 0x8000_0000 : size;
  const start = inline ? at + 8 : dataOf(hive.getUint32(at + 8, true));
  if (length > MAX_DATA_BYTES || (inline && length > 4)) return null;
  const name = readName(hive, { at: at + 20, length: nameLength, latin });
  if (type === TYPE.number && length === 4) return { name, data: hive.getUint32(start, true) };
  if (type !== TYPE.text && type !== TYPE.expandableText) return null;
  return { name, data: readName(hive, { at: start, length, latin: false }).replace(/\0[^]*$/, '') };
}

interface NamePlace {
  readonly at: number;
  readonly length: number;
  readonly latin: boolean;
}

/** Throws a RangeError where the text runs over the end, as a DataView does. */
function readName(view: DataView, { at, length, latin }: NamePlace): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  if (at < 0 || at + length > bytes.length) throw new RangeError('beyond the end of the hive');
  return new TextDecoder(latin ? 'latin1' : 'utf-16le').decode(bytes.subarray(at, at + length));
}
