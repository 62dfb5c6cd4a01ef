/**
 * Notes of what was to be published, held against what is defined now: whoever can write into the state decides neither what a tag is built
 * from, nor for which architectures, nor whether it is retired.
 */
import { inputsFor } from '../../definitions/definition.ts';
import { dayOf, parseDatedName } from '../ledger/dated-name.ts';
import type { Publication, Retirement } from '../ledger/entry.ts';
import { type Programme, rulesFor } from '../programme/programme.ts';
import type { ClaimedImage } from './admitted-image.ts';
import { refused } from './confirm-publication.ts';
import { tagsToDate } from './dated-tags.ts';
import { architectureTwice } from './plan-publications.ts';
import { definedTags } from './plan-retirements.ts';
import { tagSets } from './tag-sets.ts';

/** What decides about notes. */
export type DefinedTags = Pick<Programme, 'repositories' | 'broken'> & {
  readonly settings: Pick<Programme['settings'], 'rules' | 'repositoryRules'>;
};

/**
 * The images of a note, each with what it has to be built from.
 *
 * @throws {LibraryError} PUBLICATION_REFUSED where the definitions do not have these tags together any more, or ask for more images
 */
export function definedImages(
  { repository, tags, images }: Publication,
  { repositories, settings }: DefinedTags,
): readonly ClaimedImage[] {
  const name = `${repository}:${tags.join(', ')}`;
  const definition = repositories.get(repository)?.definition;
  const sets = definition === undefined ? [] : tagSets(definition);
  const entries = sets.find((set) => tags.every((tag) => set.tags.includes(tag)))?.entries;
  if (entries === undefined) throw refused(`${name} was begun, and is not defined any more`, name);
  if (images.length === 0) throw refused(`${name} was begun without an image`, name);
  const entriesOn = (architecture: ClaimedImage['architecture']) =>
    entries.filter(({ architectures }) => architectures.includes(architecture));
  const lacking = rulesFor(settings, repository).requiredArchitectures.filter(
    (required) =>
      entriesOn(required).length > 0 && !images.some(({ architecture }) => architecture === required),
  );
  if (lacking.length > 0) throw refused(`${name} was begun without ${lacking.join(' and ')}`, name);
  const twice = architectureTwice(images);
  if (twice !== null) throw refused(`${name} was begun with two images for ${twice}`, name);
  return images.map(({ architecture, digest, buildId, generation }) => ({
    architecture,
    digest,
    buildId,
    generation,
    inputs: entriesOn(architecture).map((entry) => inputsFor(entry, architecture)),
  }));
}

/**
 * The names of a note that never move.
 *
 * @param at when it was begun; RFC 3339
 * @throws {LibraryError} PUBLICATION_REFUSED for names that its tags would not get on that day
 */
export function definedNames(
  { repository, tags, dated = [] }: Publication,
  at: string,
  { repositories, settings }: DefinedTags,
): readonly string[] {
  if (dated.length === 0) return dated;
  const definition = repositories.get(repository)?.definition;
  const { datedTags } = rulesFor(settings, repository);
  const datable = definition === undefined ? new Set<string>() : tagsToDate(definition, datedTags);
  const day = dayOf(new Date(at));
  const strange = dated.filter((name) => {
    const read = parseDatedName(name);
    return read === null || read.day !== day || !tags.includes(read.tag) || !datable.has(read.tag);
  });
  if (strange.length === 0) return dated;
  const name = `${repository}:${tags.join(', ')}`;
  throw refused(`${name} was begun as ${strange.join(', ')} too, which are no names of theirs`, name);
}

/** @throws {LibraryError} PUBLICATION_REFUSED for a tag that is defined, or may be, and for a successor that is not */
export function refuseDefined(
  { repository, tags, successor }: Pick<Retirement, 'repository' | 'tags' | 'successor'>,
  { repositories, broken }: Pick<DefinedTags, 'repositories' | 'broken'>,
): void {
  const defined = definedTags({ repositories }, repository);
  const standing = tags.filter((tag) => defined.has(tag));
  const name = `${repository}:${tags.join(', ')}`;
  if (standing.length > 0) throw refused(`${name} was to be retired, and is defined`, name);
  if (broken.some((one) => one.name === repository))
    throw refused(`${name} was to be retired, and its definition cannot be read`, name);
  if (successor !== null && !defined.has(successor))
    throw refused(`${name} was to be retired for ${successor}, which is not defined`, name);
}
