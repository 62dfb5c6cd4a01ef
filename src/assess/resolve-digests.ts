import type { Digest } from '../model/digest.ts';
import { OciError } from '../oci/errors.ts';
import { formatReference, type ImageRef } from '../oci/reference.ts';
import type { ConnectionOptions } from '../oci/registry/connection.ts';
import { openImageReader } from '../oci/store/open-reader.ts';

/**
 * Asks registries what references lead to, each once.
 *
 * @returns the digest of the index or manifest, or the error that kept it from being had
 */
export function createDigestResolver(
  options: ConnectionOptions,
): (reference: ImageRef) => Promise<Digest | OciError> {
  const known = new Map<string, Promise<Digest | OciError>>();
  return (reference) => {
    const name = formatReference(reference);
    const found = known.get(name) ?? resolveDigest(name, options);
    known.set(name, found);
    return found;
  };
}

async function resolveDigest(reference: string, options: ConnectionOptions): Promise<Digest | OciError> {
  try {
    const { reader, name } = await openImageReader(reference, options);
    try {
      const manifest = await reader.readManifest(name);
      if (manifest !== null) return manifest.digest;
    } finally {
      await reader.close();
    }
    return new OciError('MANIFEST_UNKNOWN', `${reference} does not exist`, { subject: reference });
  } catch (error) {
    if (error instanceof OciError) return error;
    throw error;
  }
}
