import { matchingRules } from './choose-rule.ts';
import { describeAsked, describeAuthority, describeTagRule, REFERENCES_ASK } from './describe.ts';
import type { TrustPolicy, TrustRule } from './policy.ts';

/** Which rule decides about a repository, why, and what it asks: for people, and as data. */
export interface PolicyExplanation {
  readonly repository: string;
  readonly policy: string;
  /** Null when no rule speaks of it. */
  readonly rule: ExplainedRule | null;
  /** Rules that match too, and are less specific. */
  readonly passedOver: readonly {
    readonly rule: string;
    readonly pattern: string;
    readonly place: string | null;
  }[];
  /** What happens, in a sentence. */
  readonly decides: string;
}

export interface ExplainedRule {
  readonly name: string;
  readonly pattern: string;
  readonly place: string | null;
  /** All must hold. */
  readonly asks: readonly string[];
  /** Those whom it names, and who they are. */
  readonly authorities: Readonly<Record<string, string>>;
}

/** @param repository as `policyName` gives it */
export function explainPolicy(policy: TrustPolicy, repository: string): PolicyExplanation {
  const [match, ...others] = matchingRules(policy, repository);
  const passedOver = others.map(({ rule, pattern }) => ({
    rule: rule.name,
    pattern: pattern.text,
    place: rule.place,
  }));
  if (match === undefined) {
    return { repository, policy: policy.name, rule: null, passedOver, decides: FALLBACK[policy.fallback] };
  }
  const { rule, pattern } = match;
  const names = [...new Set(rule.requirements.flatMap(({ by }) => by))];
  const authorities = names.flatMap((name) => {
    const authority = policy.authorities[name];
    return authority === undefined ? [] : [[name, describeAuthority(authority)] as const];
  });
  return {
    repository,
    policy: policy.name,
    rule: {
      name: rule.name,
      pattern: pattern.text,
      place: rule.place,
      asks: asksOf(rule),
      authorities: Object.fromEntries(authorities),
    },
    passedOver,
    decides: decidesOf(rule),
  };
}

const FALLBACK: Readonly<Record<TrustPolicy['fallback'], string>> = {
  unknown: 'no rule speaks of it, so nobody is believed: unknown',
  refuse: 'no rule speaks of it, and the policy refuses what has none',
  allow: 'no rule speaks of it, and the policy allows what has none',
};

function decidesOf({ always, expires }: TrustRule): string {
  const until = expires === null ? '' : `, until ${expires}; then it is refused`;
  if (always === 'allow') return `it is allowed, whatever evidence there is${until}`;
  if (always === 'refuse') return 'it is refused, whatever evidence there is';
  return `everything that the rule asks for must hold${until}`;
}

function asksOf({
  requirements,
  tags,
  definition,
  references,
  signedAs,
  always,
}: TrustRule): readonly string[] {
  if (always !== null) return [];
  return [
    ...requirements.map(describeAsked),
    `${REFERENCES_ASK[references]}${signedAs === null ? '' : `, under the name that it mirrors, ${signedAs}`}`,
    ...tags.map(describeTagRule),
    ...(definition === null ? [] : [`tags move as the definition ${definition.file} lists them`]),
  ];
}
