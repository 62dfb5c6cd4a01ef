/**
 * Results on disk, so that a second image on the same base reads only its own layers, and an image that was seen before
 * is only matched again.
 *
 * A layer's file is named by its blob's digest, an image's by its layers', below a folder named after the catalogers and
 * their versions: what is found there was derived from exactly those verified bytes by exactly that code. Files are
 * written beside their place and renamed, so an interrupted scan leaves at most a `.tmp` file, which later runs sweep
 * away. A file that cannot be read is treated as absent: the cache never decides what is reported, only how fast.
 */
import { createHash, randomBytes } from 'node:crypto';
import {
  type Dirent,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { type Digest, digestHex } from '../model/digest.ts';
import type { CatalogedImage, LayerResult } from './layer-result.ts';

/** Raised when the form of `LayerResult` changes. */
const FORMAT = 1;

/** Largest cached result that is unpacked; guards against a file that something else wrote here. */
const MAX_RESULT_BYTES = 1 << 30;

/** zstd's default of 16 KiB would be put together from hundreds of pieces. */
const PIECE_BYTES = 2 ** 18;

const STALE_TEMPORARY_MS = 3_600_000;

/** 2 GiB: thousands of layers. */
export const DEFAULT_CACHE_BYTES = 2 ** 31;

export interface LayerCache {
  get(blob: Digest, diffId: Digest): LayerResult | null;
  put(blob: Digest, diffId: Digest, result: LayerResult): void;
  /** What was put together from layers before. `key` says which layers, and everything else that it depends on. */
  getImage(key: string): CatalogedImage | null;
  putImage(key: string, image: CatalogedImage): void;
}

export interface LayerCacheOptions {
  readonly directory: string;
  /** Names and versions of all catalogers; another set never meets this one's results. */
  readonly catalogers: readonly { readonly name: string; readonly version: number }[];
  readonly maxBytes?: number;
  /** Milliseconds since the epoch, for sweeping and for least-recently-used order. */
  readonly now: () => number;
}

interface StoredResult {
  readonly diffId: Digest;
  readonly result: LayerResult;
}

/** The whole key is kept with the image: a name is too short to prove it. */
interface StoredImage {
  readonly key: string;
  readonly image: CatalogedImage;
}

/** Opens the cache; the folder is made when the first result is written. */
export function openLayerCache(options: LayerCacheOptions): LayerCache {
  const root = join(options.directory, 'layers');
  const folder = join(root, fingerprint(options.catalogers));
  const layerFile = (blob: Digest) => join(folder, `${digestHex(blob)}.json.zst`);
  const imageFile = (key: string) => join(folder, `image-${sha256Hex(key)}.json.zst`);

  function read<T>(file: string, isRight: (stored: T) => boolean): T | null {
    const stored = readStored(file) as T | null;
    if (stored === null || !isRight(stored)) return null;
    const seconds = options.now() / 1000;
    attempt(() => utimesSync(file, seconds, seconds));
    return stored;
  }

  function write(file: string, stored: StoredResult | StoredImage): void {
    attempt(() => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const packed = zstdCompressSync(JSON.stringify(stored), {
        params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 },
      });
      const temporary = join(folder, `${randomBytes(8).toString('hex')}.tmp`);
      try {
        writeFileSync(temporary, packed, { mode: 0o600, flag: 'wx' });
        renameSync(temporary, file);
      } catch (error) {
        rmSync(temporary, { force: true }); // what a full disk leaves
        throw error;
      }
      prune(root, options.maxBytes ?? DEFAULT_CACHE_BYTES, options.now());
    });
  }

  return {
    get: (blob, diffId) =>
      read<StoredResult>(layerFile(blob), (stored) => stored.diffId === diffId)?.result ?? null,
    put: (blob, diffId, result) => write(layerFile(blob), { diffId, result }),
    getImage: (key) => read<StoredImage>(imageFile(key), (stored) => stored.key === key)?.image ?? null,
    putImage: (key, image) => write(imageFile(key), { key, image }),
  };
}

const sha256Hex = (text: string) => createHash('sha256').update(text).digest('hex');

function fingerprint(catalogers: LayerCacheOptions['catalogers']): string {
  const names = catalogers.map(({ name, version }) => `${name}@${version}`).sort();
  return createHash('sha256')
    .update(`${FORMAT}\n${names.join('\n')}`)
    .digest('hex')
    .slice(0, 16);
}

function readStored(file: string): unknown {
  try {
    const packed = readFileSync(file);
    const limits = { maxOutputLength: MAX_RESULT_BYTES, chunkSize: PIECE_BYTES };
    return JSON.parse(zstdDecompressSync(packed, limits).toString());
  } catch {
    return null; // absent, truncated or foreign: read the layer instead
  }
}

/** A cache on a full or read-only disk costs time, never the answer. */
function attempt(action: () => void): void {
  try {
    action();
  } catch {
    // deliberately without effect
  }
}

export interface CacheUsage {
  readonly files: number;
  readonly bytes: number;
}

interface CachedFile {
  readonly path: string;
  readonly bytes: number;
  readonly usedMs: number;
}

/** Names that this cache gives, so that a folder which also holds other things never loses them. */
const FOLDER = /^[0-9a-f]{16}$/;
const FILE = /^(?:(?:image-)?[0-9a-f]{64,128}\.json\.zst|[0-9a-f]{16}\.tmp)$/;

function listFiles(root: string): CachedFile[] {
  return listDirectory(root)
    .filter((entry) => entry.isDirectory() && FOLDER.test(entry.name))
    .flatMap(({ name }) => listDirectory(join(root, name)))
    .filter((entry) => entry.isFile() && FILE.test(entry.name))
    .flatMap(({ parentPath, name }) => {
      const path = join(parentPath, name);
      const found = statSync(path, { throwIfNoEntry: false }); // another process may have removed it
      return found === undefined ? [] : [{ path, bytes: found.size, usedMs: found.mtimeMs }];
    });
}

/** Nothing where there is no such directory. */
function listDirectory(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}

/** Removes left-over temporary files, then the least recently used results until `maxBytes` are met. */
function prune(root: string, maxBytes: number, nowMs: number): void {
  const files = listFiles(root).sort((a, b) => b.usedMs - a.usedMs);
  let kept = 0;
  for (const file of files) {
    const stale = file.path.endsWith('.tmp') && nowMs - file.usedMs > STALE_TEMPORARY_MS;
    kept += file.bytes;
    if (stale || kept > maxBytes) rmSync(file.path, { force: true });
  }
}

/** How much the cache below `directory` holds. */
export function layerCacheUsage(directory: string): CacheUsage {
  const files = listFiles(join(directory, 'layers'));
  return { files: files.length, bytes: files.reduce((sum, file) => sum + file.bytes, 0) };
}

/** Removes every cached result below `directory`, and nothing else that may lie there. */
export function clearLayerCache(directory: string): void {
  for (const { path } of listFiles(join(directory, 'layers'))) rmSync(path, { force: true });
}
