import type { ArchiveItem, ArchiveLimits } from './archive.ts';
import type { ByteReader } from './byte-reader.ts';

const BLOCK = 512;
const MAX_HEADER_BYTES = 1 << 20;

/** True for a block that begins a tar archive: its checksum fits. POSIX.1-2017, pax, "ustar Interchange Format". */
export function isTarHeader(block: Uint8Array): boolean {
  if (block.length < BLOCK) return false;
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 0x20 : (block[i] ?? 0);
  return sum === octal(block, 148, 8) && block[0] !== 0;
}

/**
 * The regular files of a tar archive in order; links, devices and directories are passed over. A problem ends the walk,
 * since nothing says where the next member would begin, but for a member that is merely too large.
 *
 * Layers of images are read in oci/, with all the care that hostile archives need.
 */
export async function* tarMembers(reader: ByteReader, limits: ArchiveLimits): AsyncIterable<ArchiveItem> {
  let extended: { path?: string; size?: number } = {};
  for (let members = 0; ;) {
    const header = await reader.read(BLOCK);
    if (header.every((byte) => byte === 0)) return; // two empty blocks, or nothing at all, end an archive
    if (!isTarHeader(header)) {
      yield { kind: 'problem', reason: 'a tar header has a wrong checksum or is cut off' };
      return;
    }
    const type = String.fromCharCode(header[156] ?? 0);
    const size =
      type === 'x' || type === 'L' ? octal(header, 124, 12) : (extended.size ?? octal(header, 124, 12));
    if (size === null) {
      yield { kind: 'problem', reason: 'a tar header states no size that can be read' };
      return;
    }
    const padding = (BLOCK - (size % BLOCK)) % BLOCK;
    if (type === 'x' || type === 'L') {
      if (size > MAX_HEADER_BYTES) {
        yield { kind: 'problem', reason: `a tar header of ${size} bytes` };
        return;
      }
      const bytes = await reader.read(size);
      extended = type === 'L' ? { ...extended, path: text(bytes) } : { ...extended, ...readPax(bytes) };
      await reader.skip(padding);
      continue;
    }
    const path = extended.path ?? ustarPath(header);
    extended = {};
    const wanted = type === '0' || type === '\0';
    if (wanted && ++members > limits.members) {
      yield { kind: 'problem', reason: `more than ${limits.members} files in one archive` };
      return;
    }
    if (wanted && size <= limits.memberBytes) {
      const bytes = await reader.read(size);
      if (bytes.length < size) {
        yield { kind: 'problem', reason: `${path} is cut off` };
        return;
      }
      yield { kind: 'file', path, bytes };
      await reader.skip(padding);
      continue;
    }
    if (wanted)
      yield { kind: 'problem', reason: `${path} has ${size} bytes, more than ${limits.memberBytes}` };
    if (!(await reader.skip(size + padding))) return;
  }
}

function ustarPath(header: Uint8Array): string {
  const name = text(header.subarray(0, 100));
  const isUstar = text(header.subarray(257, 262)) === 'ustar' && header[262] === 0;
  const prefix = isUstar ? text(header.subarray(345, 500)) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** `LENGTH KEY=VALUE\n` records, of which path and size matter. */
function readPax(bytes: Uint8Array): { path?: string; size?: number } {
  const found: { path?: string; size?: number } = {};
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const length = Number(text(bytes.subarray(at, space)));
    if (space < 0 || !Number.isSafeInteger(length) || length <= space - at) break;
    const [, key, value] = /^([^=]+)=(.*)\n$/s.exec(text(bytes.subarray(space + 1, at + length))) ?? [];
    if (key === 'path' && value !== undefined) found.path = value;
    if (key === 'size' && value !== undefined && /^\d{1,15}$/.test(value)) found.size = Number(value);
    at += length;
  }
  return found;
}

function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(bytes.buffer, bytes.byteOffset, end < 0 ? bytes.length : end).toString('utf8');
}

/** A number in octal digits. Null for none, and for sizes beyond eight gigabytes, which are written in base 256. */
function octal(header: Uint8Array, start: number, length: number): number | null {
  const digits = text(header.subarray(start, start + length)).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : null;
}
