import { createHash } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { AdvisoryError } from '../errors.ts';
import { readFrame, withFrame } from './skippable-frame.ts';

/** Far more than any database, and what one buffer can hold. */
const MAX_UNPACKED = 2 ** 32 - 1;

/** A database as the file that it is, packed: how the starter database comes, which must be there at once. */
export const PACKED_DATABASE = 'hallmark.advisories/1';

export interface PackedHeader {
  /** Of the unpacked database, in hexadecimal. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** @param level zstd's; 19 takes half a second a megabyte, 9 a tenth */
export function packDatabase(database: Uint8Array, level: number): Uint8Array {
  const sha256 = createHash('sha256').update(database).digest('hex');
  const params = { [constants.ZSTD_c_compressionLevel]: level };
  return withFrame(
    { format: PACKED_DATABASE, sha256, sizeBytes: database.length },
    zstdCompressSync(database, { params }),
  );
}

/** @throws {AdvisoryError} DATABASE_UNREADABLE */
export function readPackedHeader(packed: Uint8Array, file: string): PackedHeader {
  return readPacked(packed, file).header;
}

/** @throws {AdvisoryError} DATABASE_UNREADABLE, DATABASE_DIGEST_MISMATCH */
export function unpackDatabase(packed: Uint8Array, file: string): Uint8Array {
  const { header, body } = readPacked(packed, file);
  const database = inflate(body, header.sizeBytes, file);
  const actual = createHash('sha256').update(database).digest('hex');
  if (actual === header.sha256) return database;
  throw new AdvisoryError(
    'DATABASE_DIGEST_MISMATCH',
    `the advisory database in ${file} is damaged: expected sha256:${header.sha256}, got sha256:${actual}`,
    { subject: file },
  );
}

/** By hand, because every start comes through here, and loading zod takes longer than all the rest of it. */
function readPacked(
  packed: Uint8Array,
  file: string,
): { readonly header: PackedHeader; readonly body: Uint8Array } {
  const frame = readFrame(packed);
  const { format, sha256, sizeBytes } = frame?.header ?? {};
  const isSize = typeof sizeBytes === 'number' && Number.isInteger(sizeBytes) && sizeBytes > 0;
  const isDigest = typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256);
  if (frame === null || format !== PACKED_DATABASE || !isDigest || !isSize || sizeBytes > MAX_UNPACKED) {
    const message = `${file} is not a packed advisory database`;
    throw new AdvisoryError('DATABASE_UNREADABLE', message, { subject: file });
  }
  return { header: { sha256, sizeBytes }, body: frame.body };
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
