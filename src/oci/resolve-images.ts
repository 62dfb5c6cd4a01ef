import type { Digest } from '../model/digest.ts';
import type { Platform } from '../model/platform.ts';
import type { Descriptor } from './descriptor.ts';
import { OciError } from './errors.ts';
import type { LayeredImage, OpenOptions } from './image.ts';
import { MAX_CONFIGURATION_BYTES, parseImageConfiguration } from './image-configuration.ts';
import { layeredImage, type OpenContent, type OpenRange } from './layered-image.ts';
import {
  isImageManifest,
  isIndexMediaType,
  MAX_MANIFEST_BYTES,
  parseManifest,
  type ImageIndex,
  type Manifest,
} from './manifest.ts';
import {
  hostPlatform,
  isAttestation,
  platformCandidates,
  platformNotFound,
  platformRank,
} from './platform-choice.ts';
import type { ReferrerList } from './store/image-store.ts';
import { readVerified } from './verified-stream.ts';

/** Indexes in indexes: two levels occur. */
const MAX_DEPTH = 4;
/** Nested indexes, and entries without a platform, each cost a request: an index must not make us send thousands. */
const MAX_READ = 64;
/** Images that are opened at once with platform `all`. */
const MAX_IMAGES = 256;

/** The document that a reference led to, verified. */
export interface RootDocument {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
  /** As announced by the transport; absent where nothing announces it. */
  readonly mediaType?: string;
}

export interface ResolveOptions {
  readonly reference: string;
  /** Reads manifests, configurations and layers; the bytes are verified here. */
  readonly openContent: OpenContent;
  readonly openRange?: OpenRange | undefined;
  /**
   * For stores that hold only some platforms of an index and rightly so (what a daemon pulled). Entries that are absent
   * count as not being there; without this, absent content is an error.
   */
  readonly isPresent?: ((descriptor: Descriptor) => Promise<boolean>) | undefined;
  /** Lists the manifests whose subject is this one, for stores that can. */
  readonly referrers?: ((subject: Digest) => Promise<ReferrerList>) | undefined;
  readonly platform?: Platform | 'all' | undefined;
  readonly onProgress?: OpenOptions['onProgress'];
  readonly signal?: AbortSignal | undefined;
}

async function readContent(
  descriptor: Descriptor,
  what: string,
  maxBytes: number,
  options: ResolveOptions,
): Promise<Uint8Array> {
  const subject = `the ${what} ${descriptor.digest} of ${options.reference}`;
  if (descriptor.sizeBytes > maxBytes) {
    throw new OciError(
      'MANIFEST_INVALID',
      `${subject} has ${descriptor.sizeBytes} bytes; at most ${maxBytes} are read`,
      { subject },
    );
  }
  return readVerified(options.openContent(descriptor, options.signal), {
    digest: descriptor.digest,
    sizeBytes: descriptor.sizeBytes,
    subject,
    mismatch: what === 'configuration' ? 'BLOB_DIGEST_MISMATCH' : 'MANIFEST_DIGEST_MISMATCH',
  });
}

/** Reads and verifies a manifest or index. */
export async function readManifest(
  descriptor: Descriptor,
  options: ResolveOptions,
): Promise<Manifest | ImageIndex> {
  const bytes = await readContent(descriptor, 'manifest', MAX_MANIFEST_BYTES, options);
  return parseManifest(
    bytes,
    descriptor.mediaType,
    `the manifest ${descriptor.digest} of ${options.reference}`,
  );
}

/** Reads the configuration that a manifest names, and joins the two. */
async function imageOf(
  manifest: Manifest,
  digests: { readonly manifest: Digest; readonly index: Digest | null },
  siblings: readonly Descriptor[],
  options: ResolveOptions,
): Promise<LayeredImage> {
  const { reference, openContent, openRange, onProgress } = options;
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
  const bytes = await readContent(manifest.config, 'configuration', MAX_CONFIGURATION_BYTES, options);
  return layeredImage({
    reference,
    manifest,
    manifestDigest: digests.manifest,
    indexDigest: digests.index,
    configuration: parseImageConfiguration(bytes, `the configuration of ${reference}`),
    openContent,
    openRange,
    onProgress,
    async attachments(source) {
      const places = { image: digests.manifest, siblings, options };
      const { indexedAttachments, referredAttachments } = await import('./attachments.ts');
      return source === 'index' ? indexedAttachments(places) : referredAttachments(places);
    },
  });
}

