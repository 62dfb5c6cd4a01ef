/**
 * The header of an rpm package: an index of tags before a store of values, big-endian.
 *
 *     il: number of index entries | dl: bytes of the store | il × { tag, type, offset, count } | store
 *
 * A database holds the header without the magic that stands before it in a package file. Entries up to the region's
 * trailer come from the package, later ones were added when it was installed and replace the region's.
 * rpm, docs/manual/format_header.md; lib/header.c.
 */

/** What tags hold, by number. rpm, include/rpm/rpmtag.h. */
export const TAG = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  summary: 1004,
  vendor: 1011,
  licence: 1014,
  url: 1020,
  architecture: 1022,
  /** Whole paths: how rpm 3 listed files. */
  oldFileNames: 1027,
  sourceRpm: 1044,
  provideName: 1047,
  requireName: 1049,
  directoryIndexes: 1116,
  baseNames: 1117,
  directoryNames: 1118,
  modularityLabel: 5096,
} as const;

const WANTED: ReadonlySet<number> = new Set(Object.values(TAG));

const TYPE = { int32: 4, string: 6, stringArray: 8, i18nString: 9 } as const;

/** rpm's own bounds: HEADER_TAGS_MAX and HEADER_DATA_MAX in lib/header.c. */
const MAX_ENTRIES = 0xffff;
const MAX_STORE_BYTES = 0x0fff_ffff;

/** Most values of one tag: an empty string takes one byte here and many in memory. */
const MAX_VALUES = 1_000_000;

const PREAMBLE_BYTES = 8;
const ENTRY_BYTES = 16;

/** The values of the tags in `TAG`. */
export interface RpmHeader {
  readonly texts: ReadonlyMap<number, readonly string[]>;
  readonly integers: ReadonlyMap<number, readonly number[]>;
  /** The first thing that could not be read, null when all could. */
  readonly damage: string | null;
}

interface Entry {
  readonly type: number;
  readonly offset: number;
  readonly count: number;
}

/** Reads what can be read of a header. Each tag's values are decoded once, whatever the index repeats. */
export function parseHeader(bytes: Uint8Array): RpmHeader {
  const blob = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const texts = new Map<number, readonly string[]>();
  const integers = new Map<number, readonly number[]>();
  if (blob.length < PREAMBLE_BYTES + ENTRY_BYTES) {
    return { texts, integers, damage: `a header of ${blob.length} bytes` };
  }
  const entryCount = blob.readUInt32BE(0);
  const storeBytes = blob.readUInt32BE(4);
  if (entryCount > MAX_ENTRIES || storeBytes > MAX_STORE_BYTES) {
    return { texts, integers, damage: `a header that claims ${entryCount} tags in ${storeBytes} bytes` };
  }

  const storeStart = PREAMBLE_BYTES + entryCount * ENTRY_BYTES;
  const expected = storeStart + storeBytes;
  let damage = blob.length === expected ? null : `a header of ${blob.length} bytes instead of ${expected}`;
  const store = blob.subarray(storeStart, expected);
  for (const [tag, entry] of readIndex(blob.subarray(PREAMBLE_BYTES, storeStart))) {
    let values: readonly unknown[] = [];
    if (entry.offset < store.length && entry.count <= MAX_VALUES) {
      if (entry.type === TYPE.int32) integers.set(tag, (values = readIntegers(store, entry)));
      else if (isText(entry.type)) texts.set(tag, (values = readStrings(store, entry)));
    }
    if (values.length !== entry.count) damage ??= `tag ${tag} of a header`;
  }
  return { texts, integers, damage };
}

/** The last entry of each wanted tag: the one that rpm lets replace the others. */
function readIndex(index: Buffer): ReadonlyMap<number, Entry> {
  const entries = new Map<number, Entry>();
  for (let at = 0; at + ENTRY_BYTES <= index.length; at += ENTRY_BYTES) {
    const tag = index.readUInt32BE(at);
    if (!WANTED.has(tag)) continue;
    const type = index.readUInt32BE(at + 4);
    const count = index.readUInt32BE(at + 12);
    entries.set(tag, { type, offset: index.readUInt32BE(at + 8), count: type === TYPE.string ? 1 : count });
  }
  return entries;
}

function isText(type: number): boolean {
  return type === TYPE.string || type === TYPE.stringArray || type === TYPE.i18nString;
}

function readIntegers(store: Buffer, { offset, count }: Entry): number[] {
  const end = Math.min(offset + count * 4, store.length - 3);
  const values: number[] = [];
  for (let at = offset; at < end; at += 4) values.push(store.readUInt32BE(at));
  return values;
}

/** Strings that each end with a NUL byte; of a translated text the first is the untranslated one. */
function readStrings(store: Buffer, { offset, count }: Entry): string[] {
  let found = 0;
  let end = offset;
  while (found < count) {
    const nul = store.indexOf(0, end);
    if (nul < 0) break;
    end = nul + 1;
    found += 1;
  }
  // decoded in one piece: a file list has thousands of short strings
  return found === 0 ? [] : store.toString('utf8', offset, end - 1).split('\0');
}
