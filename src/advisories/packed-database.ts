import { createHash } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { z } from 'zod';
import { AdvisoryError } from './errors.ts';

/**
 * A database packed for carrying: a zstd file whose first frame is a skippable one (RFC 8878, section 3.1.2) with the
 * digest and size of what follows, as JSON. `zstd -d` unpacks it like any other file.
 */
const SKIPPABLE_MAGIC = 0x184d_2a50;
const FRAME_HEADER = 8;
const MAX_HEADER = 4096;
/** Far more than any database, and what one buffer can hold. */
const MAX_UNPACKED = 2 ** 32 - 1;

const Header = z.object({
  format: z.literal('hallmark.advisories/1'),
  /** Of the unpacked database, in hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  sizeBytes: z.number().int().min(1).max(MAX_UNPACKED),
});

export type PackedHeader = z.infer<typeof Header>;

/** True for a file that begins like a packed database, whole or not. */
export function isPacked(bytes: Uint8Array): boolean {
  return bytes.length >= FRAME_HEADER && view(bytes).readUInt32LE(0) === SKIPPABLE_MAGIC;
}

/** @param level zstd's; 19 takes half a second a megabyte, 9 a tenth */
export function packDatabase(database: Uint8Array, level: number): Uint8Array {
  const header: PackedHeader = {
    format: 'hallmark.advisories/1',
    sha256: createHash('sha256').update(database).digest('hex'),
    sizeBytes: database.length,
  };
  const text = Buffer.from(JSON.stringify(header));
  const frame = Buffer.alloc(FRAME_HEADER);
  frame.writeUInt32LE(SKIPPABLE_MAGIC, 0);
  frame.writeUInt32LE(text.length, 4);
  const packed = zstdCompressSync(database, { params: { [constants.ZSTD_c_compressionLevel]: level } });
  return Buffer.concat([frame, text, packed]);
}

/** @throws {AdvisoryError} DATABASE_UNREADABLE */
export function readPackedHeader(packed: Uint8Array, file: string): PackedHeader {
  try {
    return Header.parse(JSON.parse(view(packed).subarray(FRAME_HEADER, bodyOffset(packed)).toString('utf8')));
  } catch (cause) {
    throw new AdvisoryError('DATABASE_UNREADABLE', `${file} is not a packed advisory database`, {
      subject: file,
      cause,
    });
  }
}

/** @throws {AdvisoryError} DATABASE_UNREADABLE, DATABASE_DIGEST_MISMATCH */
export function unpackDatabase(packed: Uint8Array, file: string): Uint8Array {
  const { sha256, sizeBytes } = readPackedHeader(packed, file);
  const database = inflate(packed.subarray(bodyOffset(packed)), sizeBytes, file);
  const actual = createHash('sha256').update(database).digest('hex');
  if (actual === sha256) return database;
  throw new AdvisoryError(
    'DATABASE_DIGEST_MISMATCH',
    `the advisory database in ${file} is damaged: expected sha256:${sha256}, got sha256:${actual}`,
    { subject: file },
  );
}

function inflate(body: Uint8Array, sizeBytes: number, file: string): Uint8Array {
  try {
    return zstdDecompressSync(body, { maxOutputLength: sizeBytes });
  } catch (cause) {
    throw new AdvisoryError('DATABASE_UNREADABLE', `${file} does not unpack: it is cut off or damaged`, {
      subject: file,
      cause,
    });
  }
}

function bodyOffset(packed: Uint8Array): number {
  const length = isPacked(packed) ? view(packed).readUInt32LE(4) : MAX_HEADER + 1;
  if (length > MAX_HEADER || FRAME_HEADER + length > packed.length) throw new Error('no header');
  return FRAME_HEADER + length;
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
