import { type Digest, isDigest } from '../../model/digest.ts';
import type { Check } from '../../model/trust.ts';
import { check } from '../checks.ts';
import type { Provenance } from './provenance.ts';

/** An image that another was built on or with. */
export interface UsedImage {
  /** `docker.io/library/debian:12`, as the provenance names it. */
  readonly name: string;
  readonly digest: Digest | null;
  readonly isTool: boolean;
}

/** The images that a build used, each once. */
export function baseImagesOf({ dependencies }: Pick<Provenance, 'dependencies'>): readonly UsedImage[] {
  const found = new Map<string, UsedImage>();
  for (const { kind, name, digests, isTool } of dependencies) {
    if (kind !== 'image') continue;
    const digest = imageDigest(name, digests);
    found.set(`${name} ${digest ?? ''}`, { name, digest, isTool });
  }
  return [...found.values()];
}

function imageDigest(name: string, digests: Readonly<Record<string, string>>): Digest | null {
  const stated = ['sha256', 'sha512'].map((algorithm) => `${algorithm}:${digests[algorithm] ?? ''}`);
  return [...stated, name.slice(name.indexOf('@') + 1)].find(isDigest) ?? null;
}

/** A base of a base of a base: deeper chains are not verified, and the report says so. */
export const MAX_BASE_DEPTH = 5;
/** Base images of one image that are verified. */
export const MAX_BASES = 16;

export interface BasesToVerify {
  /** By digest, never by the tag beside it, which may have moved since. */
  readonly bases: readonly (UsedImage & { readonly digest: Digest })[];
  /** Those that are not, and why. */
  readonly notChecked: readonly Check[];
}

/**
 * Which base images are to be verified next.
 *
 * @param trail digests from the image that was asked for down to this one, which must not come again: provenance that names
 *   its own image as a base would never end
 */
export function basesToVerify(
  provenance: Pick<Provenance, 'dependencies'>,
  trail: readonly Digest[],
  evidence: Digest | null,
): BasesToVerify {
  const bases: (UsedImage & { readonly digest: Digest })[] = [];
  const notChecked: Check[] = [];
  const skip = (reason: string) =>
    notChecked.push(check('provenance.bases', 'not-checked', evidence, reason));
  for (const { name, digest, isTool } of baseImagesOf(provenance)) {
    if (digest === null) skip(`${name} is named without a digest`);
    else if (trail.includes(digest)) skip(`${name} is named as a base of itself`);
    else if (trail.length > MAX_BASE_DEPTH)
      skip(`${name} lies deeper than ${MAX_BASE_DEPTH} base images, which is as far as is looked`);
    else if (bases.length === MAX_BASES) skip(`${name} is one of more than ${MAX_BASES} base images`);
    else bases.push({ name, digest, isTool });
  }
  return { bases, notChecked };
}
