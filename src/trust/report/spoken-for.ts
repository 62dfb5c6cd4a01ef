import type { Digest } from '../../model/digest.ts';
import type { Endorsement } from '../../model/trust.ts';
import { stableIdentity } from '../identity/stable-identity.ts';

/** For each image that is to be used the manifests that speak for it: itself, and the indexes around it. */
export type Speakers = readonly (readonly Digest[])[];

/** An endorsement of something that is to be used. */
export interface SpokenFor {
  readonly endorsement: Endorsement;
  /** For how many of the images its signer speaks, by this one and others of the same meaning. */
  readonly images: number;
}

/**
 * The endorsements that speak for an image that is to be used. The others are sound and say nothing of it: anybody can put what
 * somebody else signed into an index beside an image of their own.
 */
export function spokenFor(speakers: Speakers, endorsements: readonly Endorsement[]): readonly SpokenFor[] {
  const all = new Set(speakers.flat());
  const speaking = endorsements.filter(({ subject }) => all.has(subject));
  const bySigner = Map.groupBy(speaking, voiceOf);
  return speaking.map((endorsement) => {
    const said = bySigner.get(voiceOf(endorsement)) ?? [];
    return { endorsement, images: countImages(speakers, new Set(said.map(({ subject }) => subject))) };
  });
}

const voiceOf = ({ signer, meaning }: Endorsement): string => `${meaning} ${stableIdentity(signer)}`;

/** For how many images something is said that is said about some manifests. */
export function countImages(speakers: Speakers, about: ReadonlySet<Digest>): number {
  return speakers.filter((digests) => digests.some((digest) => about.has(digest))).length;
}
