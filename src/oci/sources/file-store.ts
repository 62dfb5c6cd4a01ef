import { OciError } from '../errors.ts';

/** The files of a layout or archive, by their path in it. No path of an image is ever opened on the host. */
export interface FileStore {
  /** What holds the files, for messages: its path. */
  readonly name: string;
  /** Size of a regular file in bytes; null where there is none of that path. */
  sizeOf(path: string): Promise<number | null>;
  /**
   * The bytes of a file.
   *
   * @throws {OciError} BLOB_UNKNOWN where there is none of that path
   */
  open(path: string, signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

/** The error for a file that a manifest names and that is not there. */
export function missingFile(store: Pick<FileStore, 'name'>, path: string): OciError {
  return new OciError('BLOB_UNKNOWN', `${store.name} has no file ${path}, which its manifest names`, {
    subject: path,
    remedy: 'Save the image again: a part of it is missing.',
  });
}

/**
 * A whole small document of a layout or archive; null where it is missing.
 *
 * @throws {OciError} ARCHIVE_INVALID when it is larger than it may be
 */
export async function readDocument(
  store: FileStore,
  path: string,
  maxBytes: number,
  signal?: AbortSignal,
): Promise<Uint8Array | null> {
  const sizeBytes = await store.sizeOf(path);
  if (sizeBytes === null) return null;
  if (sizeBytes > maxBytes) {
    throw new OciError(
      'ARCHIVE_INVALID',
      `${path} in ${store.name} has ${sizeBytes} bytes; at most ${maxBytes} are read`,
      { subject: store.name },
    );
  }
  const parts: Uint8Array[] = [];
  for await (const chunk of store.open(path, signal)) parts.push(chunk);
  return Buffer.concat(parts);
}
