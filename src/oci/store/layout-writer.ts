/**
 * An OCI layout in a directory, as a store to write to. Every file appears under its name only when it is whole: blobs are
 * written elsewhere, verified, and moved; `index.json` is replaced. OCI image spec, image-layout.md.
 *
 * What is attached to an image is listed in `index.json` with its type and without a name, as oras does, and found by its
 * subject. Cosign's tags are names there, with the annotation by which `cosign save` marks them.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Digest } from '../../model/digest.ts';
import { OciError } from '../errors.ts';
import { MAX_MANIFEST_BYTES, MEDIA_TYPES, parseManifest, type ImageIndex } from '../manifest.ts';
import type { Blob } from '../registry/uploads.ts';
import { readDocument } from '../sources/file-store.ts';
import { systemErrorCode } from '../sources/host-file.ts';
import { directoryStore } from '../sources/oci-directory.ts';
import { blobPath } from '../sources/oci-layout.ts';
import { verifyStream } from '../verified-stream.ts';
import type { ImageReader, ImageWriter, NewManifest } from './image-store.ts';
import { addNamed, addOnce, type EntryChange } from './layout-entries.ts';
import { layoutReader } from './layout-reader.ts';
import { attachedEntry, EMPTY_INDEX, formatOpenIndex, parseOpenIndex } from './open-index.ts';
import { digestOfManifest } from './put-manifest.ts';

const LAYOUT_FILE = '{"imageLayoutVersion":"1.0.0"}';

export interface LayoutWriterOptions {
  /**
   * Lists nothing before `complete`; a layout that was made for this is removed when it is closed before. Default: what
   * is written is listed at once.
   */
  readonly isStaged?: boolean;
}

/**
 * The layout in a directory, which is made where there is none.
 *
 * @throws {OciError} DESTINATION_INVALID when the directory is something else, DESTINATION_NOT_WRITTEN, and what keeps the
 *   list of a layout from being read
 */
