/**
 * The table of a zstd:chunked layer: JSON in a zstd frame, in a skippable frame behind the archive. Annotations of the
 * layer's descriptor say where it is and which digest it has while it is compressed, so the footer is not needed.
 * containers/storage, docs/containers-storage-zstd-chunked.md.
 */
import { isDigest } from '../../model/digest.ts';
import { readVerified } from '../verified-stream.ts';
import { inflatePart, once } from './inflate-part.ts';
import { type RangedLayer, readRange } from './read-range.ts';
import { corrupt, parseTable, TABLE_BYTES_MAX, type TableOfContents } from './table-of-contents.ts';

const PREFIX = 'io.github.containers.zstd-chunked.';
/** Offset, compressed and uncompressed size, and type of the table: 1, the JSON of CRFS. */
const POSITION = /^(\d{1,16}):(\d{1,16}):(\d{1,16}):1$/;
const SKIPPABLE_HEADER_BYTES = 8;

/**
 * Null when the layer's annotations name no such table.
 *
 * @throws {OciError} LAYER_CORRUPT, LAYER_TRUNCATED, BLOB_DIGEST_MISMATCH; what reading a range throws
 */
export async function readZstdChunkedTable(
  layer: RangedLayer,
  signal?: AbortSignal,
): Promise<TableOfContents | null> {
  const digest = layer.annotations[`${PREFIX}manifest-checksum`] ?? '';
  const position = POSITION.exec(layer.annotations[`${PREFIX}manifest-position`] ?? '');
  if (position === null || !isDigest(digest)) return null;
  const subject = `the table of contents of layer ${layer.digest}`;
  const [start = 0, compressedBytes = 0, bytes = 0] = position.slice(1).map(Number);
  const end = start + compressedBytes;
  if (end > layer.sizeBytes || start < SKIPPABLE_HEADER_BYTES || compressedBytes === 0) {
    throw corrupt(subject, 'lies outside the layer');
  }
  if (bytes > TABLE_BYTES_MAX || compressedBytes > TABLE_BYTES_MAX) {
    throw corrupt(subject, `has ${bytes} bytes; at most ${TABLE_BYTES_MAX} are read`);
  }
  const part = await readRange(layer, { start, end }, signal);
  await readVerified(once(part), { digest, sizeBytes: part.length, subject });
  const json = await inflatePart(part, bytes, subject);
  return {
    format: 'zstd:chunked',
    digest,
    ...parseTable(json, start - SKIPPABLE_HEADER_BYTES, subject),
    readBytes: part.length,
  };
}
