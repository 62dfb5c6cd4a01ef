import type { FileHandle } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pipeline, Readable } from 'node:stream';
import { constants, createGunzip, createZstdDecompress } from 'node:zlib';
import type * as SeekBzip from 'seek-bzip';
import type * as XzDecompress from 'xz-decompress';

/** Loaded when the first file needs them. */
const require = createRequire(import.meta.url);

const CHUNK = 1 << 18;

type Chunks = AsyncIterable<Uint8Array>;

interface Compression {
  readonly magic: readonly number[];
  /** @throws {Error} for data that is damaged or cut off */
  unpack(packed: Readable, mostBytes: number): Chunks;
}

/** RFC 1952; RFC 8878; bzip2 has no specification but its source; https://tukaani.org/xz/xz-file-format.txt, 2.1.1.1. */
const COMPRESSIONS: readonly Compression[] = [
  { magic: [0x1f, 0x8b], unpack: (packed) => piped(packed, createGunzip({ chunkSize: CHUNK })) },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], unpack: (packed) => piped(packed, unpackZstd()) },
  { magic: [0x42, 0x5a, 0x68], unpack: unpackBzip2 },
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], unpack: unpackXz },
];

/** How many first bytes {@link plainChunks} needs to tell a compression. */
export const MAGIC_BYTES = Math.max(...COMPRESSIONS.map(({ magic }) => magic.length));

/**
 * The content of a file, decompressed where its first bytes say that it is compressed. It is up to the reader to stop
 * when there is too much of it.
 *
 * @param mostBytes what a file that can only be unpacked as a whole (bzip2) may hold, packed and unpacked
 */
export function plainChunks(handle: FileHandle, magic: Uint8Array, mostBytes: number): Chunks {
  const packed = handle.createReadStream({ start: 0, autoClose: false, highWaterMark: CHUNK });
  return compressionOf(magic)?.unpack(packed, mostBytes) ?? packed;
}

/** The content of a file in memory that is compressed; null for one that is not. */
export function unpackedChunks(bytes: Uint8Array, mostBytes: number): Chunks | null {
  return compressionOf(bytes)?.unpack(Readable.from([bytes]), mostBytes) ?? null;
}

function compressionOf(bytes: Uint8Array): Compression | undefined {
  return COMPRESSIONS.find(({ magic }) => magic.every((byte, i) => bytes[i] === byte));
}

function piped(packed: Readable, decompressor: NodeJS.ReadWriteStream): Chunks {
  // the reader sees every error; the callback is there so that nobody else has to
  return pipeline(packed, decompressor, () => undefined) as unknown as Chunks;
}

/** Archives made with `zstd --long=27` need a window of 128 MB. */
function unpackZstd() {
  return createZstdDecompress({ chunkSize: CHUNK, params: { [constants.ZSTD_d_windowLogMax]: 27 } });
}

/** Also several streams in a row, as pbzip2 writes them. */
async function* unpackBzip2(packed: Readable, mostBytes: number): Chunks {
  const bytes = await gather(packed, mostBytes);
  if (!endsLikeBzip2(bytes)) throw new Error('bzip2: the file is cut off');
  const { decode } = require('seek-bzip') as typeof SeekBzip;
  const chunks: Buffer[] = [];
  let [chunk, used] = [Buffer.allocUnsafe(CHUNK), 0];
  const writeByte = (byte: number) => {
    if (used === CHUNK) {
      chunks.push(chunk);
      if (chunks.length * CHUNK > mostBytes) throw new Error(`bzip2: more than ${mostBytes} bytes`);
      [chunk, used] = [Buffer.allocUnsafe(CHUNK), 0];
    }
    chunk[used++] = byte;
  };
  try {
    decode(bytes, { writeByte }, true);
  } catch (cause) {
    if (cause instanceof TypeError)
      throw new Error(`bzip2: the file is damaged (${cause.message})`, { cause });
    throw cause;
  }
  yield* chunks;
  yield chunk.subarray(0, used);
}

async function gather(packed: Readable, mostBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of packed as Chunks) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > mostBytes) throw new Error(`bzip2: more than ${mostBytes} bytes`);
  }
  return Buffer.concat(chunks);
}

/**
 * A stream ends with 48 bits of pi's square root and a checksum of 32, filled up to a byte. The decoder takes a file that
 * is cut between two blocks for a whole one.
 */
function endsLikeBzip2(bytes: Uint8Array): boolean {
  const tail = BigInt(`0x${Buffer.from(bytes.subarray(-11)).toString('hex')}`);
  for (let fill = 0n; fill < 8n; fill++) {
    if (((tail >> (fill + 32n)) & 0xffff_ffff_ffffn) === 0x1772_4538_5090n) return true;
  }
  return false;
}

async function* unpackXz(packed: Readable): Chunks {
  const { XzReadableStream } = require('xz-decompress') as typeof XzDecompress;
  const source = Readable.toWeb(Readable.from(oneXzStream(packed)));
  try {
    yield* new XzReadableStream(source as ReadableStream<Uint8Array>);
  } catch (cause) {
    throw new Error(`xz: ${xzReason(cause)}`, { cause });
  }
}

/** The decoder's codes, `enum xz_ret` of xz-embedded's xz.h. */
const XZ_REASONS: ReadonlyMap<string, string> = new Map([
  ['4', 'the file needs too much memory'],
  ['6', 'the file has a checksum or filter that is not read'],
  ['7', 'the file is damaged'],
  ['8', 'the file is cut off'],
]);

function xzReason(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return XZ_REASONS.get(/error code (\d+)$/.exec(message)?.[1] ?? '') ?? message;
}

/** Where one stream ends and the next begins: the magic bytes of footer and header. */
const XZ_SEAM = Buffer.from([0x59, 0x5a, 0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]);

/** Lets one stream pass. The decoder would stop behind it, and what follows would be missing without a word. */
async function* oneXzStream(packed: Readable): Chunks {
  let last = Buffer.alloc(0);
  for await (const chunk of packed as Chunks) {
    const seen = Buffer.concat([last, chunk]);
    if (seen.includes(XZ_SEAM)) throw new Error('several streams in one file are not read');
    last = seen.subarray(1 - XZ_SEAM.length);
    yield chunk;
  }
}
