import { digestOf } from '../../model/digest.ts';
import { HallmarkError } from '../../model/errors.ts';
import { UpdateError } from '../errors.ts';
import type { ChannelFile } from './channel.ts';
import type { ChannelStore } from './channel-store.ts';

/**
 * A file of the channel, whole and verified.
 *
 * @throws {UpdateError} CHANNEL_UNREADABLE when it is not the bytes that the channel names; what the store throws
 */
export async function fetchFile(store: ChannelStore, file: ChannelFile): Promise<Buffer> {
  const name = `${file.digest} of ${store.name}`;
  const bytes = await readAll(store, file, name);
  const digest = digestOf(bytes);
  if (digest === file.digest) return bytes;
  const message = `${name} is not what the channel names: ${bytes.length} of ${file.sizeBytes} bytes, ${digest}`;
  throw new UpdateError('CHANNEL_UNREADABLE', message, { subject: store.name });
}

async function readAll(store: ChannelStore, file: ChannelFile, name: string): Promise<Buffer> {
  try {
    return await collectBytes(store.readFile(file), file.sizeBytes, name);
  } catch (cause) {
    if (cause instanceof HallmarkError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UpdateError('CHANNEL_UNREADABLE', `cannot read ${name}: ${reason}`, {
      subject: store.name,
      cause,
    });
  }
}

/** @throws {UpdateError} CHANNEL_UNREADABLE when there are more bytes; what the stream throws */
export async function collectBytes(
  chunks: AsyncIterable<Uint8Array>,
  limitBytes: number,
  name: string,
): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes)
      throw new UpdateError('CHANNEL_UNREADABLE', `${name} is longer than its ${limitBytes} bytes`, {
        subject: name,
      });
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}
