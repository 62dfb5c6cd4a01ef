import { constants } from 'node:fs';
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { OciError } from '../errors.ts';

/** Bytes read at once. Larger reads gain nothing measurable; smaller ones cost more turns of the event loop. */
const CHUNK_BYTES = 512 * 1024;

/** What a failed call of the operating system says: `ENOENT`; empty for other errors. */
export function systemErrorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** The error for a path of this machine that cannot be opened or read. */
export function unreadable(path: string, error: unknown): OciError {
  const code = systemErrorCode(error);
  const reason =
    code === 'ENOENT'
      ? 'there is no such file or directory'
      : code === 'EACCES'
        ? 'permission denied'
        : code || String(error);
  return new OciError('SOURCE_UNREADABLE', `cannot read ${path}: ${reason}`, { subject: path, cause: error });
}

/** Opens a file whose name comes from an image: no link is followed, and a pipe does not make us wait for a writer. */
export function openUntrusted(path: string): Promise<FileHandle> {
  return open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
}

/** A file of this machine that is open, and what messages call it. */
export interface OpenFile {
  readonly name: string;
  readonly handle: FileHandle;
}

/**
 * Fills `buffer` from a position, as far as the file goes; answers how many bytes were read.
 *
 * @throws {OciError} SOURCE_UNREADABLE
 */
export async function readAt({ handle, name }: OpenFile, buffer: Buffer, position: number): Promise<number> {
  try {
    return (await handle.read(buffer, 0, buffer.byteLength, position)).bytesRead;
  } catch (error) {
    throw unreadable(name, error);
  }
}

/**
 * The bytes of a part of a file, in chunks of their own memory. Ends early where the file does: whoever reads compares
 * sizes.
 *
 * @throws {OciError} SOURCE_UNREADABLE, and the signal's reason
 */
export async function* readRange(
  file: OpenFile,
  start: number,
  length: number,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const end = start + length;
  for (let position = start; position < end;) {
    signal?.throwIfAborted();
    const chunk = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, end - position));
    const bytesRead = await readAt(file, chunk, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield bytesRead === chunk.byteLength ? chunk : chunk.subarray(0, bytesRead);
  }
}

/**
 * The bytes of a pipe, socket or terminal, which have no positions.
 *
 * @throws {OciError} SOURCE_UNREADABLE, and the signal's reason
 */
export async function* readStream(
  { handle, name }: OpenFile,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    const stream = handle.createReadStream({ autoClose: false, highWaterMark: CHUNK_BYTES, signal });
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (error) {
    signal?.throwIfAborted();
    throw unreadable(name, error);
  }
}

/**
 * Writes a stream to a temporary file that only this process can reach: nobody else may open it, and its name is gone
 * before the first byte is written, so that it disappears with the process whatever happens.
 *
 * @throws {OciError} TEMPORARY_SPACE, and what the stream throws
 */
export async function spool(
  chunks: AsyncIterable<Uint8Array>,
  temporaryDirectory: string,
): Promise<FileHandle> {
  const handle = await openUnnamed(temporaryDirectory);
  try {
    for await (const chunk of chunks) {
      for (let written = 0; written < chunk.byteLength;) {
        const { bytesWritten } = await handle
          .write(chunk, written, chunk.byteLength - written)
          .catch((error: unknown) => {
            throw temporarySpace(temporaryDirectory, error);
          });
        written += bytesWritten;
      }
    }
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function openUnnamed(temporaryDirectory: string): Promise<FileHandle> {
  try {
    const directory = await mkdtemp(join(temporaryDirectory, 'hallmark-'));
    try {
      return await open(join(directory, 'image'), 'wx+', 0o600);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  } catch (error) {
    throw temporarySpace(temporaryDirectory, error);
  }
}

function temporarySpace(directory: string, error: unknown): OciError {
  return new OciError(
    'TEMPORARY_SPACE',
    `cannot write a temporary copy in ${directory}: ${systemErrorCode(error)}`,
    {
      subject: directory,
      cause: error,
    },
  );
}
