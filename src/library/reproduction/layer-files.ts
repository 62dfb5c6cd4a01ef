/** Everything that a layer says of its files, content as a digest: what two layers are compared by. One pass, in constant memory for content. */
import { createHash, type Hash } from 'node:crypto';
import type { Digest } from '../../model/digest.ts';
import { OciError } from '../../oci/errors.ts';
import { type OpenLayer, readLayerArchive } from '../../oci/layer-reader.ts';
import type { TarAttributes } from '../../oci/tar/attributes.ts';
import type { TarEntry } from '../../oci/tar/tar-reader.ts';

export interface LayerFile {
  readonly type: 'file' | 'directory' | 'symlink' | 'hardlink' | 'device' | 'pipe' | 'removal';
  readonly sizeBytes: number;
  readonly mode: number;
  /** `uid:gid`. */
  readonly owner: string;
  /** Seconds since 1970, exact. */
  readonly modified: string;
  /** Where a link leads; the numbers of a device; null for everything else. */
  readonly target: string | null;
  /** Names and values in the order of the names. */
  readonly xattrs: string;
  /** SHA-256 in hexadecimal; null for what has no content. */
  readonly content: string | null;
}

export interface LayerFiles {
  /** By path; the root itself is `.`. Of a path that comes twice the last entry stands, as it does where a layer is unpacked. */
  readonly files: ReadonlyMap<string, LayerFile>;
  /** Changes with the order in which entries stand in the archive. */
  readonly order: string;
}

/** A layer as it is stored. */
export interface StoredLayer {
  readonly diffId: Digest;
  /** Of the blob. */
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly open: OpenLayer;
}

/** Ten times as many as large images have in all their layers. */
const MAX_FILES = 2_000_000;
/** A removed file, or `.wh..wh..opq` for all that a directory had below. OCI image specification, layer.md, "Whiteouts". */
export const REMOVAL = '.wh.';

/** @throws {OciError} LAYER_CORRUPT, LAYER_TRUNCATED, LAYER_TOO_LARGE, LAYER_DIFF_ID_MISMATCH; what opening it throws */
export async function readLayerFiles(
  { open, diffId, digest }: StoredLayer,
  signal?: AbortSignal,
): Promise<LayerFiles> {
  const files = new Map<string, Writable>();
  const order = createHash('sha256');
  const contents = createContentHashes();
  const handler = {
    attributes(entry: TarEntry, attributes: TarAttributes) {
      if (files.size >= MAX_FILES) throw tooMany(diffId);
      const path = entry.path === '' ? '.' : entry.path;
      const file = toFile(entry, attributes);
      files.set(path, file);
      order.update(`${path}\0`);
      if (file.type === 'file') contents.expect(file, entry, attributes);
    },
    entry: () => false,
    content: () => undefined,
    refused: (name: string) => void order.update(`${name}\0`),
  };
  await readLayerArchive(open, handler, {
    diffId,
    digest,
    signal,
    onPiece: (piece) => contents.piece(piece),
  });
  return { files, order: order.digest('hex') };
}

type Writable = { -readonly [Key in keyof LayerFile]: LayerFile[Key] };

function toFile(entry: TarEntry, { typeFlag, device, modified, xattrs }: TarAttributes): Writable {
  const { path, sizeBytes, mode, uid, gid, linkTarget } = entry;
  const type =
    entry.type === 'other' ? (device === null ? 'pipe' : 'device') : isRemoval(path) ? 'removal' : entry.type;
  return {
    type,
    sizeBytes,
    mode,
    owner: `${uid}:${gid}`,
    modified,
    target: device === null ? linkTarget : `${typeFlag === '3' ? 'c' : 'b'} ${device}`,
    xattrs: xattrs.size === 0 ? '' : JSON.stringify([...xattrs].sort(([a], [b]) => (a < b ? -1 : 1))),
    content: null,
  };
}

function isRemoval(path: string): boolean {
  return path.startsWith(REMOVAL, path.lastIndexOf('/') + 1);
}

interface ExpectedContent {
  readonly file: Writable;
  readonly start: number;
  readonly end: number;
  readonly hash: Hash;
}

/** Content is hashed as the archive goes by, and never held. Files come in the order of their content. */
function createContentHashes() {
  let position = 0;
  let expected: ExpectedContent[] = [];

  return {
    /** A sparse file goes by what is stored and where that belongs: it never occurs by itself that one content is stored in two ways. */
    expect(file: Writable, { contentOffset }: TarEntry, { storedBytes, sparse }: TarAttributes): void {
      const hash = createHash('sha256');
      if (sparse !== null) hash.update(JSON.stringify(sparse));
      expected.push({ file, start: contentOffset, end: contentOffset + storedBytes, hash });
    },
    piece(piece: Uint8Array): void {
      const end = position + piece.length;
      let done = 0;
      for (const content of expected) {
        if (content.start > end) break;
        const from = Math.max(content.start, position);
        const to = Math.min(content.end, end);
        if (to > from) content.hash.update(piece.subarray(from - position, to - position));
        if (content.end > end) break;
        content.file.content = content.hash.digest('hex');
        done += 1;
      }
      if (done > 0) expected = expected.slice(done);
      position = end;
    },
  };
}

function tooMany(diffId: Digest): OciError {
  const message = `layer ${diffId} has more than ${MAX_FILES} files, which are not compared`;
  return new OciError('LAYER_TOO_LARGE', message, { subject: diffId });
}
