import type { Descriptor } from '../descriptor.ts';
import type { LayeredImage, OpenOptions } from '../image.ts';
import { isIndexMediaType, isManifestMediaType, type ImageIndex } from '../manifest.ts';
import { isAttestation } from '../platform-choice.ts';
import { manifestsBelow, readManifest, resolveEntry, type ResolveOptions } from '../resolve-images.ts';
import type { FileStore } from './file-store.ts';
import { blobPath, layoutOptions } from './oci-layout.ts';

/** A manifest of the layout, and the entry of its index.json that led to it. */
interface FoundManifest {
  readonly entry: Descriptor;
  readonly manifest: Descriptor;
}

/** The manifest whose configuration is the one that `manifest.json` names. */
async function findByConfiguration(
  index: ImageIndex,
  configPath: string,
  content: ResolveOptions,
): Promise<FoundManifest | null> {
  for (const entry of index.manifests) {
    if (!isManifestMediaType(entry.mediaType) || isAttestation(entry)) continue;
    for (const manifest of await manifestsBelow([entry], content)) {
      const document = await readManifest(manifest, content);
      if (document.kind === 'manifest' && blobPath(document.config.digest) === configPath)
        return { entry, manifest };
    }
  }
  return null;
}

/**
 * Opens an image of a Docker archive through the layout that the archive also is. Docker lists every platform of an
 * image, but saves only those that it has: absent ones do not count. Without a wish the platform is the one that
 * `manifest.json` names. Null when the layout does not know the image.
 */
export async function openThroughLayout(
  files: FileStore,
  index: ImageIndex,
  image: { readonly configPath: string },
  reference: string,
  options: OpenOptions,
): Promise<LayeredImage[] | null> {
  const content: ResolveOptions = {
    ...layoutOptions(files, reference, options).content,
    isPresent: async ({ digest }) => (await files.sizeOf(blobPath(digest))) !== null,
  };
  const found = await findByConfiguration(index, image.configPath, content);
  if (found === null) return null;
  const { entry, manifest } = found;
  if (options.platform !== undefined || !isIndexMediaType(entry.mediaType))
    return resolveEntry(entry, content);
  const images = await resolveEntry(manifest, content);
  return images.map((one) => ({ ...one, indexDigest: entry.digest }));
}
