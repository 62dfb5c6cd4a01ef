/** What statements about tags count for by a policy. */
import type { Endorsement } from '../../model/trust.ts';
import { ShapeMismatch } from '../../oci/shape.ts';
import { TAG_TYPE } from '../statements/predicate-types.ts';
import { concerns, faultOf, readTagWord, type TagQuestion } from '../tags/signed-tag.ts';
import { type MissContext, missOf } from './misses.ts';
import type { Requirement, TrustPolicy } from './policy.ts';
import type { PolicyFacts } from './policy-facts.ts';

/** What the tag that led to an image is asked about; null where none did, for whoever names a digest needs no tag to be true. */
export function tagQuestion(
  { tag, isPinned, subjects: [root], now }: PolicyFacts,
  signedAs: string,
): TagQuestion | null {
  if (tag === null || isPinned || root === undefined) return null;
  return { repository: signedAs, tag, digest: root.digest, now };
}

/** The statements about tags, of whatever tag, by those whom the rule names and who could speak when they did. */
export function believedTagWords({ authorities }: TrustPolicy, context: MissContext): readonly Endorsement[] {
  const by = [...new Set(context.rule.requirements.flatMap((requirement) => requirement.by))];
  const named = by.flatMap((name) => {
    const authority = authorities[name];
    return authority === undefined ? [] : [{ name, authority }];
  });
  const asked: Requirement = { ...ANY_TAG_WORD, by };
  return context.facts.endorsements.filter((endorsement) =>
    named.some((each) => missOf(endorsement, each, asked, context) === null),
  );
}

const ANY_TAG_WORD: Omit<Requirement, 'by'> = {
  meaning: 'attestation',
  threshold: 1,
  predicateTypes: [TAG_TYPE],
  on: 'either',
  maxAgeSeconds: null,
  provenance: null,
  summary: null,
};

/** Why a statement about a tag is not the one that is asked for; null where it is, and for what is no such statement. */
export function tagWordMiss(endorsement: Endorsement, question: TagQuestion | null): string | null {
  if (endorsement.statement?.predicateType !== TAG_TYPE) return null;
  if (question === null) return 'no tag led to the image';
  const word = readTagWord(endorsement);
  if (word instanceof ShapeMismatch)
    return `${word.place === '' ? 'the predicate' : word.place}: ${word.message}`;
  if (concerns(word, question)) return faultOf(word, question);
  return `it is about ${word.repository}:${word.tags.join(', ')}, and not about ${question.repository}:${question.tag}`;
}
