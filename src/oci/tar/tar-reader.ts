import { OciError } from '../errors.ts';
import { HEAD_BYTES, type TreeEntry } from '../layer-tree.ts';
import { attributesOf, type BlockAttributes, readBlockAttributes, type TarAttributes } from './attributes.ts';
import { cleanPath, decodeName } from './entry-name.ts';
import { BLOCK_BYTES, isZeroBlock, readHeader, type TarHeader } from './header.ts';
import { readDecimal, readPax, type PaxRecords } from './pax.ts';
import {
  expandSparse,
  FRAGMENTS_MAX,
  isStoredSizePossible,
  readFirstSparseMap,
  readNextSparseMap,
  sparseFromPax,
  type SparseFile,
} from './sparse.ts';

/*
 * A tar archive is a row of 512-byte headers, each followed by padded data. The reader is pushed chunks of any size and
 * is always in one of two states: it passes over `skip` bytes without looking at them, or it gathers `needed` bytes in
 * one piece for `step`, which decides what comes next. Pieces that lie whole in a chunk are not copied.
 *
 * Wherever archivers and readers differ, this one sees what Go's archive/tar sees, because containerd, Docker, podman
 * and BuildKit unpack layers with it: an archive must not show other names to us than to them. So GNU long names win
 * over pax paths, links and directories have no data whatever their size says, and a global header has no effect.
 */

/** An entry of an archive, and where its stored content begins in the uncompressed archive. */
export interface TarEntry extends TreeEntry {
  readonly contentOffset: number;
}

export interface TarHandler {
  /** Called just before `entry`, and for the root itself, with what is read only for those who ask. */
  attributes?(entry: TarEntry, attributes: TarAttributes): void;
  /**
   * Called for every entry but the root itself. True asks for the content of a file, which is then held whole, a number
   * for so many bytes of its beginning; `sniff` lets its first bytes decide.
   */
  entry(entry: TarEntry): boolean | number | 'sniff';
  /** Called after `sniff` with the first HEAD_BYTES of a file, or all of a shorter one; answers as `entry` does. */
  sniff?(entry: TarEntry, head: Buffer): boolean | number;
  /** The content that `entry` asked for, holes filled. It may lie in the pushed chunk: copy what is kept. */
  content(entry: TarEntry, content: Buffer): void;
  /** An entry that was ignored because its name or link target climbs out of the root or cannot be a file name. */
  refused(name: string): void;
}

export interface TarReader {
  /** @throws {OciError} LAYER_CORRUPT, LAYER_TOO_LARGE */
  push(chunk: Uint8Array): void;
  /**
   * For archives that can be read at any place: how many bytes from here on need not be pushed; infinite behind the
   * end of the archive. The next push goes on behind them, and the caller sees to it that the archive is long enough.
   */
  jump(): number;
  /**
   * Says that there are no more bytes.
   *
   * @throws {OciError} LAYER_TRUNCATED
   */
  end(): void;
}

export interface TarReaderOptions {
  /** What is read, for error messages: a layer's digest, a file. */
  readonly subject: string;
  /** Most headers, the extended ones included. */
  readonly entriesMax: number;
}

/** Bytes of one extended header or long name; as much as Go's reader allows. */
const EXTENSION_BYTES_MAX = 1024 * 1024;

const TYPES: Readonly<Record<string, TreeEntry['type']>> = {
  '\0': 'file',
  '0': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '5': 'directory',
  '7': 'file',
  S: 'file',
};
/** Largest sparse file that is put together only to see its beginning. */
const SNIFFED_SPARSE_BYTES_MAX = 64 * 1024 * 1024;
/** Links, devices, directories and pipes: no data follows. */
const WITHOUT_DATA = '123456';

/** What the headers before an entry said about it. */
interface Extensions {
  pax: PaxRecords | null;
  longName: string | null;
  longLink: string | null;
}

const noExtensions = (): Extensions => ({ pax: null, longName: null, longLink: null });

