/**
 * The layers that an image took over from a parent, as the parent has them. Builders unpack a parent and pack its layers again: the
 * same files under other digests, to be stored and fetched twice.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../../model/digest.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { parseImageConfiguration } from '../../oci/image-configuration.ts';
import { MEDIA_TYPES, parseManifest } from '../../oci/manifest.ts';
import { systemErrorCode } from '../../oci/sources/host-file.ts';
import { blobPath } from '../../oci/sources/oci-layout.ts';
import type { PinnedParent } from './engine.ts';

export interface ParentLayers {
  /** From the lowest; as many as the parent has. */
  readonly layers: readonly Descriptor[];
  /** Folder of the layout that has them. */
  readonly layout: string;
}

/** Of the parent that the image is built on; null where it is built on none, or where its layers have no place in an OCI manifest. */
export async function findParentLayers(
  diffIds: readonly Digest[],
  parents: readonly PinnedParent[],
): Promise<ParentLayers | null> {
  let most: ParentLayers | null = null;
  for (const parent of parents) {
    const found = await readParent(parent);
    if (found === null || found.diffIds.length !== found.layers.length) continue;
    const isBelow = found.diffIds.every((diffId, at) => diffIds[at] === diffId);
    if (isBelow && found.layers.length > (most?.layers.length ?? 0)) most = found;
  }
  return most;
}

/** Parents were verified when they were fetched. */
async function readParent({
  digest,
  layout,
}: PinnedParent): Promise<(ParentLayers & { readonly diffIds: readonly Digest[] }) | null> {
  const manifestBytes = await readBlob(layout, digest);
  if (manifestBytes === null) return null;
  const manifest = parseManifest(manifestBytes, undefined, `the manifest ${digest}`);
  if (manifest.kind === 'index' || manifest.mediaType !== MEDIA_TYPES.ociManifest) return null;
  const bytes = await readBlob(layout, manifest.config.digest);
  if (bytes === null) return null;
  const { diffIds } = parseImageConfiguration(bytes, `the configuration ${manifest.config.digest}`);
  return { layers: manifest.layers, diffIds, layout };
}

async function readBlob(layout: string, digest: Digest): Promise<Buffer | null> {
  try {
    return await readFile(join(layout, blobPath(digest)));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
