import type { Definition } from '../../definitions/definition.ts';
import { findEntries } from '../../definitions/find-entries.ts';
import type { Check } from '../../model/trust.ts';
import { check } from '../checks/checks.ts';
import type { TagHistory, TagSighting } from './tag-history.ts';

const answer = (outcome: Check['outcome'], reason: string): Check =>
  check('tag.definition', outcome, null, reason);

/**
 * Whether a tag points to what the definition of its repository lets it point to. Tags of one entry name one build, and what the
 * definition lists no more is not made any more: whoever moves such a tag, or lets a tag point to the build of another entry,
 * is not who maintains the definition.
 */
export function checkDefined(
  tag: string,
  { digest }: TagSighting,
  tags: ReadonlyMap<string, TagHistory>,
  definition: Definition,
): Check {
  const last = tags.get(tag)?.at(-1);
  const own = findEntries(definition, tag);
  if (own.length === 0) {
    const absent = `the definition does not list the tag ${tag}`;
    if (last === undefined) return answer('not-checked', `${absent}, and it was not seen before`);
    return last.digest === digest
      ? answer('passed', `${absent}, and it stayed where it was`)
      : answer('failed', `${absent}, and it moved from ${last.digest} to ${digest}`);
  }
  // what stayed was looked at, or accepted, when it came
  if (last?.digest === digest) return answer('passed', `the definition lists the tag ${tag}, and it stayed`);
  const others = [...tags]
    .filter(([other, history]) => other !== tag && history.at(-1)?.digest === digest)
    .map(([other]) => ({ other, entries: findEntries(definition, other) }))
    .filter(({ entries }) => entries.length > 0);
  const isOfOwnEntry = others.some(({ entries }) => entries.some((entry) => own.includes(entry)));
  const [foreign] = others;
  return foreign === undefined || isOfOwnEntry
    ? answer('passed', `the definition lists the tag ${tag}, and no other entry has the image`)
    : answer(
        'failed',
        `the tag ${tag} points to ${digest}, which is what ${foreign.other} of another entry of the definition points to`,
      );
}
