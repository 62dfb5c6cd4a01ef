/** An image's documents and the places of its layers: everything but the layers' bytes. */
import { Buffer } from 'node:buffer';
import type { Digest } from '../../model/digest.ts';
import { OciError } from '../../oci/errors.ts';
import { MAX_CONFIGURATION_BYTES, parseImageConfiguration } from '../../oci/image-configuration.ts';
import { MAX_MANIFEST_BYTES, parseManifest } from '../../oci/manifest.ts';
import type { ImageReader } from '../../oci/store/image-store.ts';
import { parseStrictJson } from '../../oci/strict-json.ts';
import type { StoredLayer } from './layer-files.ts';

export interface ReadImage {
  readonly digest: Digest;
  /** As they are written. */
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly layers: readonly StoredLayer[];
}

/** @throws {OciError} IMAGE_NOT_FOUND, MANIFEST_INVALID, and what keeps the store from being read */
export async function readImage(
  reader: ImageReader,
  digest: Digest,
  signal?: AbortSignal,
): Promise<ReadImage> {
  const where = `the manifest ${digest} of ${reader.name}`;
  const refuse = (code: 'IMAGE_NOT_FOUND' | 'MANIFEST_INVALID', what: string): OciError =>
    new OciError(code, `${where} ${what}`, { subject: digest });
  const stored = await reader.readManifest(digest, signal);
  if (stored === null) throw refuse('IMAGE_NOT_FOUND', 'is not there');
  const manifest = parseManifest(stored.bytes, stored.mediaType, where);
  if (manifest.kind === 'index') throw refuse('MANIFEST_INVALID', 'is an index, and no image');
  if (manifest.config.sizeBytes > MAX_CONFIGURATION_BYTES)
    throw refuse('MANIFEST_INVALID', 'has a configuration that is too large');
  const parts: Uint8Array[] = [];
  for await (const part of reader.openBlob(manifest.config, signal)) parts.push(part);
  const bytes = Buffer.concat(parts);
  const subject = `the configuration ${manifest.config.digest}`;
  const { diffIds } = parseImageConfiguration(bytes, subject);
  if (diffIds.length !== manifest.layers.length)
    throw refuse('MANIFEST_INVALID', `has ${manifest.layers.length} layers and ${diffIds.length} diff IDs`);
  return {
    digest,
    manifest: toRecord(parseStrictJson(stored.bytes, { subject: where, maxBytes: MAX_MANIFEST_BYTES })),
    configuration: toRecord(parseStrictJson(bytes, { subject, maxBytes: MAX_CONFIGURATION_BYTES })),
    layers: diffIds.flatMap((diffId, at): readonly StoredLayer[] => {
      const layer = manifest.layers[at];
      if (layer === undefined) return [];
      const { digest: blob, sizeBytes } = layer;
      return [{ diffId, digest: blob, sizeBytes, open: (leaving) => reader.openBlob(layer, leaving) }];
    }),
  };
}

/** Both were read as objects before. */
function toRecord(value: unknown): ReadImage['manifest'] {
  return { ...(value as object) };
}
