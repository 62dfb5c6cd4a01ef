import { createHash } from 'node:crypto';
import { digestOf, parseDigest, type Digest } from '../../model/digest.ts';
import { detectCompression } from '../decompress.ts';
import type { Descriptor } from '../descriptor.ts';
import { OciError } from '../errors.ts';
import type { ImageSource, LayeredImage, OpenedImages, OpenOptions } from '../image.ts';
import { MAX_CONFIGURATION_BYTES, parseImageConfiguration } from '../image-configuration.ts';
import { layeredImage } from '../layered-image.ts';
import { MEDIA_TYPES } from '../manifest.ts';
import { platformNotFound, platformRank } from '../platform-choice.ts';
import { openArchive, type Archive } from './archive.ts';
import { openThroughLayout } from './docker-layout.ts';
import { chooseArchived, labelOf, readArchivedImages, type ArchivedImage } from './docker-manifest.ts';
import { missingFile, readDocument } from './file-store.ts';
import { parseLocation } from './location.ts';
import { openOciArchive } from './oci-archive.ts';
import { readLayoutIndex, type LayoutChoice } from './oci-layout.ts';

/*
 * What `docker save` writes, and skopeo, podman, BuildKit and others like it: a tar archive whose `manifest.json` lists
 * images, each with the paths of its configuration and its layers. moby image/spec v1.2, "Combined Image JSON".
 *
 * Since Docker 25 the archive is an OCI layout as well, and the paths are those of its blobs. Then images are opened
 * through the layout, because it knows the digests of manifests and verifies more.
 */

const LAYER_TYPES = {
  none: 'application/vnd.docker.image.rootfs.diff.tar',
  gzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  zstd: 'application/vnd.docker.image.rootfs.diff.tar.zstd',
} as const;

/**
 * A descriptor for a layer that has none. An uncompressed layer's digest is its diff ID. Tools that keep layers
 * compressed here are few; those are read once more, to know by which digest registries call them.
 */
async function describeLayer(
  archive: Archive,
  path: string,
  diffId: Digest,
  signal: AbortSignal | undefined,
): Promise<Descriptor> {
  const sizeBytes = await archive.sizeOf(path);
  if (sizeBytes === null) throw missingFile(archive, path);
  const common = { sizeBytes, platform: null, artifactType: null, annotations: {} };
  const hash = createHash('sha256');
  let mediaType: string | undefined;
  for await (const chunk of archive.open(path, signal)) {
    mediaType ??= LAYER_TYPES[detectCompression(chunk)];
    if (mediaType === LAYER_TYPES.none) return { ...common, mediaType, digest: diffId };
    hash.update(chunk);
  }
  const digest = parseDigest(`sha256:${hash.digest('hex')}`);
  return { ...common, mediaType: mediaType ?? LAYER_TYPES.none, digest };
}

/** Opens an image by the paths of `manifest.json` alone. It has no manifest, and so no digest. */
async function openByPaths(
  archive: Archive,
  image: ArchivedImage,
  reference: string,
  options: OpenOptions,
): Promise<LayeredImage> {
  const { signal, platform, onProgress } = options;
  const bytes = await readDocument(archive, image.configPath, MAX_CONFIGURATION_BYTES, signal);
  if (bytes === null) throw missingFile(archive, image.configPath);
  const configuration = parseImageConfiguration(bytes, `${image.configPath} of ${archive.name}`);
  const { diffIds } = configuration;
  if (diffIds.length !== image.layerPaths.length) {
    throw new OciError(
      'ARCHIVE_INVALID',
      `manifest.json of ${archive.name} lists ${image.layerPaths.length} layers, ${image.configPath} ${diffIds.length}`,
      { subject: archive.name },
    );
  }
  if (
    platform !== undefined &&
    platform !== 'all' &&
    platformRank(configuration.platform, platform) === null
  ) {
    throw platformNotFound(reference, platform, [configuration.platform]);
  }
  const layers: Descriptor[] = [];
  const paths = new Map<Digest, string>();
  for (const [index, diffId] of diffIds.entries()) {
    const path = image.layerPaths[index] ?? '';
    const layer = await describeLayer(archive, path, diffId, signal);
    layers.push(layer);
    paths.set(layer.digest, path);
  }
  return layeredImage({
    reference,
    manifest: {
      kind: 'manifest',
      mediaType: MEDIA_TYPES.dockerManifest,
      artifactType: null,
      subject: null,
      config: {
        mediaType: 'application/vnd.docker.container.image.v1+json',
        digest: digestOf(bytes),
        sizeBytes: bytes.byteLength,
        platform: null,
        artifactType: null,
        annotations: {},
      },
      layers,
      annotations: {},
    },
    manifestDigest: null,
    indexDigest: null,
    configuration,
    openContent: ({ digest }, signal) => archive.open(paths.get(digest) ?? '', signal),
    onProgress,
  });
}

/** Opens images of an archive. It belongs to the result from now on, also on failure. */
export async function openDockerArchive(
  archive: Archive,
  chosen: LayoutChoice,
  reference: string,
  options: OpenOptions,
): Promise<OpenedImages> {
  try {
    const listed = await readArchivedImages(archive, options.signal);
    const index = await readLayoutIndex(archive, options.signal);
    if (index !== null && (listed === null || chosen.digest !== null)) {
      return await openOciArchive(archive, chosen, reference, options);
    }
    const subject = archive.name;
    if (listed === null) {
      throw new OciError('ARCHIVE_INVALID', `${subject} is not a Docker archive: it has no manifest.json`, {
        subject,
      });
    }
    if (chosen.digest !== null) {
      throw new OciError(
        'IMAGE_NOT_FOUND',
        `${subject} keeps no manifests, and so has no image ${chosen.digest}`,
        {
          subject,
        },
      );
    }
    const found = chooseArchived(listed, chosen.name, archive, options.platform === 'all');
    const images: LayeredImage[] = [];
    for (const image of found) {
      const named = found.length === 1 ? reference : `${reference}:${labelOf(image)}`;
      const opened = index === null ? null : await openThroughLayout(archive, index, image, named, options);
      images.push(...(opened ?? [await openByPaths(archive, image, named, options)]));
    }
    return { images, close: () => archive.close() };
  } catch (error) {
    await archive.close();
    throw error;
  }
}

export const dockerArchiveSource: ImageSource = {
  scheme: 'docker-archive',
  means: 'An image saved by docker save, podman save or skopeo: docker-archive:PATH[:NAME:TAG|:@POSITION].',
  async open(location, reference, options) {
    const chosen = await parseLocation(location);
    return openDockerArchive(await openArchive(chosen.path, options), chosen, reference, options);
  },
};
