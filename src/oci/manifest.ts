import { type Descriptor, descriptor, readShape, refuseCaseVariants, stringMap } from './descriptor.ts';
import { OciError } from './errors.ts';
import { list, literal, nullable, object, optional, string } from './shape.ts';
import { parseStrictJson } from './strict-json.ts';

/** The most that registries accept for a manifest. OCI distribution spec, "Pushing Manifests". */
export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
export const MAX_LAYERS = 1000;
export const MAX_MANIFESTS = 10_000;

export const MEDIA_TYPES = {
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerManifestList: 'application/vnd.docker.distribution.manifest.list.v2+json',
} as const;

const KINDS: Readonly<Record<string, 'manifest' | 'index'>> = {
  [MEDIA_TYPES.ociManifest]: 'manifest',
  [MEDIA_TYPES.dockerManifest]: 'manifest',
  [MEDIA_TYPES.ociIndex]: 'index',
  [MEDIA_TYPES.dockerManifestList]: 'index',
};

const SCHEMA1_MEDIA_TYPES: ReadonlySet<string> = new Set([
  'application/vnd.docker.distribution.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v1+prettyjws',
]);

/** One image or artifact. OCI image spec, manifest.md; Docker image manifest v2, schema 2. */
export interface Manifest {
  readonly kind: 'manifest';
  readonly mediaType: string;
  readonly artifactType: string | null;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  /** The manifest that this one is attached to. */
  readonly subject: Descriptor | null;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Manifests of one image for several platforms, or of several images. OCI image spec, image-index.md. */
export interface ImageIndex {
  readonly kind: 'index';
  readonly mediaType: string;
  readonly manifests: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
}

/** True for the media types of indexes and manifest lists. */
export function isIndexMediaType(mediaType: string): boolean {
  return KINDS[mediaType] === 'index';
}

/** True for every media type that {@link parseManifest} reads. */
export function isManifestMediaType(mediaType: string): boolean {
  return Object.hasOwn(KINDS, mediaType);
}

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

const head = object({ schemaVersion: literal(2), mediaType: optional(string(255)) });

const manifestShape = object({
  config: descriptor,
  layers: nullable(list(descriptor, MAX_LAYERS)),
  artifactType: optional(string(255)),
  subject: optional(descriptor),
  annotations: stringMap,
});

const indexShape = object({
  manifests: nullable(list(descriptor, MAX_MANIFESTS)),
  annotations: stringMap,
});

const FIELDS = ['schemaVersion', 'mediaType', 'config', 'layers', 'manifests', 'annotations', 'artifactType'];
const DESCRIPTOR_FIELDS = ['mediaType', 'digest', 'size', 'platform', 'annotations'];

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;

/** Which of the two a document is, from its media types and, where there are none, from what it contains. */
function kindOf(value: unknown, named: string | undefined, subject: string): 'manifest' | 'index' {
  const refuse = (message: string): OciError =>
    new OciError('MANIFEST_INVALID', `${subject} ${message}`, { subject });
  if (fieldOf(value, 'schemaVersion') === 1 || (named !== undefined && SCHEMA1_MEDIA_TYPES.has(named))) {
    throw new OciError('MANIFEST_SCHEMA1', `${subject} is a Docker schema 1 manifest`, { subject });
  }
  const { mediaType: written } = readShape(head, value, subject);
  if (named !== undefined && written && written !== named) {
    throw refuse(`calls itself ${written}, but was announced as ${named}`);
  }
  // A document with both is an image for one program and an index for another (CVE-2021-41190).
  const [layered, listed] = [
    fieldOf(value, 'layers') !== undefined,
    fieldOf(value, 'manifests') !== undefined,
  ];
  if (layered && listed) throw refuse('has both "layers" and "manifests"');
  const kind = listed ? 'index' : 'manifest';
  const mediaType = named ?? written;
  if (!mediaType) return kind;
  const announced = KINDS[mediaType];
  if (announced === undefined) throw refuse(`has the media type ${mediaType}, which is none of an image`);
  if (announced !== kind && (layered || listed))
    throw refuse(`is announced as ${mediaType}, but is of the other kind`);
  return announced;
}

/**
 * Reads a manifest or an index, OCI's or Docker's.
 *
 * @param mediaType as the registry's Content-Type or the descriptor announced it, when one did
 * @param subject what the document is, for messages
 * @throws {OciError} MANIFEST_INVALID, MANIFEST_SCHEMA1
 */
export function parseManifest(
  bytes: Uint8Array,
  mediaType: string | undefined,
  subject: string,
): Manifest | ImageIndex {
  const value = parseStrictJson(bytes, { subject, maxBytes: MAX_MANIFEST_BYTES });
  refuseCaseVariants(value, FIELDS, subject);
  const kind = kindOf(value, mediaType, subject);
  for (const name of ['layers', 'manifests', 'config']) {
    const field = fieldOf(value, name);
    for (const item of Array.isArray(field) ? field : [field]) {
      refuseCaseVariants(item, DESCRIPTOR_FIELDS, `${subject}, "${name}",`);
    }
  }
  const written = fieldOf(value, 'mediaType');
  const known = mediaType ?? (typeof written === 'string' && written !== '' ? written : undefined);
  if (kind === 'index') {
    const found = readShape(indexShape, value, subject);
    return {
      kind,
      mediaType: known ?? MEDIA_TYPES.ociIndex,
      manifests: found.manifests ?? [],
      annotations: found.annotations,
    };
  }
  const found = readShape(manifestShape, value, subject);
  return {
    kind,
    mediaType: known ?? MEDIA_TYPES.ociManifest,
    artifactType: found.artifactType || null,
    config: found.config,
    layers: found.layers ?? [],
    subject: found.subject ?? null,
    annotations: found.annotations,
  };
}
