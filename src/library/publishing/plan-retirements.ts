import type { TagState, TagStates } from '../ledger/tag-states.ts';
import type { Programme } from '../programme/programme.ts';
import type { PlannedRetirement } from './publication-plan.ts';

/**
 * Tags that were published and that the definitions no longer have. Those of a repository whose definition cannot be read stay as
 * they are: nobody knows whether they are meant to go. So do all where there is no definition at all: a folder that is not mounted
 * looks like that.
 */
export function planRetirements(programme: Programme, states: TagStates): readonly PlannedRetirement[] {
  if (programme.repositories.size === 0) return [];
  const broken = new Set(programme.broken.map(({ name }) => name));
  return [...states]
    .filter(([repository]) => !broken.has(repository))
    .flatMap(([repository, tags]) => retiredIn(repository, tags, definedTags(programme, repository)));
}

function retiredIn(
  repository: string,
  tags: ReadonlyMap<string, TagState>,
  defined: ReadonlySet<string>,
): readonly PlannedRetirement[] {
  const gone = [...tags.values()].filter(({ tag, retired }) => retired === null && !defined.has(tag));
  const planned = gone.map(({ tag, digest, aliases }) => ({
    tag,
    digest,
    successor: aliases.find((alias) => defined.has(alias)) ?? null,
  }));
  const together = Map.groupBy(planned, ({ digest, successor }) => `${digest} ${successor ?? ''}`);
  return [...together.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { digest, successor } = first;
    return { repository, tags: group.map(({ tag }) => tag), digest, successor };
  });
}

export function definedTags(
  { repositories }: Pick<Programme, 'repositories'>,
  repository: string,
): ReadonlySet<string> {
  const entries = repositories.get(repository)?.definition.entries ?? [];
  return new Set(entries.flatMap(({ tags, sharedTags }) => [...tags, ...sharedTags]));
}
