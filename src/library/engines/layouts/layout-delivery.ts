/**
 * The layout that an engine hands over is made here, of parts that were examined: nothing that an engine left beside them, and no word
 * of it about the image, comes along. Builders annotate manifests on their own (buildah: with the folder a parent was read from), so
 * two equal builds would differ; the manifest gets the annotations that were asked for, and no others.
 */
import { access, copyFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Digest, digestOf } from '../../../model/digest.ts';
import type { Platform } from '../../../model/platform.ts';
import type { Descriptor } from '../../../oci/descriptor.ts';
import { MEDIA_TYPES } from '../../../oci/manifest.ts';
import { systemErrorCode } from '../../../oci/sources/host-file.ts';
import { blobPath } from '../../../oci/sources/oci-layout.ts';
import { canonicalManifest, canonicalPlatform } from '../../indexes/canonical-index.ts';
import { indexBytes, type IndexEntry, type IndexPlatform } from '../../indexes/index-document.ts';
import type { BuildOutcome, BuildRequest } from '../engine.ts';
import type { ExaminedImage } from './examine-image.ts';
import { invalidLayout, validateLayout } from './layout-validation.ts';
import { findParentLayers } from '../parent-layers.ts';

const LAYOUT_FILE = '{"imageLayoutVersion":"1.0.0"}';

/**
 * Examines what an engine made and moves it to the place that was asked for.
 *
 * @param made folder of the engine's own layout
 * @throws {LibraryError} LAYOUT_INVALID
 */
export async function deliverLayout(made: string, request: BuildRequest): Promise<BuildOutcome> {
  const { platform, signal, output, parents } = request;
  const { image } = await validateLayout(made, { platform, signal });
  const below = await findParentLayers(image.configuration.diffIds, parents);
  const taken = below?.layers ?? [];
  const own = image.manifest.layers.slice(taken.length);
  const manifest = deliveredManifest(image, taken, request.annotations);
  const digest = digestOf(manifest);
  await mkdir(join(output, 'blobs'), { recursive: true });
  for (const { digest: blob } of [image.manifest.config, ...own])
    await moveBlob(join(made, blobPath(blob)), join(output, blobPath(blob)));
  for (const { digest: blob } of taken)
    await copyBlob(join(below?.layout ?? made, blobPath(blob)), join(output, blobPath(blob)));
  const entry = manifestEntry(digest, manifest.length, platform);
  await writeLayoutFiles(output, [manifest], [entry]);
  return { digest };
}

/** Configuration and layers, each once. */
export function blobsOf({ manifest }: ExaminedImage): readonly Digest[] {
  return [...new Set([manifest.config, ...manifest.layers].map(({ digest }) => digest))];
}

/** The same configuration and files under a manifest with these annotations, and with the lowest layers as the parent has them. */
function deliveredManifest(
  image: ExaminedImage,
  taken: readonly Descriptor[],
  annotations: BuildRequest['annotations'],
): Buffer {
  const { mediaType } = image.manifest;
  if (mediaType !== MEDIA_TYPES.ociManifest) {
    const because = `the manifest ${image.digest} is of the type ${mediaType}, which has no annotations`;
    throw invalidLayout('the layout', [{ rule: 'image.form', because }]);
  }
  const value = JSON.parse(Buffer.from(image.bytes).toString('utf8')) as WrittenManifest;
  const below = taken.map(({ mediaType: type, digest, sizeBytes }) => ({
    mediaType: type,
    digest,
    size: sizeBytes,
  }));
  const layers = [...below, ...value.layers.slice(below.length)];
  return Buffer.from(JSON.stringify(canonicalManifest({ ...value, layers, annotations })));
}

type WrittenManifest = Readonly<Record<string, unknown>> & { readonly layers: readonly object[] };

/** How an index lists an image. */
export function manifestEntry(digest: Digest, size: number, platform: Platform): IndexEntry {
  return { mediaType: MEDIA_TYPES.ociManifest, digest, size, platform: indexPlatform(platform) };
}

export function indexPlatform({ osVersion, ...platform }: Platform): IndexPlatform {
  return canonicalPlatform({ ...platform, ...(osVersion === undefined ? {} : { 'os.version': osVersion }) });
}

/** Documents as blobs, then the list of images, so that the layout is whole when it has one. */
export async function writeLayoutFiles(
  layout: string,
  documents: readonly Buffer[],
  manifests: readonly IndexEntry[],
): Promise<void> {
  for (const document of documents) {
    const place = join(layout, blobPath(digestOf(document)));
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, document);
  }
  await writeFile(join(layout, 'oci-layout'), LAYOUT_FILE);
  await writeFile(
    join(layout, 'index.json'),
    indexBytes({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests }),
  );
}

/** Scratch may be on another disk than what is kept. Of two equal layers the first move is enough. */
async function moveBlob(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  try {
    await rename(from, to);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT') await access(to);
    else if (code === 'EXDEV') await copyFile(from, to);
    else throw error;
  }
}

async function copyBlob(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
}
