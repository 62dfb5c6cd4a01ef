import type { Digest } from '../../model/digest.ts';
import type { Endorsement } from '../../model/trust.ts';
import { describeSigner } from '../identity/describe-signer.ts';
import { stableIdentity } from '../identity/stable-identity.ts';
import { isAboutTag } from '../statements/predicate-types.ts';
import { judgeTag, type SignedTag, type TagQuestion } from '../tags/signed-tag.ts';
import { matchingRules } from './choose-rule.ts';
import { describeAsked } from './describe.ts';
import { type Miss, type MissContext, missOf } from './misses.ts';
import { mostDistinct, type Voice } from './most-distinct.ts';
import type { PolicyFallback, Requirement, RequirementResult, TrustPolicy, TrustRule } from './policy.ts';
import { type PolicyFacts, speakersFor } from './policy-facts.ts';
import { signedName } from './signed-name.ts';
import { believedTagWords, tagQuestion, tagWordMiss } from './tag-words.ts';

/** What a policy says of what is to be used. `decideVerdict` makes the verdict of it. */
export interface PolicyDecision {
  /** The most specific rule, and by which of its patterns; null when none speaks of the repository. */
  readonly rule: TrustRule | null;
  readonly pattern: string | null;
  /** Of the rule, in its order. */
  readonly requirements: readonly RequirementResult[];
  /** What is signed of the tag by those whom the rule names; null where no tag led to the image, or nobody is named. */
  readonly signedTag: SignedTag | null;
  readonly fallback: PolicyFallback;
}

/** Applies a policy. Pure: the same facts always get the same answer. */
export function evaluatePolicy(policy: TrustPolicy, facts: PolicyFacts): PolicyDecision {
  const [match] = facts.repository === null ? [] : matchingRules(policy, facts.repository);
  const { fallback } = policy;
  if (match === undefined) return { rule: null, pattern: null, requirements: [], signedTag: null, fallback };
  const rule = hasExpired(match.rule, facts.now) ? { ...match.rule, always: 'refuse' as const } : match.rule;
  const pattern = match.pattern.text;
  if (rule.always !== null) return { rule, pattern, requirements: [], signedTag: null, fallback };
  const context = { facts, rule: match.rule, signedAs: signedName(facts.repository ?? '', match) };
  const question = tagQuestion(facts, context.signedAs);
  return {
    rule,
    pattern,
    requirements: rule.requirements
      .filter((each) => question !== null || !isAboutTag(each))
      .map((each) => judge(each, { policy, context, question })),
    signedTag: question === null ? null : judgeTag(believedTagWords(policy, context), question),
    fallback,
  };
}

const hasExpired = ({ expires }: TrustRule, now: number): boolean =>
  expires !== null && now >= Date.parse(expires);

interface Surroundings {
  readonly policy: TrustPolicy;
  readonly context: MissContext;
  readonly question: TagQuestion | null;
}

/** Whether everything that is to be used is spoken for by as many as the requirement asks for. */
function judge(requirement: Requirement, { policy, context, question }: Surroundings): RequirementResult {
  const { facts } = context;
  const voices: (Voice<Endorsement> & { readonly subject: Digest })[] = [];
  const misses: Miss[] = [];
  for (const endorsement of facts.endorsements) {
    for (const name of requirement.by) {
      const authority = policy.authorities[name];
      if (authority === undefined) continue;
      const miss = missOf(endorsement, { name, authority }, requirement, context);
      if (miss !== null) {
        misses.push(miss);
        continue;
      }
      const tagMiss = tagWordMiss(endorsement, question);
      if (tagMiss !== null) {
        // nearer than all others: who says so, and what for, is right
        misses.push({ text: tagMiss, weight: 0 });
        continue;
      }
      const identity = stableIdentity(endorsement.signer);
      voices.push({ authority: name, identity, by: endorsement, subject: endorsement.subject });
    }
  }
  const speakers = speakersFor(facts, requirement.on);
  const chosen = speakers.map((digests) =>
    mostDistinct(voices.filter(({ subject }) => digests.includes(subject))),
  );
  const lacking = chosen.findIndex((each) => each.length < requirement.threshold);
  const isMet = speakers.length > 0 && lacking < 0;
  const by = [...new Set(chosen.flat().map((voice) => voice.by))];
  if (isMet)
    return { requirement, isMet, by, reason: `given by ${listSigners(by)}${notCompared(requirement, by)}` };
  const missing = describeLack(requirement, facts, speakers, lacking, chosen[lacking]?.length ?? 0);
  const nearest = misses.toSorted((a, b) => a.weight - b.weight)[0];
  const because = nearest === undefined ? '' : `; nearest: ${nearest.text}`;
  return { requirement, isMet, by, reason: `${missing}${because}` };
}

const listSigners = (by: readonly Endorsement[]): string =>
  [...new Set(by.map(({ signer }) => describeSigner(signer)))].join(' and ');

/** What a requirement that is met leaves to the word of the signer. */
const notCompared = ({ provenance }: Requirement, by: readonly Endorsement[]): string =>
  provenance !== null && by.some(({ signer }) => signer.kind !== 'certificate')
    ? '; not compared with a certificate, since keys name neither source nor builder'
    : '';

/** What is not there: of everything, of one image among several, or of an index where there is none. */
function describeLack(
  requirement: Requirement,
  { endorsements }: PolicyFacts,
  speakers: readonly (readonly Digest[])[],
  lacking: number,
  found: number,
): string {
  const asked = describeAsked(requirement);
  if (speakers[lacking]?.length === 0) return `the rule asks for ${asked}, and there is no index`;
  const image = speakers[lacking]?.[0];
  const where = speakers.length > 1 && image !== undefined ? ` for ${image}` : '';
  const short =
    found > 0
      ? `, and only ${found} of ${requirement.threshold} agree${where}`
      : `, and there is none${where}`;
  return `the rule asks for ${asked}${endorsements.length === 0 ? ', and nothing speaks for the image' : short}`;
}
