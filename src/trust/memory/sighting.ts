import type { Digest } from '../../model/digest.ts';
import type { Endorsement } from '../../model/trust.ts';
import { ShapeMismatch } from '../../oci/shape.ts';
import { observe } from '../provenance/expectations.ts';
import { isProvenanceType, readProvenance } from '../provenance/read-provenance.ts';
import type { SignedTag } from '../tags/signed-tag.ts';
import type { Sighting } from './repository-memory.ts';
import type { SightedMark } from './tag-mark.ts';

/** What a verification found, as far as it is remembered. */
export interface SightedImage {
  /** Of those who are believed. */
  readonly endorsements: readonly Endorsement[];
  /** Null where no tag led to the image. */
  readonly tag: string | null;
  /** By those who are believed; null where none is asked for. */
  readonly signedTag: SignedTag | null;
  /** What the reference led to. */
  readonly digest: Digest;
  /** RFC 3339; null where the image does not say. */
  readonly created: string | null;
}

export function toSighting({ endorsements, tag, signedTag, digest, created }: SightedImage): Sighting {
  const provenances = endorsements.flatMap(({ statement }) => {
    if (statement === null || !isProvenanceType(statement.predicateType)) return [];
    const provenance = readProvenance(statement);
    return provenance instanceof ShapeMismatch ? [] : [provenance];
  });
  const times = endorsements.flatMap((endorsement) => endorsement.times.map(({ at }) => at));
  const verifiedTime = times.toSorted((a, b) => Date.parse(a) - Date.parse(b)).at(-1) ?? null;
  return {
    observation: observe(endorsements, provenances),
    tag: tag === null ? null : { name: tag, digest, created, verifiedTime },
    mark: signedTag === null ? null : toMark(signedTag),
  };
}

function toMark({ tag, newest }: SignedTag): SightedMark {
  return { tag, mark: newest === null ? null : { version: newest.version, digest: newest.digest } };
}
