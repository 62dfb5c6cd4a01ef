import { digestOf, type Digest, digestHex, digestAlgorithm } from '../model/digest.ts';
import { mergeLayers } from '../oci/copy/merge-layers.ts';
import { MEDIA_TYPES } from '../oci/manifest.ts';
import type { ImageWriter, StoredManifest } from '../oci/store/image-store.ts';
import { type AttachedLayer, toDescriptor, writeBlobs } from './attached-manifest.ts';
import { SigningError } from './errors.ts';

/** Each try keeps what the one before has seen, so those who write at the same time soon agree. */
const TRIES = 16;

/** The configuration of an image without files: older readers of these tags expect one. */
const CONFIGURATION = {
  mediaType: 'application/vnd.oci.image.config.v1+json',
  content: Buffer.from('{"architecture":"","os":"","config":{},"rootfs":{"type":"layers","diff_ids":[]}}'),
} as const;

/** Where cosign keeps what is about a manifest: `sha256-HEX.sig`. */
export function cosignTag(subject: Digest, suffix: 'sig' | 'att'): string {
  return `${digestAlgorithm(subject)}-${digestHex(subject)}.${suffix}`;
}

/**
 * Adds a layer to what stands behind a tag, keeping the layers of others. Tags cannot be changed by two at once without one
 * losing: so it is read again until this layer, and every one that was seen, is there.
 *
 * @returns the manifest that is there in the end
 * @throws {SigningError} ATTACHING_INCOMPLETE when others keep changing it
 * @throws {OciError} TAG_REFUSED, and the store's own errors
 */
export async function attachCosignTag(
  layer: AttachedLayer,
  tag: string,
  writer: ImageWriter,
  signal: AbortSignal | undefined,
): Promise<Digest> {
  await writeBlobs([CONFIGURATION.content, layer.content], writer, signal);
  let wanted = stored(
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: MEDIA_TYPES.ociManifest,
        config: toDescriptor(CONFIGURATION),
        layers: [toDescriptor(layer)],
      }),
    ),
  );
  for (let tries = 0; tries < TRIES; tries += 1) {
    const there = await writer.readManifest(tag, signal);
    const merged = there === null ? wanted : mergeLayers(there, wanted);
    if (there !== null && merged === null) return there.digest;
    wanted = stored(merged?.bytes ?? wanted.bytes);
    await writer.writeManifest(wanted, { tag }, signal);
  }
  throw new SigningError(
    'ATTACHING_INCOMPLETE',
    `the tag ${tag} of ${writer.name} is being changed by others`,
    {
      subject: tag,
    },
  );
}

function stored(bytes: Uint8Array): StoredManifest {
  return { bytes, digest: digestOf(bytes), mediaType: MEDIA_TYPES.ociManifest };
}
