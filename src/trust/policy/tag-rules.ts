import { matchesText } from '../identity/match-identity.ts';
import { type TagFacts, tagMovementOf } from '../memory/tag-movement.ts';
import type { TagExpectation } from '../memory/tag-history.ts';
import type { TagRule, TrustRule } from './policy.ts';

/** What a rule says of a tag: the first that matches. */
export function ruleOfTag({ tags }: Pick<TrustRule, 'tags'>, tag: string): TagRule | null {
  return tags.find((each) => matchesText(tag, each.tag)) ?? null;
}

/**
 * What a tag is held to by a rule, and by what is known of its repository.
 *
 * @param rule null: no rule speaks of the repository
 */
export function expectedOfTag(
  rule: Pick<TrustRule, 'tags' | 'definition' | 'requirements'> | null,
  { repository, tag }: Pick<TagFacts, 'repository' | 'tag'>,
): TagExpectation {
  const definition = rule?.definition?.definition ?? null;
  const ages = (rule?.requirements ?? []).flatMap(({ maxAgeSeconds }) => maxAgeSeconds ?? []);
  return {
    movement:
      (rule === null ? null : ruleOfTag(rule, tag))?.movement ??
      tagMovementOf({ repository, tag, definition }),
    maxAgeSeconds: ages.length === 0 ? null : Math.min(...ages),
    definition,
  };
}
