import { createHash } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { parseDigest, type Digest } from '../../src/model/digest.ts';
import { tarArchive, type ArchiveEntry } from './tar-writer.ts';

/*
 * Small images for tests, from entries in memory:
 *
 *   const base = buildLayer([{ path: 'etc/os-release', content: 'ID=alpine\n' }]);
 *   const image = buildImage({ layers: [base, buildLayer([…], 'zstd')] });
 *   const index = buildIndex([image, buildImage({ layers: [base], platform: { os: 'linux', architecture: 'arm64' } })]);
 *
 * `image.blobs` and `index.blobs` hold everything by digest. See `layouts.ts` for directories and archives.
 * The same input gives the same bytes.
 */

/** Content with its address. */
export interface BuiltBlob {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly bytes: Buffer;
}

export interface BuiltLayer extends BuiltBlob {
  readonly diffId: Digest;
  /** The uncompressed archive. */
  readonly tar: Buffer;
  /** Of its descriptor in the manifest. */
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface ImageRecipe {
  readonly layers: readonly BuiltLayer[];
  /** Default: linux/amd64. */
  readonly platform?: { readonly os: string; readonly architecture: string; readonly variant?: string };
  /** Replaces fields of the configuration; `config` holds what the image is started with. */
  readonly configuration?: Readonly<Record<string, unknown>>;
  /** Default: one step for each layer. */
  readonly history?: readonly Readonly<Record<string, unknown>>[];
  readonly annotations?: Readonly<Record<string, string>>;
  /** Which media types the manifest uses. Default: `oci`. */
  readonly format?: 'oci' | 'docker';
}

export interface BuiltImage extends BuiltBlob {
  readonly recipe: ImageRecipe;
  readonly configuration: BuiltBlob;
  /** Manifest, configuration and layers. */
  readonly blobs: ReadonlyMap<string, BuiltBlob>;
}

export interface BuiltIndex extends BuiltBlob {
  /** Everything below the index, and the index itself. */
  readonly blobs: ReadonlyMap<string, BuiltBlob>;
}

export type BuiltRoot = BuiltImage | BuiltIndex;

const TYPES = {
  oci: {
    manifest: 'application/vnd.oci.image.manifest.v1+json',
    index: 'application/vnd.oci.image.index.v1+json',
    configuration: 'application/vnd.oci.image.config.v1+json',
    layer: {
      gzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
      zstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
      none: 'application/vnd.oci.image.layer.v1.tar',
    },
  },
  docker: {
    manifest: 'application/vnd.docker.distribution.manifest.v2+json',
    index: 'application/vnd.docker.distribution.manifest.list.v2+json',
    configuration: 'application/vnd.docker.container.image.v1+json',
    layer: {
      gzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
      zstd: 'application/vnd.docker.image.rootfs.diff.tar.zstd',
      none: 'application/vnd.docker.image.rootfs.diff.tar',
    },
  },
} as const;

export const sha256 = (bytes: Uint8Array): Digest =>
  parseDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);

export function buildBlob(content: Uint8Array | object, mediaType: string): BuiltBlob {
  const bytes = content instanceof Uint8Array ? Buffer.from(content) : Buffer.from(JSON.stringify(content));
  return { mediaType, digest: sha256(bytes), bytes };
}

/** The descriptor of a blob, with further fields such as `platform` or `annotations`. */
export function descriptorOf(blob: BuiltBlob, further: object = {}): object {
  return { mediaType: blob.mediaType, digest: blob.digest, size: blob.bytes.byteLength, ...further };
}

export function buildLayer(
  entries: readonly ArchiveEntry[],
  compression: 'gzip' | 'zstd' | 'none' = 'gzip',
): BuiltLayer {
  const tar = tarArchive(entries);
  const bytes = { gzip: () => gzipSync(tar), zstd: () => zstdCompressSync(tar), none: () => tar }[
    compression
  ]();
  return { ...buildBlob(bytes, TYPES.oci.layer[compression]), diffId: sha256(tar), tar };
}

function compressionOf(layer: BuiltLayer): 'gzip' | 'zstd' | 'none' {
  return layer.bytes.equals(layer.tar) ? 'none' : layer.mediaType.endsWith('zstd') ? 'zstd' : 'gzip';
}

