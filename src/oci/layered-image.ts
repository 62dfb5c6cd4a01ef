import type { Digest } from '../model/digest.ts';
import type { Descriptor } from './descriptor.ts';
import { OciError } from './errors.ts';
import type { ByteRange, ImageConfiguration, ImageLayer, LayeredImage, OpenOptions } from './image.ts';
import type { Manifest } from './manifest.ts';
import { verifyStream } from './verified-stream.ts';

/** Opens the bytes behind a descriptor, as they come: whoever calls it verifies them. */
export type OpenContent = (descriptor: Descriptor, signal?: AbortSignal) => AsyncIterable<Uint8Array>;

/** Opens a part of what is behind a descriptor. */
export type OpenRange = (
  descriptor: Descriptor,
  range: ByteRange,
  signal?: AbortSignal,
) => AsyncIterable<Uint8Array>;

export interface ImageParts {
  readonly reference: string;
  readonly manifest: Manifest;
  /** Null where the transport has no manifest. */
  readonly manifestDigest: Digest | null;
  readonly indexDigest: Digest | null;
  readonly configuration: ImageConfiguration;
  readonly openContent: OpenContent;
  /** Of transports that carry blobs from afar and can begin anywhere in them. */
  readonly openRange?: OpenRange | undefined;
  readonly onProgress?: OpenOptions['onProgress'];
  /** Default: there are none. */
  readonly attachments?: LayeredImage['attachments'];
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

/** Opens parts of one layer, and reports what came of all of them together. */
function rangeOpener(
  openRange: OpenRange,
  layer: Descriptor,
  onProgress: OpenOptions['onProgress'],
): NonNullable<ImageLayer['openRange']> {
  const { digest, sizeBytes: totalBytes } = layer;
  let doneBytes = 0;
  return async function* open(range, signal) {
    for await (const chunk of openRange(layer, range, signal)) {
      doneBytes += chunk.byteLength;
      onProgress?.({ kind: 'blob', digest, doneBytes, totalBytes });
      yield chunk;
    }
  };
}

/**
 * Puts an image together from its verified parts. Its layers verify themselves as they are read.
 *
 * @throws {OciError} MANIFEST_INVALID when manifest and configuration do not have the same number of layers
 */
export function layeredImage(parts: ImageParts): LayeredImage {
  const { reference, manifest, configuration, openContent, openRange, onProgress } = parts;
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
    annotations: descriptor.annotations,
    ...(openRange && { openRange: rangeOpener(openRange, descriptor, onProgress) }),
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
    attachments: parts.attachments ?? (async () => []),
  };
}