export function createTarReader(handler: TarHandler, options: TarReaderOptions): TarReader {
  const { subject, entriesMax } = options;
  let position = 0;
  let skip = 0;
  let needed = BLOCK_BYTES;
  let step: (bytes: Buffer, at: number) => void = onHeader;
  /** Padding at the end of what is skipped: an archive that lacks only that is whole. */
  let padding = 0;
  let gathered: Buffer | null = null;
  /** What pieces are gathered in, again and again: a fresh buffer for each large file would wait for the collector. */
  let scratch = Buffer.alloc(0);
  let gatheredBytes = 0;
  /** Bytes of the last piece that belong to the next one too. */
  let again = 0;
  let headers = 0;
  let extensions = noExtensions();
  let block: BlockAttributes | null = null;

  function corrupt(what: string): OciError {
    const message = `${subject}: ${what}, at byte ${position} of the uncompressed archive`;
    return new OciError('LAYER_CORRUPT', message, { subject });
  }

  function expect(bytes: number, next: typeof step): void {
    needed = bytes;
    step = next;
  }

  /** Passes over data that takes `bytes`, less what was read of it already, and goes on with the next header. */
  function passOver(bytes: number, read = 0): void {
    padding = -bytes & (BLOCK_BYTES - 1);
    // The bit operation works on 32 bits, of which only the lowest nine matter here.
    skip = bytes - read + padding;
    expect(BLOCK_BYTES, onHeader);
  }

  /** Gathers the data of the current header in one piece, or the beginning of as many bytes as it has. */
  function gather(bytes: number, use: (data: Buffer) => void, dataBytes = bytes): void {
    const done = (data: Buffer) => {
      passOver(dataBytes, bytes);
      use(data);
    };
    if (bytes === 0) done(Buffer.alloc(0));
    else expect(bytes, (chunk, at) => done(chunk.subarray(at, at + bytes)));
  }

  function onHeader(bytes: Buffer, at: number): void {
    // GNU tar stops at a zero block even when the second one that should follow is missing.
    if (bytes[at] === 0 && isZeroBlock(bytes, at)) {
      skip = Infinity;
      return;
    }
    if (++headers > entriesMax) {
      throw new OciError('LAYER_TOO_LARGE', `${subject}: more than ${entriesMax} entries`, { subject });
    }
    const header = readHeader(bytes, at);
    if (typeof header === 'string') throw corrupt(header);
    if (handler.attributes !== undefined) block = readBlockAttributes(bytes, at);
    switch (header.typeFlag) {
      case 'x':
        return onExtension(header, (data) => {
          const pax = readPax(data);
          if (typeof pax === 'string') throw corrupt(pax);
          extensions.pax = pax;
        });
      case 'L':
        return onExtension(header, (data) => (extensions.longName = untilNul(data) || null));
      case 'K':
        return onExtension(header, (data) => (extensions.longLink = untilNul(data) || null));
      case 'g':
        extensions = noExtensions();
        return passOver(header.size);
      case 'S':
        return onOldSparse(header, bytes, at);
      default:
        return onEntry(header, null);
    }
  }

  function onExtension(header: TarHeader, use: (data: Buffer) => void): void {
    if (header.size > EXTENSION_BYTES_MAX) throw corrupt(`an extended header of ${header.size} bytes`);
    gather(header.size, use);
  }

  /** The map of an old GNU sparse file goes on in blocks of its own, before the data. */
  function onOldSparse(header: TarHeader, bytes: Buffer, at: number): void {
    const first = readFirstSparseMap(bytes, at);
    const map = first.pairs;
    const finish = () => onEntry(header, { realSize: first.realSize, map });
    const onMore = (block: Buffer, blockAt: number) => {
      const next = readNextSparseMap(block, blockAt);
      map.push(...next.pairs);
      if (map.length > 2 * FRAGMENTS_MAX) throw corrupt('the map of a sparse file is too long');
      if (!next.more) finish();
    };
    if (first.more) expect(BLOCK_BYTES, onMore);
    else finish();
  }

  function onEntry(header: TarHeader, oldSparse: SparseFile | null): void {
    const { pax, longName, longLink } = extensions;
    extensions = noExtensions();
    const values = pax?.values;
    const stored = storedSize(header, values?.get('size'));
    const sparse = oldSparse ?? (pax === null ? null : sparseFromPax(pax, stored));
    if (typeof sparse === 'string') throw corrupt(sparse);
    const sparseName = sparse === null ? undefined : values?.get('GNU.sparse.name');
    const name = sparseName ?? longName ?? values?.get('path') ?? header.name;
    const link = longLink ?? values?.get('linkpath') ?? header.linkName;
    const type =
      header.typeFlag === '\0' && name.endsWith('/') ? 'directory' : (TYPES[header.typeFlag] ?? 'other');

    const path = cleanPath(name);
    const linkTarget = type === 'hardlink' ? cleanPath(link) : type === 'symlink' ? link : null;
    if (path === null || (type === 'hardlink' && linkTarget === null)) {
      handler.refused(name);
      return passOver(stored);
    }
    const sizeBytes = type === 'file' ? (sparse?.realSize ?? stored) : 0;
    if (!(sizeBytes >= 0)) throw corrupt('the size of a sparse file cannot be read');
    const entry: TarEntry = {
      path,
      type,
      sizeBytes,
      mode: header.mode,
      uid: paxNumber(values?.get('uid'), header.uid),
      gid: paxNumber(values?.get('gid'), header.gid),
      linkTarget,
      contentOffset: position,
    };
    if (block !== null)
      handler.attributes?.(entry, attributesOf(block, pax, { storedBytes: stored, sparse }));
    const wanted = path === '' ? false : handler.entry(entry);
    if (wanted === false || type !== 'file') return passOver(stored);
    // What is held follows the size that the handler agreed to, never the size that a sparse file claims to store.
    if (!isStoredSizePossible(stored, sizeBytes)) throw corrupt('a sparse file stores more than its size');
    if (sparse !== null) onSparseFile(entry, sparse, stored, wanted);
    else if (wanted === 'sniff') onSniffed(entry);
    else gatherContent(entry, wanted);
  }

  function gatherContent(entry: TarEntry, wanted: true | number): void {
    const { sizeBytes } = entry;
    const bytes = wanted === true ? sizeBytes : Math.min(wanted, sizeBytes);
    gather(bytes, (data) => handler.content(entry, data), sizeBytes);
  }

  function onSparseFile(
    entry: TarEntry,
    sparse: SparseFile,
    stored: number,
    asked: true | number | 'sniff',
  ): void {
    if (asked !== true && entry.sizeBytes > SNIFFED_SPARSE_BYTES_MAX) return passOver(stored);
    gather(stored, (data) => {
      const content = expandSparse(sparse, data);
      if (typeof content === 'string') throw corrupt(content);
      const wanted = asked === 'sniff' ? handler.sniff?.(entry, content.subarray(0, HEAD_BYTES)) : asked;
      if (wanted === true) handler.content(entry, content);
      else if (typeof wanted === 'number') handler.content(entry, content.subarray(0, wanted));
    });
  }

  /** Looks at the head of a file; its content is then gathered from its first byte, or passed over. */
  function onSniffed(entry: TarEntry): void {
    const { sizeBytes } = entry;
    const sniff = (head: Buffer) => handler.sniff?.(entry, head) ?? false;
    if (sizeBytes <= HEAD_BYTES) {
      return gather(sizeBytes, (data) => {
        if (sniff(data) !== false) handler.content(entry, data);
      });
    }
    expect(HEAD_BYTES, (bytes, at) => {
      const wanted = sniff(bytes.subarray(at, at + HEAD_BYTES));
      if (wanted === false) return passOver(sizeBytes, HEAD_BYTES);
      again = HEAD_BYTES;
      gatherContent(entry, wanted === true ? true : Math.max(wanted, HEAD_BYTES));
    });
  }

  function storedSize(header: TarHeader, fromPax: string | undefined): number {
    if (WITHOUT_DATA.includes(header.typeFlag)) return 0;
    const size = fromPax === undefined ? header.size : readDecimal(fromPax);
    if (!Number.isSafeInteger(position + size + BLOCK_BYTES))
      throw corrupt('the size of an entry cannot be read');
    return size;
  }

  function scratchOf(bytes: number): Buffer {
    if (scratch.length < bytes) scratch = Buffer.allocUnsafeSlow(bytes);
    return scratch.subarray(0, bytes);
  }

  /** Takes the needed piece from the chunk, or what there is of it; answers the position behind. */
  function take(chunk: Buffer, at: number): number {
    const available = chunk.length - at;
    if (gathered === null && available >= needed) {
      position += needed;
      const end = at + needed;
      step(chunk, at);
      const repeated = again;
      position -= repeated;
      again = 0;
      return end - repeated;
    }
    gathered ??= scratchOf(needed);
    const copied = chunk.copy(gathered, gatheredBytes, at, at + Math.min(needed - gatheredBytes, available));
    gatheredBytes += copied;
    position += copied;
    if (gatheredBytes === needed) {
      const piece = gathered;
      gathered = null;
      gatheredBytes = 0;
      step(piece, 0);
      if (again > 0) {
        // the chunks that the piece was put together from have gone: it begins the next one
        gathered = scratchOf(needed);
        gatheredBytes = piece.copy(gathered, 0, 0, again);
        again = 0;
      }
    }
    return at + copied;
  }

  return {
    push(chunk) {
      const bytes = Buffer.isBuffer(chunk)
        ? chunk
        : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
      for (let at = 0; at < bytes.length;) {
        if (skip === 0) {
          at = take(bytes, at);
        } else {
          const passed = Math.min(skip, bytes.length - at);
          skip -= passed;
          position += passed;
          at += passed;
        }
      }
    },
    jump() {
      const bytes = skip;
      position += bytes;
      skip = 0;
      return bytes;
    },
    end() {
      const betweenEntries = step === onHeader && gatheredBytes === 0 && skip <= padding;
      if (skip === Infinity || (betweenEntries && isEmpty(extensions))) return;
      throw new OciError(
        'LAYER_TRUNCATED',
        `${subject}: the archive ends inside an entry, at byte ${position}`,
        {
          subject,
        },
      );
    },
  };
}

function isEmpty(extensions: Extensions): boolean {
  return extensions.pax === null && extensions.longName === null && extensions.longLink === null;
}

function untilNul(data: Buffer): string {
  const end = data.indexOf(0);
  return decodeName(data, 0, end === -1 ? data.length : end);
}

function paxNumber(text: string | undefined, otherwise: number): number {
  const value = text === undefined ? Number.NaN : readDecimal(text);
  return Number.isNaN(value) ? otherwise : value;
}
