import { LibraryError } from '../errors.ts';
import type { Programme } from '../programme/programme.ts';
import type { PublicationPlan } from './publication-plan.ts';

/**
 * The part of a plan that was asked for. Tags that mean one index are published together, so one of them stands for all.
 *
 * @param references `repository` or `repository:tag`; none: all
 * @throws {LibraryError} DEFINITION_NOT_FOUND for a repository that is neither defined nor has tags to retire
 */
export function choosePublications(
  plan: PublicationPlan,
  references: readonly string[],
  { repositories, broken }: Programme,
): PublicationPlan {
  if (references.length === 0) return plan;
  const chosen = references.map((reference) => {
    const [repository = '', tag = null] = reference.split(':');
    return { repository, tag };
  });
  const known = new Set([
    ...repositories.keys(),
    ...broken.map(({ name }) => name),
    ...plan.retired.map(({ repository }) => repository),
  ]);
  for (const { repository } of chosen) {
    if (known.has(repository)) continue;
    const message = `the programme has no repository ${JSON.stringify(repository)}`;
    throw new LibraryError('DEFINITION_NOT_FOUND', message, { subject: repository });
  }
  const isChosen = ({
    repository,
    tags,
  }: {
    readonly repository: string;
    readonly tags: readonly string[];
  }) => chosen.some((one) => one.repository === repository && (one.tag === null || tags.includes(one.tag)));
  return {
    ...plan,
    ready: plan.ready.filter(isChosen),
    held: plan.held.filter(isChosen),
    retired: plan.retired.filter(isChosen),
  };
}
