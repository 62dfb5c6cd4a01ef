import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { crc32, inflateRawSync } from 'node:zlib';
import type * as Yauzl from 'yauzl';
import type { ArchiveItem, ArchiveLimits } from './archive.ts';

/** Section numbers are those of PKWARE's APPNOTE.TXT 6.3.10. */
const STORED = 0; // 4.4.5
const DEFLATED = 8;
const DIRECTORY_HEADER = 0x02_01_4b_50; // 4.3.12

/** Deflate reaches 1032; the densest feeds of 2026 stay below 60. Small members may be as dense as they like. */
const MAX_RATIO = 200;
const RATIO_FREE_BYTES = 1 << 20;

/** True for the first bytes of a zip archive, also of one without members (4.3.7, 4.3.16). */
export function isZipHeader(bytes: Uint8Array): boolean {
  const magic = Buffer.from(bytes.subarray(0, 4)).toString('latin1');
  return magic === 'PK\x03\x04' || magic === 'PK\x05\x06';
}

/**
 * The files of a zip archive in the order of its directory. A member that is damaged, encrypted, too large or packed in
 * another way than deflate is a problem, and the walk goes on; a directory that cannot be believed ends it.
 *
 * The directory is read member by member, since archives of feeds hold some 100,000, and what it says is checked: size
 * and CRC-32 of every member, and that no byte of the archive belongs to two of them.
 *
 * @throws {Error} of the library, for a directory that is damaged or cut off
 */
export async function* zipMembers(handle: FileHandle, limits: ArchiveLimits): AsyncIterable<ArchiveItem> {
  const yauzl = await import('yauzl');
  const zip = await openZip(yauzl, handle);
  let members = 0;
  let endOfLast = 0;
  for await (const entry of zip.eachEntry()) {
    const { generalPurposeBitFlag, fileNameRaw, extraFields, relativeOffsetOfLocalHeader } = entry;
    const path = yauzl.getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
    if (path.endsWith('/')) continue;
    if (++members > limits.members) {
      yield { kind: 'problem', reason: `more than ${limits.members} files in one archive` };
      return;
    }
    // members that share their bytes make a bomb without any of them being dense
    if (relativeOffsetOfLocalHeader < endOfLast) {
      yield { kind: 'problem', reason: `${path} begins before the end of the member before it` };
      return;
    }
    const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
    endOfLast = fileDataStart + entry.compressedSize;
    yield await readMember(handle, path, entry, fileDataStart, limits);
  }
  // a count that is too low hides members, and old tools wrote it modulo 65,536
  const next = await readAt(handle, Number(zip.readEntryCursor), 4);
  if (next.length === 4 && next.readUInt32LE() === DIRECTORY_HEADER)
    yield { kind: 'problem', reason: `the directory has more entries than the ${zip.entryCount} it states` };
}

/**
 * Places that an archive names are checked against its end here: the library's own reader hands them to Node, which
 * throws at some from a callback, where nobody could catch it.
 */
async function openZip(yauzl: typeof Yauzl, handle: FileHandle): Promise<Yauzl.ZipFile> {
  const { size } = await handle.stat();
  class BoundedReader extends yauzl.RandomAccessReader {
    override read(
      buffer: Buffer,
      offset: number,
      length: number,
      position: number,
      done: (error: Error | null) => void,
    ): void {
      const fits =
        position + length <= size && readSync(handle.fd, buffer, offset, length, position) === length;
      done(fits ? null : new Error('the archive is cut off, or refers to a place beyond its end'));
    }
  }
  return yauzl.fromRandomAccessReaderPromise(new BoundedReader(), size, {
    autoClose: false,
    // names stay bytes, since the library ends the walk at one that is no relative path
    decodeStrings: false,
    // sizes are compared below, where a wrong one costs only its member
    validateEntrySizes: false,
  });
}

async function readMember(
  handle: FileHandle,
  path: string,
  entry: Yauzl.Entry,
  dataStart: number,
  limits: ArchiveLimits,
): Promise<ArchiveItem> {
  const refused = reasonToRefuse(entry, limits);
  if (refused !== null) return { kind: 'problem', reason: `${path} ${refused}` };
  const { compressedSize, uncompressedSize } = entry;
  try {
    const packed = await readAt(handle, dataStart, compressedSize);
    const bytes =
      entry.compressionMethod === STORED
        ? packed
        : inflateRawSync(packed, { maxOutputLength: Math.max(1, uncompressedSize) });
    if (bytes.length === uncompressedSize && crc32(bytes) === entry.crc32)
      return { kind: 'file', path, bytes };
    return { kind: 'problem', reason: `${path} has another size or CRC-32 than the directory states` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'problem', reason: `${path} cannot be unpacked: ${reason}` };
  }
}

function reasonToRefuse(entry: Yauzl.Entry, { memberBytes }: ArchiveLimits): string | null {
  const { compressedSize, uncompressedSize, compressionMethod } = entry;
  if (entry.isEncrypted()) return 'is encrypted';
  if (compressionMethod !== STORED && compressionMethod !== DEFLATED)
    return `is packed with method ${compressionMethod}, which Hallmark does not read`;
  const size = Math.max(compressedSize, uncompressedSize);
  if (size > memberBytes) return `has ${size} bytes, more than ${memberBytes}`;
  return uncompressedSize > RATIO_FREE_BYTES && uncompressedSize > compressedSize * MAX_RATIO
    ? `unpacks to more than ${MAX_RATIO} times its size`
    : null;
}

/** Fewer bytes where the file ends. */
async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
