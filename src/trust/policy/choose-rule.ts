import type { TrustPolicy, TrustRule } from './policy.ts';
import {
  compareSpecificity,
  isTie,
  matchesRepository,
  parseRepositoryPattern,
  type RepositoryPattern,
} from './repository-pattern.ts';

/** A rule that speaks of a repository, and by which of its patterns. */
export interface RuleMatch {
  readonly rule: TrustRule;
  readonly pattern: RepositoryPattern;
}

/**
 * The rules that speak of a repository, the most specific first: only that one decides.
 *
 * @param name as `policyName` gives it
 */
export function matchingRules(policy: Pick<TrustPolicy, 'rules'>, name: string): readonly RuleMatch[] {
  return policy.rules
    .flatMap((rule) => {
      const [best] = patternsOf(rule)
        .filter((pattern) => matchesRepository(name, pattern))
        .sort(compareSpecificity);
      return best === undefined ? [] : [{ rule, pattern: best }];
    })
    .sort((a, b) => compareSpecificity(a.pattern, b.pattern));
}

/** Two rules that both would decide about some repository. */
export interface RuleTie {
  readonly first: RuleMatch;
  readonly second: RuleMatch;
}

/** The first two rules that nothing puts in an order; null when every repository has at most one that decides. */
export function findTie(rules: readonly TrustRule[]): RuleTie | null {
  const earlier: RuleMatch[] = [];
  for (const rule of rules) {
    const own = patternsOf(rule).map((pattern) => ({ rule, pattern }));
    for (const second of own) {
      const first = earlier.find(({ pattern }) => isTie(pattern, second.pattern));
      if (first !== undefined) return { first, second };
    }
    earlier.push(...own);
  }
  return null;
}

function patternsOf(rule: TrustRule): readonly RepositoryPattern[] {
  return rule.repositories.map(parseRepositoryPattern).filter((pattern) => 'path' in pattern);
}
