/**
 * What a layer says of itself in its table of contents: eStargz and zstd:chunked list the entries of a layer's archive
 * and where in the blob the content of each file lies, compressed for itself. Both write the same JSON, that of CRFS; they
 * differ in where it stands and how content is compressed.
 *
 * Sources: stargz-snapshotter, docs/estargz.md; containers/storage, docs/containers-storage-zstd-chunked.md.
 *
 * What is proven by reading a layer so: the manifest states the digest of the table, the table states the digest of each
 * chunk, and both are checked. So each file is what the author of the manifest listed. What is not: neither the digest of
 * the blob nor the diff ID is checked, which takes every byte. The archive in the same blob may hold other files than its
 * table lists; engines that pull lazily start what the table says, all others what the archive says.
 */
import { type Digest, isDigest } from '../../model/digest.ts';
import { count, list, object, optional, type Shape, string } from '../shape.ts';
import { readShape, refuseCaseVariants } from '../descriptor.ts';
import type { ByteRange } from '../image.ts';
import { OciError } from '../errors.ts';
import type { TreeEntry } from '../layer-tree.ts';
import { parseStrictJson } from '../strict-json.ts';
import { cleanPath, decodeName } from '../tar/entry-name.ts';

export interface TableOfContents {
  readonly format: 'eStargz' | 'zstd:chunked';
  /** As the manifest's annotation states it; checked. */
  readonly digest: Digest;
  /** In the order of the archive. */
  readonly entries: readonly ListedEntry[];
  /** Names that climb out of the root or cannot be a file's. */
  readonly refused: readonly string[];
  /** Bytes of the blob that were read to find and read the table. */
  readonly readBytes: number;
}

export interface ListedEntry {
  readonly entry: TreeEntry;
  /** The content of a file from its beginning to its end; none of everything else. */
  readonly chunks: readonly Chunk[];
}

/** A piece of a file's content. */
export interface Chunk {
  /** Where in the blob it lies compressed; other content may follow in the same range. */
  readonly range: ByteRange;
  /** Uncompressed bytes of the range before those of the chunk. */
  readonly skippedBytes: number;
  readonly sizeBytes: number;
  /** Of its uncompressed bytes. */
  readonly digest: Digest;
}

/** Longest JSON that is read, of some 200,000 files; what lists more is read whole. */
export const TABLE_BYTES_MAX = 64 * 1024 * 1024;
const ENTRIES_MAX = 500_000;

const TYPES: Readonly<Record<string, TreeEntry['type']>> = {
  dir: 'directory',
  reg: 'file',
  symlink: 'symlink',
  hardlink: 'hardlink',
  char: 'other',
  block: 'other',
  fifo: 'other',
};

const FIELDS = {
  type: string(16),
  name: string(),
  linkName: optional(string()),
  mode: optional(count),
  size: optional(count),
  uid: optional(count),
  gid: optional(count),
  offset: optional(count),
  innerOffset: optional(count),
  endOffset: optional(count),
  digest: optional(string(200)),
  chunkOffset: optional(count),
  chunkSize: optional(count),
  chunkDigest: optional(string(200)),
};

const written = object(FIELDS);
type Written = ReturnType<typeof written>;

const table: Shape<{ readonly entries: readonly Written[] }> = object({
  entries: list((value, place) => {
    refuseCaseVariants(value, Object.keys(FIELDS), 'an entry of a table of contents');
    return written(value, place);
  }, ENTRIES_MAX),
});

/**
 * Reads the JSON of a table whose digest was checked.
 *
 * @param contentBytes so many bytes at the beginning of the blob hold the archive: all content must lie in them
 * @throws {OciError} LAYER_CORRUPT when it does not say of every file where it lies
 */
