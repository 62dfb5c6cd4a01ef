/** How many of the published images have what they should have. */
import { PROVENANCE_TYPE } from '../admission/provenance.ts';
import type { PublishedImage } from '../ledger/entry.ts';
import type { TagStates } from '../ledger/tag-states.ts';
import type { ProgrammeState } from '../state/programme-state.ts';

/** Numbers of images that supported tags mean, each digest once. */
export interface EvidenceShares {
  readonly images: number;
  readonly withSbom: number;
  readonly withProvenance: number;
  /** An image is in the ledger only once its signature was read back from the registry and verified. */
  readonly signed: number;
  /** Images whose admission is not remembered any more: nothing but the signature is counted of them. */
  readonly unknown: number;
  /** Images that were built again from the same source on the same parents, and how many of them came out the same to the byte. */
  readonly rebuilt: number;
  readonly rebuiltIdentical: number;
}

/** in-toto attestation framework, "Vetted Predicates". */
const SBOM_TYPES: ReadonlySet<string> = new Set(['https://spdx.dev/Document', 'https://cyclonedx.org/bom']);

export function evidenceShares(tags: TagStates, state: Pick<ProgrammeState, 'admission'>): EvidenceShares {
  const images = publishedImages(tags);
  const admissions = images.map(({ buildId, generation }) => state.admission(buildId, generation));
  const having = (isWanted: (type: string) => boolean) =>
    admissions.filter((one) => one?.evidence.some(({ predicateType }) => isWanted(predicateType))).length;
  const rebuilt = images.flatMap(({ buildId, generation, digest }) => {
    const before = generation > 1 ? state.admission(buildId, generation - 1) : null;
    return before === null ? [] : [before.digest === digest];
  });
  return {
    images: images.length,
    withSbom: having((type) => SBOM_TYPES.has(type)),
    withProvenance: having((type) => type === PROVENANCE_TYPE),
    signed: images.length,
    unknown: admissions.filter((one) => one === null).length,
    rebuilt: rebuilt.length,
    rebuiltIdentical: rebuilt.filter(Boolean).length,
  };
}

/** What supported tags mean, each digest once. */
export function publishedImages(tags: TagStates): readonly PublishedImage[] {
  const images = new Map<string, PublishedImage>();
  for (const states of tags.values()) {
    for (const { published, retired } of states.values()) {
      if (retired !== null) continue;
      for (const image of published?.event.images ?? []) images.set(image.digest, image);
    }
  }
  return [...images.values()];
}