/**
 * The manifests of an index and of the indexes in it, in order, each once.
 *
 * @throws {OciError} MANIFEST_INVALID when indexes are nested too deep, and what reading them throws
 */
export async function manifestsBelow(
  manifests: readonly Descriptor[],
  options: ResolveOptions,
): Promise<Descriptor[]> {
  const below = new Map<string, Descriptor>();
  let read = 0;
  async function visit(entries: readonly Descriptor[], depth: number): Promise<void> {
    for (const entry of entries) {
      if (options.isPresent !== undefined && !(await options.isPresent(entry))) continue;
      if (!isIndexMediaType(entry.mediaType)) {
        if (!below.has(entry.digest)) below.set(entry.digest, entry);
        continue;
      }
      if (depth === MAX_DEPTH || ++read > MAX_READ) {
        throw new OciError(
          'MANIFEST_INVALID',
          `the index of ${options.reference} holds too many nested indexes`,
          { subject: options.reference },
        );
      }
      const nested = await readManifest(entry, options);
      if (nested.kind === 'index') await visit(nested.manifests, depth + 1);
    }
  }
  await visit(manifests, 1);
  return [...below.values()];
}

async function everyImage(
  leaves: readonly Descriptor[],
  index: Digest,
  options: ResolveOptions,
): Promise<LayeredImage[]> {
  const entries = leaves.filter((entry) => !isAttestation(entry));
  if (entries.length > MAX_IMAGES) {
    throw new OciError(
      'MANIFEST_INVALID',
      `the index of ${options.reference} names ${entries.length} images; at most ${MAX_IMAGES} are opened at once`,
      { subject: options.reference, remedy: 'Choose one of them with --platform or by its digest.' },
    );
  }
  const images: LayeredImage[] = [];
  for (const entry of entries) {
    const manifest = await readManifest(entry, options);
    if (manifest.kind === 'manifest' && isImageManifest(manifest)) {
      images.push(await imageOf(manifest, { manifest: entry.digest, index }, leaves, options));
    }
  }
  if (images.length === 0) {
    throw new OciError('MANIFEST_INVALID', `the index of ${options.reference} names no image`, {
      subject: options.reference,
    });
  }
  return images;
}

async function oneImage(
  leaves: readonly Descriptor[],
  index: Digest,
  wanted: Platform,
  options: ResolveOptions,
): Promise<LayeredImage> {
  const available = leaves.flatMap((entry) =>
    entry.platform && !isAttestation(entry) ? [entry.platform] : [],
  );
  for (const entry of platformCandidates(leaves, wanted).slice(0, MAX_READ)) {
    const manifest = await readManifest(entry, options);
    if (manifest.kind !== 'manifest') continue;
    if (entry.platform === null && !isImageManifest(manifest)) continue;
    const image = await imageOf(manifest, { manifest: entry.digest, index }, leaves, options);
    if (entry.platform !== null) return image;
    const { platform } = image.configuration;
    if (platformRank(platform, wanted) !== null) return image;
    available.push(platform);
  }
  throw platformNotFound(options.reference, wanted, available);
}

/**
 * From the document that a reference led to, to the image of one platform or of all: as Docker chooses, attestations
 * left out. An image without an index is taken as it is, unless the user asked for another platform.
 *
 * @throws {OciError} PLATFORM_NOT_FOUND, MANIFEST_INVALID, MANIFEST_SCHEMA1, the digest and size mismatches, and what
 *   `openContent` throws
 */
export async function resolveImages(root: RootDocument, options: ResolveOptions): Promise<LayeredImage[]> {
  const { reference, platform } = options;
  const document = parseManifest(root.bytes, root.mediaType, `the manifest of ${reference}`);
  if (document.kind === 'manifest') {
    const image = await imageOf(document, { manifest: root.digest, index: null }, [], options);
    const found = image.configuration.platform;
    if (platform !== undefined && platform !== 'all' && platformRank(found, platform) === null) {
      throw platformNotFound(reference, platform, [found]);
    }
    return [image];
  }
  const leaves = await manifestsBelow(document.manifests, options);
  if (platform === 'all') return everyImage(leaves, root.digest, options);
  return [await oneImage(leaves, root.digest, platform ?? hostPlatform(), options)];
}

/** As {@link resolveImages}, for a document that is itself content of the store. */
export async function resolveEntry(entry: Descriptor, options: ResolveOptions): Promise<LayeredImage[]> {
  const bytes = await readContent(entry, 'manifest', MAX_MANIFEST_BYTES, options);
  return resolveImages({ bytes, digest: entry.digest, mediaType: entry.mediaType }, options);
}
