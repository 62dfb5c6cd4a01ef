import { digestOf, type Digest } from '../model/digest.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { MEDIA_TYPES } from '../oci/manifest.ts';
import type { ImageWriter } from '../oci/store/image-store.ts';
import { inParallel } from '../oci/toc/in-parallel.ts';

/** What something is attached to. */
export type AttachedTo = Pick<Descriptor, 'mediaType' | 'digest' | 'sizeBytes'>;

export interface AttachedLayer {
  readonly mediaType: string;
  readonly content: Buffer;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A manifest and its blobs, to be attached to another manifest. */
export interface AttachedContent {
  readonly digest: Digest;
  readonly manifest: Buffer;
  readonly blobs: readonly Buffer[];
}

/** OCI image spec, manifest.md, "Guidelines for Artifact Usage": an artifact without configuration. */
const EMPTY = { mediaType: 'application/vnd.oci.empty.v1+json', content: Buffer.from('{}') } as const;

/** A manifest with a subject. OCI image spec, manifest.md, "subject". */
export function toAttached(parts: {
  readonly subject: AttachedTo;
  readonly artifactType: string;
  readonly layers: readonly AttachedLayer[];
  readonly annotations: Readonly<Record<string, string>>;
  /** Default: the empty one. */
  readonly config?: { readonly mediaType: string; readonly content: Buffer };
}): AttachedContent {
  const { subject, artifactType, layers, annotations, config = EMPTY } = parts;
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.ociManifest,
      artifactType,
      config: toDescriptor(config),
      layers: layers.map(toDescriptor),
      subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.sizeBytes },
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    }),
  );
  const blobs = [config.content, ...layers.map(({ content }) => content)];
  return { digest: digestOf(manifest), manifest, blobs };
}

/** A descriptor as manifests have it. */
export function toDescriptor(layer: {
  readonly mediaType: string;
  readonly content: Buffer;
  readonly annotations?: Readonly<Record<string, string>>;
}): object {
  const { mediaType, content, annotations = {} } = layer;
  return {
    mediaType,
    digest: digestOf(content),
    size: content.length,
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  };
}

/** Blobs that are on their way at the same time. */
const AT_A_TIME = 4;

/** Writes the blobs that are not there yet. */
export async function writeBlobs(
  blobs: readonly Buffer[],
  writer: ImageWriter,
  signal: AbortSignal | undefined,
): Promise<void> {
  const different = new Map(blobs.map((content) => [digestOf(content), content]));
  await inParallel(different, AT_A_TIME, async ([digest, content]) => {
    if (await writer.hasBlob(digest, signal)) return;
    const blob = { mediaType: 'application/octet-stream', digest, sizeBytes: content.length };
    await writer.writeBlob(blob, () => inOnePart(content), signal);
  });
}

/** Writes a manifest with its blobs, without seeing to it that it is listed. @throws as {@link attachContents} */
export async function writeContent(
  { blobs, manifest, digest }: AttachedContent,
  writer: ImageWriter,
  signal: AbortSignal | undefined,
): Promise<void> {
  await writeBlobs(blobs, writer, signal);
  await writer.writeManifest({ bytes: manifest, mediaType: MEDIA_TYPES.ociManifest, digest }, {}, signal);
}

/**
 * Attaches everything with its blobs; what belongs to one manifest gets into its list by one change.
 *
 * @throws {OciError} what keeps the store from taking it
 */
export async function attachContents(
  contents: readonly AttachedContent[],
  writer: ImageWriter,
  signal: AbortSignal | undefined,
): Promise<void> {
  await writeBlobs(
    contents.flatMap(({ blobs }) => blobs),
    writer,
    signal,
  );
  const mediaType = MEDIA_TYPES.ociManifest;
  await writer.attachAll(
    contents.map(({ manifest, digest }) => ({ bytes: manifest, mediaType, digest })),
    signal,
  );
}

async function* inOnePart(content: Buffer): AsyncGenerator<Buffer, void, undefined> {
  yield content;
}
