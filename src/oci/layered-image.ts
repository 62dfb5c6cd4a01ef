import type { Digest } from '../model/digest.ts';
import type { Descriptor } from './descriptor.ts';
import { OciError } from './errors.ts';
import type { ImageLayer, LayeredImage, OpenOptions } from './image.ts';
import { parseImageConfiguration } from './image-configuration.ts';
import type { Manifest } from './manifest.ts';
import { verifyStream } from './verified-stream.ts';

/** Configurations of container images; everything else in a registry is an artifact. */
const IMAGE_CONFIGURATIONS: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
  // Written by Docker before 1.10, and accepted by containerd.
  'application/octet-stream',
]);

/** False for charts, signatures, modules and whatever else is stored in the form of an image. */
export function isImageManifest(manifest: Manifest): boolean {
  return IMAGE_CONFIGURATIONS.has(manifest.config.mediaType);
}

/** Opens the bytes behind a descriptor, as they come: whoever calls it verifies them. */
export type OpenContent = (descriptor: Descriptor, signal?: AbortSignal) => AsyncIterable<Uint8Array>;

export interface ImageParts {
  readonly reference: string;
  readonly manifest: Manifest;
  /** Null where the transport has no manifest. */
  readonly manifestDigest: Digest | null;
  readonly indexDigest: Digest | null;
  /** The verified bytes of the configuration. */
  readonly configuration: Uint8Array;
  readonly openContent: OpenContent;
  readonly onProgress?: OpenOptions['onProgress'];
}

async function* withProgress(
  chunks: AsyncIterable<Uint8Array>,
  layer: Descriptor,
  onProgress: NonNullable<OpenOptions['onProgress']>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { digest, sizeBytes: totalBytes } = layer;
  let doneBytes = 0;
  for await (const chunk of chunks) {
    doneBytes += chunk.byteLength;
    onProgress({ kind: 'blob', digest, doneBytes, totalBytes });
    yield chunk;
  }
}

/**
 * Puts an image together from its verified parts. Its layers verify themselves as they are read.
 *
 * @throws {OciError} MANIFEST_INVALID: not an image, or manifest and configuration do not fit each other
 */
export function layeredImage(parts: ImageParts): LayeredImage {
  const { reference, manifest, openContent, onProgress } = parts;
  if (!isImageManifest(manifest)) {
    const type = manifest.artifactType ?? manifest.config.mediaType;
    throw new OciError(
      'MANIFEST_INVALID',
      `${reference} is not a container image, but an artifact of type ${type}`,
      {
        subject: reference,
        remedy: 'Name an image: Hallmark reads no charts, signatures or other artifacts here.',
      },
    );
  }
  const configuration = parseImageConfiguration(parts.configuration, `the configuration of ${reference}`);
  const { diffIds, history } = configuration;
  if (diffIds.length !== manifest.layers.length) {
    throw new OciError(
      'MANIFEST_INVALID',
      `the manifest of ${reference} has ${manifest.layers.length} layers, its configuration ${diffIds.length}`,
      { subject: reference },
    );
  }
  const steps = new Map(history.map(({ layer }, step) => [layer, step]));
  const layers = manifest.layers.map((descriptor, index): ImageLayer => ({
    index,
    // As many as layers, as was just checked.
    diffId: diffIds[index] as Digest,
    digest: descriptor.digest,
    sizeBytes: descriptor.sizeBytes,
    mediaType: descriptor.mediaType,
    step: steps.get(index) ?? null,
    open(signal) {
      const { digest, sizeBytes } = descriptor;
      const subject = `layer ${digest} of ${reference}`;
      const chunks = openContent(descriptor, signal);
      return verifyStream(onProgress ? withProgress(chunks, descriptor, onProgress) : chunks, {
        digest,
        sizeBytes,
        subject,
        mismatch: 'LAYER_DIGEST_MISMATCH',
      });
    },
  }));
  return {
    kind: 'image',
    reference,
    digest: parts.manifestDigest,
    indexDigest: parts.indexDigest,
    configDigest: manifest.config.digest,
    mediaType: parts.manifestDigest === null ? null : manifest.mediaType,
    annotations: manifest.annotations,
    configuration,
    layers,
  };
}
