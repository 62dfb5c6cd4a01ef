import { createHash } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
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

const FORMAT = 'hallmark.advisories/1';

export interface PackedHeader {
  /** Of the unpacked database, in hexadecimal. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** True for a file that begins like a packed database, whole or not. */
export function isPacked(bytes: Uint8Array): boolean {
  return bytes.length >= FRAME_HEADER && view(bytes).readUInt32LE(0) === SKIPPABLE_MAGIC;
}

/** @param level zstd's; 19 takes half a second a megabyte, 9 a tenth */
export function packDatabase(database: Uint8Array, level: number): Uint8Array {
  const header: PackedHeader & { readonly format: string } = {
    format: FORMAT,
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
    return checkHeader(JSON.parse(view(packed).subarray(FRAME_HEADER, bodyOffset(packed)).toString('utf8')));
  } catch (cause) {
    throw new AdvisoryError('DATABASE_UNREADABLE', `${file} is not a packed advisory database`, {
      subject: file,
      cause,
    });
  }
}

/** By hand, because every start comes through here, and loading zod takes longer than all the rest of it. */
function checkHeader(value: unknown): PackedHeader {
  const { format, sha256, sizeBytes } = value as Readonly<Record<string, unknown>>;
  const isSize = typeof sizeBytes === 'number' && Number.isInteger(sizeBytes) && sizeBytes > 0;
  if (format !== FORMAT || typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256))
    throw new Error('no digest');
  if (!isSize || sizeBytes > MAX_UNPACKED) throw new Error('no size');
  return { sha256, sizeBytes };
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