export async function openLayoutWriter(
  directory: string,
  { isStaged = false }: LayoutWriterOptions = {},
): Promise<ImageWriter> {
  const found = await whatIsThere(directory);
  const files = directoryStore(directory);
  const what = `index.json of ${directory}`;
  const indexFile = join(directory, 'index.json');
  const staged: EntryChange[] = [];
  let isComplete = !isStaged;
  let scratch: Promise<string> | null = null;
  let blobs = 0;
  let shown = await show();

  /** The list with what is staged; what others have added meanwhile is in it. */
  function format(changes: readonly EntryChange[], before: Uint8Array | null): Buffer {
    const index = before === null ? EMPTY_INDEX : parseOpenIndex(before, what);
    const entries = changes.reduce((found, change) => change(found), index.entries);
    return formatOpenIndex(index, entries, what);
  }

  async function show(): Promise<ImageReader> {
    const bytes = format(staged, await readDocument(files, 'index.json', MAX_MANIFEST_BYTES));
    return layoutReader(
      files,
      parseManifest(bytes, MEDIA_TYPES.ociIndex, what) as ImageIndex,
      async () => {},
    );
  }

  /** Where files lie until they are whole: in the layout, so that moving them is one step. */
  async function scratchFile(): Promise<string> {
    scratch ??= written(directory, async () => {
      await mkdir(directory, { recursive: true });
      return mkdtemp(join(directory, '.hallmark-'));
    });
    return join(await scratch, String((blobs += 1)));
  }

  /** Reads and replaces the list without a pause, so that nothing in this process comes between, and hardly anything else. */
  async function replaceIndex(changes: readonly EntryChange[]): Promise<void> {
    const partial = await scratchFile();
    await written(directory, async () => {
      const layoutFile = join(directory, 'oci-layout');
      if (!existsSync(layoutFile)) writeFileSync(layoutFile, LAYOUT_FILE);
      writeFileSync(partial, format(changes, readIfThere(indexFile)), { flush: true });
      renameSync(partial, indexFile);
    });
  }

  async function change(...changes: readonly EntryChange[]): Promise<void> {
    if (isComplete) await replaceIndex(changes);
    else staged.push(...changes);
    shown = await show();
  }

  async function attachAll(manifests: readonly NewManifest[]): Promise<void> {
    const changes: EntryChange[] = [];
    for (const manifest of manifests) {
      const { digest } = await writeManifestBlob(manifest);
      changes.push(addOnce(attachedEntry({ ...manifest, digest }).entry));
    }
    await change(...changes);
  }

  async function writeBlob(blob: Blob, content: AsyncIterable<Uint8Array>): Promise<void> {
    const place = join(directory, blobPath(blob.digest));
    const partial = await scratchFile();
    const { digest, sizeBytes } = blob;
    await written(directory, async () => {
      const handle = await open(partial, 'wx');
      try {
        for await (const chunk of verifyStream(content, { digest, sizeBytes, subject: `the blob ${digest}` }))
          await handle.writeFile(chunk);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await mkdir(dirname(place), { recursive: true });
      await rename(partial, place);
    });
  }

  async function writeManifestBlob(manifest: NewManifest): Promise<{ digest: Digest; size: number }> {
    const { bytes, mediaType } = manifest;
    const digest = digestOfManifest(manifest);
    const blob = { mediaType, digest, sizeBytes: bytes.byteLength };
    await writeBlob(blob, inOnePiece(bytes));
    return { digest, size: bytes.byteLength };
  }

  return {
    name: directory,
    readManifest: (name, signal) => shown.readManifest(name, signal),
    openBlob: (blob, signal) => shown.openBlob(blob, signal),
    listReferrers: (subject, signal) => shown.listReferrers(subject, signal),
    listTags: (signal) => shown.listTags(signal),
    hasBlob: async (digest) => (await files.sizeOf(blobPath(digest))) !== null,
    writeBlob: (blob, open) => writeBlob(blob, open()),
    async writeManifest(manifest, { tag, isListed = false } = {}) {
      const { digest, size } = await writeManifestBlob(manifest);
      const entry = { mediaType: manifest.mediaType, digest, size };
      if (tag !== undefined) await change(addNamed(entry, tag));
      else if (isListed) await change(addOnce(entry));
      return digest;
    },
    async attach(manifest) {
      await attachAll([manifest]);
      return digestOfManifest(manifest);
    },
    attachAll,
    async complete() {
      if (isComplete) return;
      await replaceIndex(staged.splice(0));
      isComplete = true;
      shown = await show();
    },
    async close() {
      if (scratch === null) return;
      await rm(await scratch, { recursive: true, force: true });
      if (isComplete || found === 'layout') return;
      await rm(found === 'nothing' ? directory : join(directory, 'blobs'), { recursive: true, force: true });
    },
  };
}

/** What is neither empty nor a layout is not written into. */
async function whatIsThere(directory: string): Promise<'nothing' | 'empty' | 'layout'> {
  try {
    const found = await readdir(directory);
    if (found.includes('index.json')) return 'layout';
    if (found.length === 0) return 'empty';
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT') return 'nothing';
    if (code !== 'ENOTDIR') throw notWritten(directory, error);
  }
  throw new OciError('DESTINATION_INVALID', `${directory} is there, and it is no OCI layout`, {
    subject: directory,
  });
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

function readIfThere(file: string): Uint8Array | null {
  try {
    return readFileSync(file);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Does something with files; what the operating system says against it becomes an error of ours. */
export async function written<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const isOfTheSystem = error instanceof Error && 'syscall' in error;
    throw isOfTheSystem ? notWritten(path, error) : error;
  }
}

function notWritten(path: string, cause: unknown): OciError {
  const reason = systemErrorCode(cause) || String(cause);
  return new OciError('DESTINATION_NOT_WRITTEN', `cannot write ${path}: ${reason}`, { subject: path, cause });
}
