import type { Digest } from '../../model/digest.ts';
import type { Platform } from '../../model/platform.ts';
import type { Descriptor } from '../descriptor.ts';
import { OciError } from '../errors.ts';
import {
  type ImageIndex,
  isManifestMediaType,
  type Manifest,
  MAX_MANIFESTS,
  parseManifest,
} from '../manifest.ts';
import { isAttestation } from '../platform-choice.ts';
import { resolveImages } from '../resolve-images.ts';
import type { ImageReader, StoredManifest } from '../store/image-store.ts';

/** Manifests of one image are kept until they are written: an index must not fill the memory. */
const MAX_MANIFEST_BYTES_TOGETHER = 256 * 1024 * 1024;
/** Indexes in indexes: two levels occur. */
const MAX_DEPTH = 4;

/** BuildKit, docs/attestations/attestation-storage.md. */
const ABOUT = 'vnd.docker.reference.digest';

/**
 * Layers that whoever built the image may not pass on; they are fetched from where the descriptor says. OCI image spec,
 * layer.md, "Non-Distributable Layers"; Docker image manifest v2, schema 2.
 */
const FOREIGN = /^application\/vnd\.(?:docker\.image\.rootfs\.foreign|oci\.image\.layer\.nondistributable)\./;

export interface ImageParts {
  readonly root: StoredManifest;
  /** Whatever another one lists comes before it, so the root is the last. */
  readonly manifests: readonly StoredManifest[];
  readonly blobs: ReadonlyMap<Digest, Descriptor>;
  /** Named by a manifest, and not to be copied. */
  readonly foreign: readonly Digest[];
}

/** @throws {OciError} MANIFEST_UNKNOWN, and what the store throws */
export async function readWhole(
  from: ImageReader,
  digest: Digest,
  signal?: AbortSignal,
): Promise<StoredManifest> {
  const found = await from.readManifest(digest, signal);
  if (found !== null) return found;
  throw new OciError('MANIFEST_UNKNOWN', `${from.name} does not have the manifest ${digest}`, {
    subject: digest,
  });
}

/** The configuration and layers of a manifest, without what is not to be copied. */
export function blobsOf({ config, layers }: Manifest): Descriptor[] {
  return [config, ...layers].filter(({ mediaType }) => !FOREIGN.test(mediaType));
}

export function parseStored({ bytes, mediaType, digest }: StoredManifest): Manifest | ImageIndex {
  return parseManifest(bytes, mediaType, `the manifest ${digest}`);
}

/**
 * Everything that an image consists of: its manifest, or its index with all that the index lists, attestations included.
 *
 * @throws {OciError} MANIFEST_UNKNOWN when a part is missing, MANIFEST_INVALID, and what the store throws
 */
export async function readImageParts(
  from: ImageReader,
  digest: Digest,
  signal?: AbortSignal,
): Promise<ImageParts> {
  const manifests = new Map<Digest, StoredManifest>();
  const blobs = new Map<Digest, Descriptor>();
  const foreign = new Set<Digest>();
  let bytesTogether = 0;

  async function visit(wanted: Digest, depth: number): Promise<StoredManifest> {
    const known = manifests.get(wanted);
    if (known !== undefined) return known;
    const stored = await readWhole(from, wanted, signal);
    bytesTogether += stored.bytes.byteLength;
    if (depth > MAX_DEPTH || manifests.size >= MAX_MANIFESTS || bytesTogether > MAX_MANIFEST_BYTES_TOGETHER) {
      throw new OciError('MANIFEST_INVALID', `the index ${digest} lists more than is copied`, {
        subject: digest,
      });
    }
    const document = parseStored(stored);
    if (document.kind === 'index') {
      for (const entry of document.manifests) {
        refuseOther(entry, wanted);
        await visit(entry.digest, depth + 1);
      }
    } else {
      for (const blob of blobsOf(document)) blobs.set(blob.digest, blob);
      for (const layer of document.layers) if (FOREIGN.test(layer.mediaType)) foreign.add(layer.digest);
    }
    manifests.set(wanted, stored);
    return stored;
  }

  const root = await visit(digest, 0);
  for (const one of blobs.keys()) foreign.delete(one);
  return { root, manifests: [...manifests.values()], blobs, foreign: [...foreign] };
}

/** An index may list anything; what is no manifest could not be copied with all that it names. */
function refuseOther({ mediaType, digest }: Descriptor, index: Digest): void {
  if (isManifestMediaType(mediaType)) return;
  throw new OciError(
    'MANIFEST_INVALID',
    `the index ${index} lists ${digest} as ${mediaType}, which is no manifest`,
    { subject: digest },
  );
}

/** The image of one platform, and BuildKit's attestations about it, which only the index tells of. */
export interface PlatformPart {
  readonly digest: Digest;
  readonly attestations: readonly Digest[];
}

/**
 * Chooses from an index as a pull does. @param platform null for this machine's; an image without an index is then as it is
 *
 * @throws {OciError} PLATFORM_NOT_FOUND, and what reading manifests throws
 */
export async function choosePlatform(
  from: ImageReader,
  root: StoredManifest,
  platform: Platform | null,
  signal?: AbortSignal,
): Promise<PlatformPart> {
  const [image] = await resolveImages(root, {
    reference: from.name,
    platform: platform ?? undefined,
    openContent: (descriptor, reading) => from.openBlob(descriptor, reading),
    signal,
  });
  const digest = image?.digest ?? root.digest;
  const document = parseStored(root);
  const entries = document.kind === 'index' ? document.manifests : [];
  const about = entries.filter((entry) => isAttestation(entry) && entry.annotations[ABOUT] === digest);
  return { digest, attestations: about.map((entry) => entry.digest) };
}
