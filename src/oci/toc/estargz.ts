/**
 * The table of an eStargz layer: the last file of its archive, in a gzip member of its own, and behind it a footer that
 * says where. The footer is an empty gzip member whose extra field holds the place. stargz-snapshotter, docs/estargz.md,
 * "TOC, TOCEntries and Footer".
 */
import { isDigest } from '../../model/digest.ts';
import { decompress } from '../decompress.ts';
import { createTarReader } from '../tar/tar-reader.ts';
import { readVerified } from '../verified-stream.ts';
import { once } from './inflate-part.ts';
import { type RangedLayer, readRange } from './read-range.ts';
import { corrupt, parseTable, TABLE_BYTES_MAX, type TableOfContents } from './table-of-contents.ts';

const ANNOTATION = 'containerd.io/snapshot/stargz/toc.digest';
const NAME = 'stargz.index.json';

const FOOTER_BYTES = 51;
/** Of the extra field, behind gzip's fixed header of ten bytes: its length 26, the identifier SG and the length 22. */
const EXTRA = Buffer.from([26, 0, 0x53, 0x47, 22, 0]);
const EXTRA_AT = 10;
const PLACE = /^([0-9a-f]{16})STARGZ$/;

/**
 * Null when the layer's annotations name no such table.
 *
 * @throws {OciError} LAYER_CORRUPT, LAYER_TRUNCATED, BLOB_DIGEST_MISMATCH; what reading a range throws
 */
export async function readEstargzTable(
  layer: RangedLayer,
  signal?: AbortSignal,
): Promise<TableOfContents | null> {
  const digest = layer.annotations[ANNOTATION] ?? '';
  if (!isDigest(digest) || layer.sizeBytes <= FOOTER_BYTES) return null;
  const subject = `the table of contents of layer ${layer.digest}`;
  const end = layer.sizeBytes - FOOTER_BYTES;
  const start = placeIn(await readRange(layer, { start: end, end: layer.sizeBytes }, signal));
  // Of a zstd:chunked layer by containerd's tools the annotation is the same, and the footer another one.
  if (start === null) return null;
  if (start >= end || end - start > TABLE_BYTES_MAX) throw corrupt(subject, 'lies outside the layer');
  const part = await readRange(layer, { start, end }, signal);
  const json = await readTableFile(part, subject);
  await readVerified(once(json), { digest, sizeBytes: json.length, subject });
  return {
    format: 'eStargz',
    digest,
    ...parseTable(json, start, subject),
    readBytes: part.length + FOOTER_BYTES,
  };
}

function placeIn(footer: Buffer): number | null {
  const extra = footer.subarray(EXTRA_AT, EXTRA_AT + EXTRA.length);
  const from = EXTRA_AT + EXTRA.length;
  const place = PLACE.exec(footer.toString('latin1', from, from + 22))?.[1];
  if (!extra.equals(EXTRA) || place === undefined) return null;
  const start = Number.parseInt(place, 16);
  return Number.isSafeInteger(start) ? start : null;
}

/** The one file of the archive's last part. */
async function readTableFile(part: Buffer, subject: string): Promise<Buffer> {
  let json: Buffer | null = null;
  const reader = createTarReader(
    {
      entry: ({ path, sizeBytes }) => path === NAME && sizeBytes <= TABLE_BYTES_MAX,
      content(_, content) {
        json = Buffer.from(content);
      },
      refused: () => {},
    },
    { subject, entriesMax: 16 },
  );
  const limits = { uncompressedBytes: 2 * TABLE_BYTES_MAX, ratio: 1000, ratioFreeBytes: TABLE_BYTES_MAX };
  for await (const piece of decompress(once(part), { subject, limits })) {
    reader.push(piece);
  }
  if (json === null) throw corrupt(subject, `holds no ${NAME} of at most ${TABLE_BYTES_MAX} bytes`);
  return json;
}
