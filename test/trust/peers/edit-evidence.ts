/** Evidence that somebody who may push has changed: taken out of a registry, edited, and put back under its new digest. */
import { isManifestMediaType } from '../../../src/oci/manifest.ts';
import { buildBlob, type BuiltBlob } from '../../images/image-builder.ts';
import { emptyRepository, type MemoryRepository } from '../../registry/memory-repository.ts';
import type { Digest } from '../../../src/model/digest.ts';

/** One layer of a manifest of evidence; fields can be changed. */
export interface EvidenceLayer {
  content: Buffer;
  readonly annotations: Record<string, string>;
}

interface EvidenceManifest {
  readonly config: object;
  readonly layers: readonly LayerDescriptor[];
}

interface LayerDescriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A copy of a repository in which every layer of evidence about an image went through `edit`. */
export function editEvidence(
  repository: MemoryRepository,
  image: Digest,
  edit: (layer: EvidenceLayer) => void,
): MemoryRepository {
  const edited = emptyRepository();
  for (const [digest, blob] of repository.blobs) edited.blobs.set(digest, blob);
  const moved = new Map<string, Digest>();
  for (const manifest of repository.manifests.values()) {
    const put = isEvidence(manifest, image) ? editManifest(repository, manifest, edit, edited) : manifest;
    edited.manifests.set(put.digest, put);
    moved.set(manifest.digest, put.digest);
  }
  for (const [tag, digest] of repository.tags) edited.tags.set(tag, moved.get(digest) ?? digest);
  return edited;
}

/** The first layer of evidence about an image. */
export function evidenceOf(repository: MemoryRepository, image: Digest): EvidenceLayer {
  const found: EvidenceLayer[] = [];
  editEvidence(repository, image, (layer) => found.push(layer));
  const [first] = found;
  if (first === undefined) throw new Error('nothing is attached to the image');
  return first;
}

function isEvidence(manifest: BuiltBlob, image: Digest): boolean {
  return isManifestMediaType(manifest.mediaType) && manifest.digest !== image;
}

function editManifest(
  repository: MemoryRepository,
  manifest: BuiltBlob,
  edit: (layer: EvidenceLayer) => void,
  edited: MemoryRepository,
): BuiltBlob {
  const document = JSON.parse(manifest.bytes.toString()) as EvidenceManifest;
  const layers = document.layers.map((descriptor) => {
    const blob = repository.blobs.get(descriptor.digest);
    if (blob === undefined) throw new Error(`${descriptor.digest} is missing`);
    const layer = { content: blob.bytes, annotations: { ...descriptor.annotations } };
    edit(layer);
    const put = buildBlob(layer.content, descriptor.mediaType);
    edited.blobs.set(put.digest, put);
    return { ...descriptor, digest: put.digest, size: put.bytes.length, annotations: layer.annotations };
  });
  return buildBlob({ ...document, layers }, manifest.mediaType);
}
