/** An index as its JSON: fields that Hallmark does not know are kept, in their place. OCI image spec, image-index.md. */
import type { Digest } from '../../model/digest.ts';
import { MEDIA_TYPES } from '../../oci/manifest.ts';

/** What an image runs on, as indexes write it. */
export interface IndexPlatform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly 'os.version'?: string;
  readonly [field: string]: unknown;
}

export interface IndexEntry {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly platform?: IndexPlatform;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

export interface IndexDocument {
  readonly schemaVersion: 2;
  readonly mediaType: string;
  readonly manifests: readonly IndexEntry[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** By which upstream's tools know what an entry was built for. */
export const ARCHITECTURE_ANNOTATION = 'com.docker.official-images.bashbrew.arch';

/** Where an entry can be copied from; left out of what is published. OCI image spec, annotations.md. */
export const REF_NAME = 'org.opencontainers.image.ref.name';

/** BuildKit, docs/attestations/attestation-storage.md. */
export const ATTESTATION = {
  typeAnnotation: 'vnd.docker.reference.type',
  type: 'attestation-manifest',
  subjectAnnotation: 'vnd.docker.reference.digest',
} as const;

/** Docker's list where the first entry is of Docker's types, as upstream decides it. */
export function indexMediaType([first]: readonly IndexEntry[]): string {
  return first?.mediaType === MEDIA_TYPES.dockerManifest
    ? MEDIA_TYPES.dockerManifestList
    : MEDIA_TYPES.ociIndex;
}

/** The bytes that are published: indented by tabs and ended by a line feed, as upstream's `cmd/deploy` writes them. */
export function indexBytes(index: IndexDocument): Buffer {
  return Buffer.from(`${JSON.stringify(index, null, '\t')}\n`);
}
