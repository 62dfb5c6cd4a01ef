/** Writes zip archives (PKWARE's APPNOTE.TXT 6.3.10), right ones and, field by field, wrong ones. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly path: string;
  readonly content?: string | Uint8Array;
  /** Default: deflated. */
  readonly stored?: boolean;
  /** What the directory says instead of the truth. */
  readonly claims?: Partial<Claims>;
}

interface Claims {
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  /** Of the local header. */
  readonly offset: number;
}

export interface ZipOptions {
  /** Write sizes, offsets and the count in zip64's records (4.3.14, 4.3.15, 4.5.3). */
  readonly zip64?: boolean;
  /** What the end of the directory says instead of the truth. */
  readonly count?: number;
}

const UTF8 = 0x800;
const IN_ZIP64 = 0xffff_ffff;

export function zipArchive(entries: readonly ZipEntry[], options: ZipOptions = {}): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const plain = Buffer.from(entry.content ?? '');
    const packed = entry.stored === true ? plain : deflateRawSync(plain);
    const method = entry.stored === true ? 0 : 8;
    const truth: Claims = {
      flags: UTF8,
      method,
      crc: crc32(plain),
      packedSize: packed.length,
      size: plain.length,
      offset,
    };
    const body = Buffer.concat([localHeader(entry.path, truth), packed]);
    bodies.push(body);
    directory.push(directoryHeader(entry.path, { ...truth, ...entry.claims }, options.zip64 === true));
    offset += body.length;
  }
  const listing = Buffer.concat(directory);
  const end = endOfDirectory(options.count ?? entries.length, listing.length, offset, options.zip64 === true);
  return Buffer.concat([...bodies, listing, end]);
}

function localHeader(path: string, { flags, method, crc, packedSize, size }: Claims): Buffer {
  const name = Buffer.from(path);
  return Buffer.concat([
    fields([4, 0x04034b50], [2, 20], [2, flags], [2, method], [4, 0]),
    fields([4, crc], [4, packedSize], [4, size], [2, name.length], [2, 0]),
    name,
  ]);
}

function directoryHeader(path: string, claims: Claims, zip64: boolean): Buffer {
  const name = Buffer.from(path);
  const { flags, method, crc, packedSize, size, offset } = claims;
  const extra = zip64 ? fields([2, 1], [2, 24], [8, size], [8, packedSize], [8, offset]) : Buffer.alloc(0);
  return Buffer.concat([
    fields([4, 0x02014b50], [2, 45], [2, 45], [2, flags], [2, method], [4, 0], [4, crc]),
    fields([4, zip64 ? IN_ZIP64 : packedSize], [4, zip64 ? IN_ZIP64 : size]),
    fields([2, name.length], [2, extra.length], [2, 0], [2, 0], [2, 0], [4, 0]),
    fields([4, zip64 ? IN_ZIP64 : offset]),
    name,
    extra,
  ]);
}

function endOfDirectory(count: number, size: number, offset: number, zip64: boolean): Buffer {
  const classic = fields([4, 0x06054b50], [4, 0], [2, count], [2, count], [4, size], [4, offset], [2, 0]);
  if (!zip64) return classic;
  const record = fields([4, 0x06064b50], [8, 44], [2, 45], [2, 45], [4, 0], [4, 0], [8, count], [8, count]);
  const place = fields([8, size], [8, offset]);
  const locator = fields([4, 0x07064b50], [4, 0], [8, offset + size], [4, 1]);
  classic.fill(0xff, 8, 20);
  return Buffer.concat([record, place, locator, classic]);
}

/** Little-endian numbers, each of so many bytes. */
function fields(...numbers: readonly (readonly [bytes: number, value: number])[]): Buffer {
  return Buffer.concat(
    numbers.map(([bytes, value]) => {
      const buffer = Buffer.alloc(8);
      buffer.writeBigUInt64LE(BigInt(value));
      return buffer.subarray(0, bytes);
    }),
  );
}
