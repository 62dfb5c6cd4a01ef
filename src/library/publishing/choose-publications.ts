import { parseDefinitionReference } from '../../definitions/find-entries.ts';
import { LibraryError } from '../errors.ts';
import type { Programme } from '../programme/programme.ts';
import type { PublicationPlan } from './publication-plan.ts';
import { tagSets } from './tag-sets.ts';

interface Named {
  readonly repository: string;
  readonly tags: readonly string[];
}

/**
 * The part of a plan that was asked for. Tags that mean one index are published together, so one of them stands for all.
 *
 * @param references `repository` or `repository:tag`; none: all
 * @throws {LibraryError} DEFINITION_NOT_FOUND for what is neither defined nor to be retired
 */
export function choosePublications(
  plan: PublicationPlan,
  references: readonly string[],
  programme: Programme,
): PublicationPlan {
  if (references.length === 0) return plan;
  const sets = definedSets(programme);
  const asked = references.map(parseDefinitionReference);
  const isNamed = ({ repository, tags }: Named): boolean =>
    asked.some((one) => one.repository === repository && (one.tag === null || tags.includes(one.tag)));
  for (const [at, reference] of references.entries()) {
    const { repository = '', tag = null } = asked[at] ?? {};
    const isKnown = (one: Named): boolean =>
      one.repository === repository && (tag === null || one.tags.includes(tag));
    // of a definition that cannot be read nobody knows which tags it has
    if (sets.some(isKnown) || plan.retired.some(isKnown) || isReadInVain(repository, programme)) continue;
    if (tag === null && programme.repositories.has(repository)) continue;
    const message = `the programme has no ${tag === null ? 'repository ' : ''}${JSON.stringify(reference)}`;
    throw new LibraryError('DEFINITION_NOT_FOUND', message, { subject: reference });
  }
  const chosen = sets.filter(isNamed);
  const names = new Set(chosen.flatMap(namesOf));
  const isChosen = (planned: Named): boolean => namesOf(planned).some((name) => names.has(name));
  const [ready, held] = [plan.ready.filter(isChosen), plan.held.filter(isChosen)];
  const changing = [...ready, ...held].flatMap(namesOf).length;
  return { ready, held, retired: plan.retired.filter(isNamed), unchanged: names.size - changing };
}

function definedSets({ repositories }: Programme): readonly Named[] {
  return [...repositories.values()].flatMap(({ name: repository, definition }) =>
    tagSets(definition).map(({ tags }) => ({ repository, tags })),
  );
}

const isReadInVain = (repository: string, { broken }: Programme): boolean =>
  broken.some(({ name }) => name === repository);

const namesOf = ({ repository, tags }: Named): readonly string[] => tags.map((tag) => `${repository}:${tag}`);
