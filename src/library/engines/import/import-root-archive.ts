/**
 * The archive of a root file system in a commit, as an image of one layer: how a base image comes into a programme without a layout.
 * An addition of ours to `Builder: oci-import`.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { MAGIC_BYTES, plainChunks } from '../../../advisories/files/decompress.ts';
import { type Digest, digestOf, parseDigest } from '../../../model/digest.ts';
import { detectCompression } from '../../../oci/decompress.ts';
import { OciError } from '../../../oci/errors.ts';
import { LAYER_LIMITS, type LayerLimits } from '../../../oci/layer-reader.ts';
import { MEDIA_TYPES } from '../../../oci/manifest.ts';
import { blobPath } from '../../../oci/sources/oci-layout.ts';
import { createTarReader } from '../../../oci/tar/tar-reader.ts';
import { canonicalManifest } from '../../indexes/canonical-index.ts';
import { contextFile } from '../context-file.ts';
import type { BuildOutcome, BuildRequest } from '../engine.ts';
import { orProblem } from '../layouts/examine-image.ts';
import { indexPlatform, manifestEntry, writeLayoutFiles } from '../layouts/layout-delivery.ts';
import type { LayoutProblem } from '../layouts/layout-rules.ts';
import { invalidLayout } from '../layouts/layout-validation.ts';
import { formatSeconds } from '../../../formats/time.ts';

/** Archives that are unpacked as a whole (bzip2) are no larger. */
const MAX_WHOLE_BYTES = 256 * 1024 * 1024;

const SEARCH_PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** What the image starts, the first that the archive has. */
const SHELLS = ['bash', 'sh'];

/** By the name, as the definition's `File` gives it; how it is packed, its first bytes say. */
export function isRootArchive(file: string): boolean {
  return /\.(?:tar(?:\.(?:gz|xz|zst|bz2))?|tgz|txz)$/.test(file);
}

/**
 * A gzip archive becomes the layer as it is; another one is packed anew. The image starts a shell where it has one.
 *
 * @throws {LibraryError} LAYOUT_INVALID, CONTEXT_INVALID
 */
export async function importRootArchive(
  request: BuildRequest,
  limits: LayerLimits = LAYER_LIMITS,
): Promise<BuildOutcome> {
  const { file, output, platform, epoch, annotations } = request;
  const place = await contextFile(request.context, file);
  await mkdir(join(output, 'blobs', 'sha256'), { recursive: true });
  const problems: LayoutProblem[] = [];
  const layer = await orProblem('layer', problems, () => writeLayer(place, request, limits));
  if (layer === null) throw invalidLayout(`the archive ${file}`, problems, 'Pack the archive anew.');

  const created = formatSeconds(epoch);
  const { os, architecture, variant } = indexPlatform(platform);
  const configuration = Buffer.from(
    JSON.stringify({
      architecture,
      ...(variant === undefined ? {} : { variant }),
      os,
      created,
      config: { Env: [SEARCH_PATH], ...(layer.shell === null ? {} : { Cmd: [layer.shell] }) },
      rootfs: { type: 'layers', diff_ids: [layer.diffId] },
      history: [{ created, created_by: `oci-import ${file}` }],
    }),
  );
  const manifest = Buffer.from(
    JSON.stringify(
      canonicalManifest({
        schemaVersion: 2,
        mediaType: MEDIA_TYPES.ociManifest,
        config: {
          mediaType: 'application/vnd.oci.image.config.v1+json',
          digest: digestOf(configuration),
          size: configuration.length,
        },
        layers: [
          {
            mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
            digest: layer.digest,
            size: layer.sizeBytes,
          },
        ],
        annotations,
      }),
    ),
  );
  const digest = digestOf(manifest);
  await writeLayoutFiles(
    output,
    [configuration, manifest],
    [manifestEntry(digest, manifest.length, platform)],
  );
  return { digest };
}

interface WrittenLayer {
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly diffId: Digest;
  readonly shell: string | null;
}

/** @throws {OciError} LAYER_CORRUPT, LAYER_TRUNCATED, LAYER_TOO_LARGE */
async function writeLayer(
  place: string,
  { file, output, signal }: BuildRequest,
  limits: LayerLimits,
): Promise<WrittenLayer> {
  const partial = join(output, 'blobs', 'layer.partial');
  const handle = await open(place);
  try {
    const magic = Buffer.alloc(MAGIC_BYTES);
    await handle.read(magic, 0, MAGIC_BYTES, 0);
    const archive = readArchive({ handle, magic, file, limits, signal });
    const isPacked = detectCompression(magic) === 'gzip';
    if (isPacked) for await (const chunk of archive.chunks()) void chunk;
    const packed = isPacked
      ? createReadStream(place)
      : Readable.from(archive.chunks(), { objectMode: false }).compose(createGzip());
    const stored = createHash('sha256');
    let sizeBytes = 0;
    await pipeline(
      packed,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          stored.update(chunk);
          sizeBytes += chunk.length;
          yield chunk;
        }
      },
      createWriteStream(partial, { flags: 'wx' }),
      { signal },
    );
    const digest = parseDigest(`sha256:${stored.digest('hex')}`);
    await rename(partial, join(output, blobPath(digest)));
    return { digest, sizeBytes, ...archive.result() };
  } finally {
    await handle.close();
  }
}

interface PackedArchive {
  readonly handle: FileHandle;
  /** Its first bytes. */
  readonly magic: Uint8Array;
  readonly file: string;
  readonly limits: LayerLimits;
  readonly signal: AbortSignal;
}

/** The archive unpacked, looked through while it goes by. */
function readArchive({ handle, magic, file, limits, signal }: PackedArchive) {
  const hash = createHash('sha256');
  const shells = new Set<string>();
  const corrupt = (what: string, cause?: unknown): OciError =>
    new OciError('LAYER_CORRUPT', `${file}: ${what}`, { subject: file, cause });
  const tar = createTarReader(
    {
      entry({ path }) {
        const [, name] = /^(?:usr\/)?bin\/([a-z]+)$/.exec(path) ?? [];
        if (name !== undefined) shells.add(name);
        return false;
      },
      content: () => undefined,
      refused(name) {
        throw corrupt(`the name ${JSON.stringify(name.slice(0, 200))} leads out of the archive`);
      },
    },
    { subject: file, entriesMax: limits.entries },
  );

  async function* chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    const { size } = await handle.stat();
    let bytes = 0;
    try {
      for await (const chunk of plainChunks(handle, magic, MAX_WHOLE_BYTES)) {
        signal.throwIfAborted();
        bytes += chunk.length;
        const isTooDense = bytes > limits.ratioFreeBytes && bytes > size * limits.ratio;
        if (isTooDense || bytes > limits.uncompressedBytes)
          throw new OciError('LAYER_TOO_LARGE', `${file} unpacks to more than ${bytes} bytes`, {
            subject: file,
          });
        hash.update(chunk);
        tar.push(chunk);
        yield chunk;
      }
    } catch (error) {
      // what decompressors throw has no class of its own; what the system says is not about the archive
      if (signal.aborted || error instanceof OciError || (error instanceof Error && 'syscall' in error))
        throw error;
      throw corrupt(error instanceof Error ? error.message : String(error), error);
    }
    tar.end();
  }

  return {
    chunks,
    result: () => ({
      diffId: parseDigest(`sha256:${hash.digest('hex')}`),
      shell: SHELLS.find((name) => shells.has(name)) ?? null,
    }),
  };
}
