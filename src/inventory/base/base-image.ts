/**
 * Which image an image was built on. What its builder states comes first: provenance, then the annotations and labels
 * that OCI defines for it. Where nobody states anything, the layers tell, if the base is in an index.
 */
import type { BaseImage } from '../../model/assessment.ts';
import { type Digest, isDigest } from '../../model/digest.ts';
import { chainIds } from '../../oci/chain-id.ts';
import { formatReference, parseReference } from '../../oci/reference.ts';
import { type BaseIndex, type BaseMatch, findBaseByLayers } from './base-index.ts';

/** What is known of an image that was built on another. */
export interface BuiltImage {
  readonly configDigest: Digest;
  readonly diffIds: readonly Digest[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Images that the builder says it used, from provenance. */
  readonly materials: readonly BaseMaterial[];
}

export interface BaseMaterial {
  /** `docker.io/library/debian:12` */
  readonly name: string;
  readonly digest: Digest | null;
}

/** OCI image spec, annotations.md, "Pre-Defined Annotation Keys". */
const BASE_NAME = 'org.opencontainers.image.base.name';
const BASE_DIGEST = 'org.opencontainers.image.base.digest';

/**
 * Finds the base image.
 *
 * @param index null when there is none
 * @returns null when nothing says what the base is
 */
export function findBaseImage(image: BuiltImage, index: BaseIndex | null): BaseImage | null {
  const match = index === null ? null : findBaseByLayers(index, chainIds(image.diffIds), image.configDigest);
  const stated =
    fromProvenance(image.materials, match) ??
    fromStatement(image.annotations, 'annotation', match) ??
    fromStatement(image.labels, 'label', match);
  const shown = fromLayers(match);
  // buildah writes the digest of an intermediate image that nobody else has
  const saysNothing = stated?.names.length === 0 && stated.layers === null;
  return stated === null || saysNothing ? (shown ?? stated) : stated;
}

/**
 * A build with several stages names an image for each. Only one can be the base: the one whose layers are there, or the
 * only one that is named.
 */
function fromProvenance(materials: readonly BaseMaterial[], match: BaseMatch | null): BaseImage | null {
  const shown = materials.filter(({ digest, name }) => isMatch(match, digest, name));
  const [base, ...others] = shown.length > 0 ? shown : materials;
  if (base === undefined || others.length > 0) return null;
  const { name, digest } = base;
  return {
    names: [name],
    digest,
    layers: layersOf(match, digest, name),
    source: 'provenance',
    because: `The build's provenance says that ${name} was used.`,
  };
}

function fromStatement(
  facts: Readonly<Record<string, string>>,
  source: 'annotation' | 'label',
  match: BaseMatch | null,
): BaseImage | null {
  const name = facts[BASE_NAME] || null;
  const written = facts[BASE_DIGEST] ?? '';
  const digest = isDigest(written) ? written : null;
  if (name === null && digest === null) return null;
  return {
    names: name === null ? [] : [name],
    digest,
    layers: layersOf(match, digest, name),
    source,
    because: `The image's ${source} ${name === null ? BASE_DIGEST : BASE_NAME} says so.`,
  };
}

function fromLayers(match: BaseMatch | null): BaseImage | null {
  if (match === null) return null;
  const { layers, images } = match;
  const [newest] = images;
  const count = layers === 1 ? 'The lowest layer is' : `The ${layers} lowest layers are`;
  return {
    names: [...new Set(images.flatMap(({ names }) => names))],
    digest: images.length === 1 ? (newest.indexDigest ?? newest.digest) : null,
    layers,
    source: 'index',
    because: `${count} those of this image in the index of base images.`,
  };
}

/** Where the stated base ends: known when the index has it, by digest or by name. */
function layersOf(match: BaseMatch | null, digest: Digest | null, name: string | null): number | null {
  return match !== null && isMatch(match, digest, name) ? match.layers : null;
}

/** Names are compared in full: an annotation may say `debian:12` where the index has `docker.io/library/debian:12`. */
function fullName(name: string): string {
  try {
    return formatReference(parseReference(name));
  } catch {
    return name; // no reference: compared as it stands
  }
}

function isMatch(match: BaseMatch | null, digest: Digest | null, name: string | null): boolean {
  return (match?.images ?? []).some(
    (image) =>
      (digest !== null && (image.digest === digest || image.indexDigest === digest)) ||
      (name !== null && image.names.includes(fullName(name))),
  );
}
