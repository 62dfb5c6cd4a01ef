import type { Claim, Freshness, Publisher, ReportedProvenance } from '../../model/trust-report.ts';
import type { Endorsement } from '../../model/trust.ts';
import type { SignedTag } from '../tags/signed-tag.ts';
import { retiredTags } from '../tags/tag-state.ts';
import { describeSigner } from '../identity/describe-signer.ts';
import { countImages, type Speakers, type SpokenFor } from './spoken-for.ts';

export interface ClaimFacts {
  readonly speakers: Speakers;
  readonly spoken: readonly SpokenFor[];
  /** Said by signers whom the rule does not name. */
  readonly strangers: ReadonlySet<Endorsement>;
  readonly provenance: readonly ReportedProvenance[];
  readonly publisher: Publisher;
  /** Null where nobody was asked what the tag means. */
  readonly signedTag: SignedTag | null;
  readonly freshness: Freshness;
}

/** What the evidence says, in the order of the questions: who made it, from what, is it current. */
export function makeClaims(facts: ClaimFacts): readonly Claim[] {
  return [...whoClaims(facts), ...sourceClaims(facts), ...tagClaims(facts), ...currentClaims(facts)];
}

function whoClaims({ spoken, speakers, strangers, publisher }: ClaimFacts): Claim[] {
  // one signer of index, images and attestations is one line
  const signers = new Map(
    spoken.map((one) => [`${describeSigner(one.endorsement.signer)} ${kindOf(one.endorsement)}`, one]),
  );
  return [
    ...[...signers.values()].map(({ endorsement, images }): Claim => ({
      question: 'who',
      topic: kindOf(endorsement),
      statement: signerOf(endorsement, strangers) + forImages(images, speakers),
      basis: 'verified',
      evidence: endorsement.evidence,
    })),
    {
      question: 'who',
      topic: 'publisher',
      statement: `${publisher.name ?? (publisher.class === 'unknown' ? 'not known' : publisher.class)}: ${publisher.because}`,
      basis: publisher.basis,
      evidence: publisher.evidence,
    },
  ];
}

const kindOf = ({ meaning }: Endorsement): string => (meaning === 'signature' ? 'signed by' : 'attested by');

const signerOf = (endorsement: Endorsement, strangers: ReadonlySet<Endorsement>): string =>
  describeSigner(endorsement.signer) + (strangers.has(endorsement) ? ', whom the rule does not name' : '');

/** For how many of the images, where it is not for all of them. */
const forImages = (images: number, speakers: Speakers): string =>
  images === speakers.length ? '' : `, for ${images} of ${speakers.length} images`;

/** What all provenance says; the same of several images is one line. */
function sourceClaims({ provenance, spoken, speakers, strangers }: ClaimFacts): Claim[] {
  const said = provenance.flatMap((one) =>
    claimsOf(
      one,
      spoken.find(({ endorsement }) => endorsement.evidence === one.evidence)?.endorsement ?? null,
      strangers,
    ).map((claim) => ({ claim, about: one.about })),
  );
  const same = Map.groupBy(said, ({ claim: { topic, statement, basis } }) =>
    JSON.stringify([topic, statement, basis]),
  );
  return [...same.values()].flatMap((group) => {
    const [first] = group;
    const images = countImages(speakers, new Set(group.map(({ about }) => about)));
    // what it says of a manifest that is not to be used is beside the question
    if (first === undefined || images === 0) return [];
    return [{ ...first.claim, statement: first.claim.statement + forImages(images, speakers) }];
  });
}

/** What one provenance says, and first who it is that says so. */
function claimsOf(
  { source, builder, level, materials, basis, evidence }: ReportedProvenance,
  endorsement: Endorsement | null,
  strangers: ReadonlySet<Endorsement>,
): Claim[] {
  const claim = (topic: string, statement: string): Claim => ({
    question: 'from-what',
    topic,
    statement,
    basis,
    evidence,
  });
  const commit = source?.commit ?? null;
  const where = [source?.uri, source?.ref].filter((part) => part !== null && part !== undefined).join(' at ');
  const built = materials.filter(({ kind }) => kind === 'image');
  return [
    ...(endorsement === null ? [] : [claim('stated by', signerOf(endorsement, strangers))]),
    ...(where === '' ? [] : [claim('source', commit === null ? where : `${where}, commit ${commit}`)]),
    ...(builder === null || builder === '' ? [] : [claim('builder', builder)]),
    claim('SLSA build', `level ${level.build}: ${level.because}`),
    ...built.map(({ name, digest }) => claim('made with', digest === null ? name : `${name} (${digest})`)),
  ];
}

/** What the tag means, where somebody who is believed says so and is still to be believed. */
function tagClaims({ signedTag }: ClaimFacts): Claim[] {
  if (signedTag?.newest === undefined || signedTag.newest === null) return [];
  const { tag, newest, checks } = signedTag;
  if (!checks.some(({ id, outcome }) => id === 'tag.signed' && outcome === 'passed')) return [];
  const { expires, signer, evidence } = newest;
  const statement = `${tag} means this digest until ${expires}, says ${describeSigner(signer)}`;
  return [{ question: 'current', topic: 'tag', statement, basis: 'verified', evidence }];
}

function currentClaims({ spoken, strangers, freshness }: ClaimFacts): Claim[] {
  const claims: Claim[] = [];
  // anybody can sign an old image today
  const endorsements = spoken
    .map(({ endorsement }) => endorsement)
    .filter((endorsement) => !strangers.has(endorsement));
  const newest = endorsements
    .flatMap(({ times, evidence }) => times.map((time) => ({ ...time, evidence })))
    .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))[0];
  if (newest !== undefined) {
    const by = newest.source === 'log' ? 'the transparency log' : 'the timestamp authority';
    claims.push({
      question: 'current',
      topic: 'signed',
      statement: `${newest.at}, says ${by} ${newest.by}`,
      basis: 'verified',
      evidence: newest.evidence,
    });
  }
  const ends = endorsements.flatMap(({ expires, evidence }) =>
    expires === null ? [] : [{ expires, evidence }],
  );
  for (const { state, tags, endorsement } of retiredTags(endorsements)) {
    const { repository, since, successor } = state;
    const next =
      successor === null ? '' : `; ${successor} takes ${tags.length === 1 ? 'its' : 'their'} place`;
    claims.push({
      question: 'current',
      topic: 'retired',
      statement: `${tags.map((tag) => `${repository}:${tag}`).join(', ')} since ${since}${next}, says ${describeSigner(endorsement.signer)}`,
      basis: 'verified',
      evidence: endorsement.evidence,
    });
  }
  for (const { expires, evidence } of new Map(ends.map((one) => [one.expires, one])).values()) {
    claims.push({
      question: 'current',
      topic: 'valid until',
      statement: expires,
      basis: 'verified',
      evidence,
    });
  }
  const { tag } = freshness;
  if (tag !== null) {
    const moved =
      tag.movedAt === null
        ? `has pointed to this since it was first seen here on ${tag.firstSeen}`
        : `moved here on ${tag.movedAt}, from ${tag.previous ?? 'another digest'}; moved ${tag.times === 1 ? 'once' : `${tag.times} times`} since ${tag.firstSeen}`;
    claims.push({
      question: 'current',
      topic: 'tag',
      statement: moved,
      basis: 'verified',
      evidence: null,
    });
  }
  return claims;
}
