import type { Claim, Freshness, Publisher, ReportedProvenance } from '../model/trust-report.ts';
import type { Endorsement } from '../model/trust.ts';
import type { SignedTag } from './tags/signed-tag.ts';
import { describeSigner } from './identity/describe-signer.ts';

export interface ClaimFacts {
  readonly endorsements: readonly Endorsement[];
  readonly provenance: readonly ReportedProvenance[];
  readonly publisher: Publisher;
  /** Null where nobody was asked what the tag means. */
  readonly signedTag: SignedTag | null;
  readonly freshness: Freshness;
}

/** What the evidence says, in the order of the questions: who made it, from what, is it current. */
export function makeClaims(facts: ClaimFacts): readonly Claim[] {
  return [
    ...whoClaims(facts),
    ...facts.provenance.flatMap(sourceClaims),
    ...tagClaims(facts),
    ...currentClaims(facts),
  ];
}

function whoClaims({ endorsements, publisher }: ClaimFacts): Claim[] {
  // one signer of index, images and attestations is one line
  const signers = new Map(endorsements.map((one) => [`${describeSigner(one.signer)} ${kindOf(one)}`, one]));
  return [
    ...[...signers.values()].map((one): Claim => ({
      question: 'who',
      topic: kindOf(one),
      statement: describeSigner(one.signer),
      basis: 'verified',
      evidence: one.evidence,
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

function sourceClaims(provenance: ReportedProvenance): Claim[] {
  const { source, builder, level, materials, basis, evidence } = provenance;
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
    ...(where === '' ? [] : [claim('source', commit === null ? where : `${where}, commit ${commit}`)]),
    ...(builder === null || builder === '' ? [] : [claim('builder', builder)]),
    claim('SLSA build', `level ${level.build}: ${level.because}`),
    ...built.map(({ name, digest }) => claim('made with', digest === null ? name : `${name} (${digest})`)),
  ];
}

/** What the tag means, where somebody who is believed says so and is still to be believed. */
function tagClaims({ signedTag }: ClaimFacts): Claim[] {
  const newest = signedTag?.newest ?? null;
  const holds = signedTag?.checks.some(({ id, outcome }) => id === 'tag.signed' && outcome === 'passed');
  if (newest === null || holds !== true) return [];
  const { tag, expires, signer, evidence } = newest;
  const statement = `${tag} means this digest until ${expires}, says ${describeSigner(signer)}`;
  return [{ question: 'current', topic: 'tag', statement, basis: 'verified', evidence }];
}

function currentClaims({ endorsements, freshness }: ClaimFacts): Claim[] {
  const claims: Claim[] = [];
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
  for (const { expires, evidence } of endorsements) {
    if (expires === null) continue;
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
