import type { Digest } from '../../src/model/digest.ts';
import { isIndexMediaType, isManifestMediaType } from '../../src/oci/manifest.ts';
import { buildBlob, descriptorOf, type BuiltBlob, type BuiltRoot } from '../images/image-builder.ts';

/** What a repository of {@link startMemoryRegistry} holds; a test may look into it and change it. */
export interface MemoryRepository {
  readonly blobs: Map<string, BuiltBlob>;
  /** In the order in which they were pushed. */
  readonly manifests: Map<string, BuiltBlob>;
  readonly tags: Map<string, Digest>;
}

export function emptyRepository(): MemoryRepository {
  return { blobs: new Map(), manifests: new Map(), tags: new Map() };
}

/** Puts an image or index with everything below it into a repository, as if it had been pushed. */
export function addImage(repository: MemoryRepository, root: BuiltRoot, tag?: string): void {
  for (const blob of root.blobs.values())
    (isManifestMediaType(blob.mediaType) ? repository.manifests : repository.blobs).set(blob.digest, blob);
  if (tag !== undefined) repository.tags.set(tag, root.digest);
}

/** The manifest behind a tag or digest. */
export function findManifest(repository: MemoryRepository, name: string): BuiltBlob | undefined {
  return repository.manifests.get(name.includes(':') ? name : (repository.tags.get(name) ?? ''));
}

/** The fields that a registry reads. */
interface ManifestDocument {
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly subject?: { readonly digest: string };
  readonly config?: { readonly mediaType: string; readonly digest: string };
  readonly layers?: readonly { readonly digest: string }[];
  readonly manifests?: readonly { readonly digest: string }[];
}

export function readDocument(manifest: BuiltBlob): ManifestDocument {
  return JSON.parse(manifest.bytes.toString('utf8')) as ManifestDocument;
}

/** What a manifest names and the repository does not have. A subject may be missing. */
export function missingContent(repository: MemoryRepository, manifest: BuiltBlob): string[] {
  const { config, layers = [], manifests = [] } = readDocument(manifest);
  const wanted = isIndexMediaType(manifest.mediaType)
    ? manifests.filter(({ digest }) => !repository.manifests.has(digest))
    : [...(config ? [config] : []), ...layers].filter(({ digest }) => !repository.blobs.has(digest));
  return wanted.map(({ digest }) => digest);
}

/** The descriptors of everything that names a subject. OCI distribution spec, "Listing Referrers". */
export function referrersOf(
  repository: MemoryRepository,
  subject: string,
  artifactType: string | null,
): object[] {
  return [...repository.manifests.values()].flatMap((manifest) => {
    const document = readDocument(manifest);
    const type = document.artifactType ?? document.config?.mediaType;
    if (document.subject?.digest !== subject || (artifactType !== null && artifactType !== type)) return [];
    const { annotations } = document;
    return [descriptorOf(manifest, { artifactType: type, ...(annotations ? { annotations } : {}) })];
  });
}

/** Content with the media type that its sender announced; null where it is not what the SHA-256 digest says. */
export function contentOf(bytes: Buffer, mediaType: string, digest: string | null): BuiltBlob | null {
  const blob = buildBlob(bytes, mediaType);
  return digest === null || digest === blob.digest ? blob : null;
}