export function parseTable(
  json: Uint8Array,
  contentBytes: number,
  subject: string,
): Pick<TableOfContents, 'entries' | 'refused'> {
  const value = parseStrictJson(json, { subject, maxBytes: TABLE_BYTES_MAX, code: 'LAYER_CORRUPT' });
  const found = readShape(table, value, subject, 'LAYER_CORRUPT').entries;
  const endOf = rangeEnds(found, contentBytes);
  const entries: ListedEntry[] = [];
  const refused: string[] = [];
  for (let at = 0; at < found.length;) {
    const first = found[at] as Written;
    let next = at + 1;
    while (found[next]?.type === 'chunk' && found[next]?.name === first.name) next++;
    const entry = toTreeEntry(first, subject);
    if (entry === null) refused.push(first.name);
    else if (entry.path !== '') {
      const chunks = entry.type === 'file' ? toChunks(found.slice(at, next), endOf, subject) : [];
      entries.push({ entry, chunks });
    }
    at = next;
  }
  return { entries, refused };
}

/** As the tar reader makes it of a header. Null when name or target cannot be used. */
function toTreeEntry(from: Written, subject: string): TreeEntry | null {
  const type = Object.hasOwn(TYPES, from.type) ? TYPES[from.type] : undefined;
  if (type === undefined) throw corrupt(subject, `has an entry of type ${JSON.stringify(from.type)}`);
  const path = cleanPath(decoded(from.name));
  const target = decoded(from.linkName ?? '');
  const linkTarget = type === 'hardlink' ? cleanPath(target) : type === 'symlink' ? target : null;
  if (path === null || (type === 'hardlink' && linkTarget === null)) return null;
  return {
    path,
    type,
    sizeBytes: type === 'file' ? (from.size ?? 0) : 0,
    mode: (from.mode ?? 0) & 0o7777,
    uid: from.uid ?? 0,
    gid: from.gid ?? 0,
    linkTarget,
  };
}

const decoded = (name: string) => decodeName(Buffer.from(name));

/**
 * The chunks of one file, which must be its whole content in order. Without sizes there is one; the last of several may
 * leave its size out; a single one may be named by the digest of the file.
 */
function toChunks(parts: readonly Written[], endOf: (start: number) => number, subject: string): Chunk[] {
  const [{ size, name, digest }] = parts as [Written];
  const sizeBytes = size ?? 0;
  if (sizeBytes === 0) return [];
  let done = 0;
  const chunks = parts.map((part): Chunk => {
    const partDigest = part.chunkDigest || (parts.length === 1 ? digest : null) || '';
    const partBytes = part.chunkSize || sizeBytes - done;
    if ((part.chunkOffset ?? 0) !== done || partBytes <= 0 || !isDigest(partDigest)) {
      throw corrupt(subject, `does not say what the content of ${JSON.stringify(name)} is`);
    }
    done += partBytes;
    const start = part.offset ?? 0;
    const range = { start, end: endOf(start) };
    if (range.end <= start) throw corrupt(subject, `places ${JSON.stringify(name)} outside the layer`);
    return { range, skippedBytes: part.innerOffset ?? 0, sizeBytes: partBytes, digest: partDigest };
  });
  if (done === sizeBytes) return chunks;
  throw corrupt(subject, `lists ${done} of the ${sizeBytes} bytes of ${JSON.stringify(name)}`);
}

/** Where compressed content that begins at some place ends: where the next one begins, or as is written. */
function rangeEnds(found: readonly Written[], contentBytes: number): (start: number) => number {
  const places = new Set([contentBytes]);
  for (const { offset, endOffset } of found) {
    if (offset) places.add(offset);
    if (endOffset) places.add(endOffset);
  }
  const sorted = Float64Array.from(places).sort();
  const next = new Map<number, number>();
  sorted.forEach((place, index) => next.set(place, sorted[index + 1] ?? place));
  return (start) => Math.min(next.get(start) ?? start, contentBytes);
}

export function corrupt(subject: string, message: string): OciError {
  return new OciError('LAYER_CORRUPT', `${subject} ${message}`, { subject });
}
