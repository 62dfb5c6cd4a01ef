import { buildBlob, descriptorOf, type BuiltBlob, type BuiltIndex } from './image-builder.ts';

/*
 * Manifests that hold evidence, right or wrong in any field:
 *
 *   const signature = buildReferrer(image, { layers: [{ content: { a: 1 }, mediaType: BUNDLE }] });
 *   addImage(repository, signature);
 */

export const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
export const IN_TOTO = 'application/vnd.in-toto+json';
export const SIMPLE_SIGNING = 'application/vnd.dev.cosign.simplesigning.v1+json';
export const DSSE = 'application/vnd.dsse.envelope.v1+json';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';

export interface EvidenceLayerRecipe {
  readonly content: Uint8Array | object;
  readonly mediaType: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** What its descriptor says instead of its size. */
  readonly statedSize?: number;
}

export interface EvidenceRecipe {
  readonly layers: readonly EvidenceLayerRecipe[];
  /** Default: the type of the first layer. Null leaves it out. */
  readonly artifactType?: string | null;
  readonly configType?: string;
  /** Replaces fields of the subject's descriptor; null leaves the subject out. */
  readonly subject?: object | null;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A manifest that refers to another one. */
export function buildReferrer(subject: BuiltBlob, recipe: EvidenceRecipe): BuiltIndex {
  const layers = recipe.layers.map((layer) => ({
    ...layer,
    blob: buildBlob(layer.content, layer.mediaType),
  }));
  const config = buildBlob({}, recipe.configType ?? 'application/vnd.oci.empty.v1+json');
  const { artifactType = recipe.layers[0]?.mediaType, annotations } = recipe;
  const manifest = buildBlob(
    {
      schemaVersion: 2,
      mediaType: MANIFEST,
      ...(artifactType === null ? {} : { artifactType }),
      config: descriptorOf(config),
      layers: layers.map(({ blob, statedSize, annotations: notes }) =>
        descriptorOf(blob, {
          ...(statedSize === undefined ? {} : { size: statedSize }),
          ...(notes === undefined ? {} : { annotations: notes }),
        }),
      ),
      ...(recipe.subject === null ? {} : { subject: descriptorOf(subject, recipe.subject) }),
      ...(annotations === undefined ? {} : { annotations }),
    },
    MANIFEST,
  );
  const blobs = [manifest, config, ...layers.map(({ blob }) => blob)];
  return { ...manifest, blobs: new Map(blobs.map((blob) => [String(blob.digest), blob])) };
}

/** A bundle, as far as nobody verifies it; the number makes it different from others. */
export function buildSignature(
  subject: BuiltBlob,
  number: number,
  recipe: Partial<EvidenceRecipe> = {},
): BuiltIndex {
  const content = { mediaType: BUNDLE, verificationMaterial: { number }, dsseEnvelope: {} };
  return buildReferrer(subject, { layers: [{ content, mediaType: BUNDLE }], ...recipe });
}

/** How BuildKit lists an attestation in the index of the image. */
export function attestationEntry(attestation: BuiltBlob, about: BuiltBlob | string | null): object {
  const digest = about !== null && typeof about === 'object' ? about.digest : about;
  return descriptorOf(attestation, {
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: {
      'vnd.docker.reference.type': 'attestation-manifest',
      ...(digest === null ? {} : { 'vnd.docker.reference.digest': digest }),
    },
  });
}

/** The index behind the tag that stands in for the list of referrers. */
export function buildFallback(
  entries: readonly { readonly of: BuiltBlob; readonly further?: object }[],
): BuiltIndex {
  const manifests = entries.map(({ of, further }) => descriptorOf(of, further));
  const index = buildBlob({ schemaVersion: 2, mediaType: INDEX, manifests }, INDEX);
  return { ...index, blobs: new Map([[String(index.digest), index]]) };
}