/** A manifest with its configuration. The configuration's fields can be replaced to make it wrong. */
export function buildImage(recipe: ImageRecipe): BuiltImage {
  const types = TYPES[recipe.format ?? 'oci'];
  const configuration = buildBlob(
    {
      ...(recipe.platform ?? { os: 'linux', architecture: 'amd64' }),
      config: { Env: ['PATH=/usr/bin'], Cmd: ['/bin/sh'] },
      rootfs: { type: 'layers', diff_ids: recipe.layers.map(({ diffId }) => diffId) },
      history: recipe.history ?? recipe.layers.map((_, index) => ({ created_by: `step ${index}` })),
      ...recipe.configuration,
    },
    types.configuration,
  );
  const layers = recipe.layers.map((layer) => ({ ...layer, mediaType: types.layer[compressionOf(layer)] }));
  const manifest = buildBlob(
    {
      schemaVersion: 2,
      mediaType: types.manifest,
      config: descriptorOf(configuration),
      layers: layers.map((layer) =>
        descriptorOf(layer, layer.annotations === undefined ? {} : { annotations: layer.annotations }),
      ),
      ...(recipe.annotations ? { annotations: recipe.annotations } : {}),
    },
    types.manifest,
  );
  const blobs = new Map([manifest, configuration, ...layers].map((blob) => [String(blob.digest), blob]));
  return { ...manifest, recipe, configuration, blobs };
}

/** An index of images (each with its platform) and of indexes in it; `further` adds entries such as attestations. */
export function buildIndex(
  roots: readonly BuiltRoot[],
  options: {
    readonly format?: 'oci' | 'docker';
    readonly further?: readonly object[];
    readonly attached?: readonly BuiltAttachment[];
  } = {},
): BuiltIndex {
  const { attached = [] } = options;
  const type = TYPES[options.format ?? 'oci'].index;
  const manifests = roots.map((root) =>
    descriptorOf(
      root,
      'recipe' in root ? { platform: root.recipe.platform ?? { os: 'linux', architecture: 'amd64' } } : {},
    ),
  );
  const index = buildBlob(
    {
      schemaVersion: 2,
      mediaType: type,
      manifests: [...manifests, ...attached.map(({ entry }) => entry), ...(options.further ?? [])],
    },
    type,
  );
  const blobs = new Map([
    ...[...roots, ...attached].flatMap((root) => [...root.blobs]),
    [String(index.digest), index] as const,
  ]);
  return { ...index, blobs };
}

/** Something attached to an image, and how an index or a layout lists it. */
export interface BuiltAttachment extends BuiltIndex {
  readonly entry: object;
}

export interface AttachmentRecipe {
  readonly content: object;
  readonly mediaType: string;
  readonly artifactType?: string;
  /** Writes it as BuildKit writes attestations, about a predicate of this type; else as an artifact with a subject. */
  readonly predicateType?: string;
}

export function buildAttachment(image: BuiltImage, recipe: AttachmentRecipe): BuiltAttachment {
  const { predicateType, artifactType, mediaType } = recipe;
  const content = buildBlob(recipe.content, mediaType);
  const empty = buildBlob({}, 'application/vnd.oci.empty.v1+json');
  const asBuildKit = predicateType !== undefined;
  const layer = descriptorOf(
    content,
    asBuildKit ? { annotations: { 'in-toto.io/predicate-type': predicateType } } : {},
  );
  const manifest = buildBlob(
    {
      schemaVersion: 2,
      mediaType: TYPES.oci.manifest,
      ...(artifactType === undefined ? {} : { artifactType }),
      config: descriptorOf(empty),
      layers: [layer],
      ...(asBuildKit ? {} : { subject: descriptorOf(image) }),
    },
    TYPES.oci.manifest,
  );
  const blobs = new Map([manifest, empty, content].map((blob) => [String(blob.digest), blob]));
  const entry = descriptorOf(
    manifest,
    asBuildKit
      ? {
          platform: { os: 'unknown', architecture: 'unknown' },
          annotations: {
            'vnd.docker.reference.type': 'attestation-manifest',
            'vnd.docker.reference.digest': image.digest,
          },
        }
      : artifactType === undefined
        ? {}
        : { artifactType },
  );
  return { ...manifest, blobs, entry };
}
