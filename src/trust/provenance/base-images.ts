import { type Digest, isDigest } from '../../model/digest.ts';
import type { Check } from '../../model/trust.ts';
import { check } from '../checks/checks.ts';
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

/**
 * Images that are verified for one that was asked for, whatever they name as their bases. Provenance is written by whoever
 * made the image: without a bound, a chain of images with many bases each would be verified for ever.
 */
export const MAX_IMAGES = 64;

export interface BasesToVerify {
  /** By digest, never by the tag beside it, which may have moved since. */
  readonly bases: readonly (UsedImage & { readonly digest: Digest })[];
  /** Those that are not, and why. */
  readonly notChecked: readonly Check[];
}

/**
 * Which base images are to be verified next.
 *
 * @param begun the image that was asked for, and all whose verification was begun for its sake: these are not verified again,
 *   also where an image names itself as its base
 */
export function basesToVerify(
  provenance: Pick<Provenance, 'dependencies'>,
  begun: ReadonlySet<Digest>,
  evidence: Digest | null,
): BasesToVerify {
  const bases: (UsedImage & { readonly digest: Digest })[] = [];
  const notChecked: Check[] = [];
  for (const { name, digest, isTool } of baseImagesOf(provenance)) {
    if (digest !== null && begun.has(digest)) continue;
    if (digest !== null && begun.size + bases.length < MAX_IMAGES) {
      bases.push({ name, digest, isTool });
      continue;
    }
    const reason =
      digest === null
        ? `${name} is named without a digest`
        : `${name} is beyond the ${MAX_IMAGES} images that are verified together`;
    notChecked.push(check('provenance.bases', 'not-checked', evidence, reason));
  }
  return { bases, notChecked };
}
