import type { Digest } from '../../model/digest.ts';
import type { Platform } from '../../model/platform.ts';
import type { ConnectionOptions } from '../registry/connection.ts';
import { openImageReader } from '../store/open-reader.ts';
import { choosePlatform } from './image-parts.ts';

/**
 * Which manifest a reference means on a platform. Behind a digest nothing but what has it is read.
 *
 * @returns null where there is nothing behind the reference
 * @throws {OciError} PLATFORM_NOT_FOUND, REFERENCE_INVALID, and what keeps the store from being read
 */
export async function platformDigest(
  reference: string,
  platform: Platform,
  connection: ConnectionOptions,
): Promise<Digest | null> {
  const { signal } = connection;
  const { reader, name } = await openImageReader(reference, connection);
  try {
    const root = await reader.readManifest(name, signal);
    return root === null ? null : (await choosePlatform(reader, root, platform, signal)).digest;
  } finally {
    await reader.close();
  }
}
