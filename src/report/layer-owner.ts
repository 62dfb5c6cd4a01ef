import type { AssessedImage, Assessment } from '../model/assessment.ts';
import type { Digest } from '../model/digest.ts';

/** Whose layers: the base image's, or those that were built on it. */
export type LayerOwner = 'base' | 'own';

/** Whose a layer is; null where the base, or where it ends, is not known. */
export function layerOwner({ layers }: AssessedImage, diffId: Digest | null): LayerOwner | null {
  const base = layers.find((layer) => layer.diffId === diffId)?.base ?? null;
  return base === null ? null : base ? 'base' : 'own';
}

/** The packages and findings of one's own layers, or of the base image's. */
export function ofLayers(assessment: Assessment, owner: LayerOwner): Assessment {
  const { image, packages, findings, files, secrets } = assessment;
  const isOf = (layer: Digest | null) => layerOwner(image, layer) === owner;
  return {
    ...assessment,
    packages: packages.filter(({ layer }) => isOf(layer)),
    findings: findings.filter((finding) => isOf(finding.package.layer)),
    files: files.filter(({ layer }) => isOf(layer)),
    secrets: secrets.filter(({ place }) => place.kind !== 'file' || isOf(place.layer)),
  };
}

/** `docker.io/library/debian:12, 1 of 4 layers (index)`; empty where nothing is known. Not escaped. */
export function describeBase({ base, layers }: AssessedImage): string {
  if (base === null) return '';
  const name = base.names.slice(0, 3).join(', ') || base.digest || 'unnamed';
  const where =
    base.layers === null ? 'its layers are not known' : `${base.layers} of ${layers.length} layers`;
  return `${name}, ${where} (${base.source})`;
}
