import type { Entry } from '../../definitions/definition.ts';
import { findEntries } from '../../definitions/find-entries.ts';
import { LibraryError } from '../errors.ts';
import { readDefinitionFile } from '../programme/open-programme.ts';
import type { BrokenRepository, Repository } from '../programme/programme.ts';
import { definitionFiles, type DefinitionPlaces } from './definition-files.ts';

export interface ChosenDefinition {
  readonly repository: Repository;
  /** As it was named; null for the whole repository. */
  readonly tag: string | null;
  /** Those of the tag, or all. */
  readonly entries: readonly Entry[];
}

export interface DefinitionChoice {
  readonly chosen: readonly ChosenDefinition[];
  /** Those that cannot be read. */
  readonly broken: readonly BrokenRepository[];
}

/**
 * Reads the definitions that references name, or all.
 *
 * @throws {LibraryError} DEFINITION_NOT_FOUND, PROGRAMME_NOT_FOUND, PROGRAMME_INVALID
 */
export function chooseDefinitions(references: readonly string[], places: DefinitionPlaces): DefinitionChoice {
  const chosen: ChosenDefinition[] = [];
  const broken: BrokenRepository[] = [];
  for (const { name, file, tag } of definitionFiles(references, places)) {
    const repository = readDefinitionFile(name, file);
    if ('definition' in repository) chosen.push({ repository, tag, entries: entriesNamed(repository, tag) });
    else broken.push(repository);
  }
  return { chosen, broken };
}

/** Those of a tag, or all. @throws {LibraryError} DEFINITION_NOT_FOUND */
export function entriesNamed({ name, definition }: Repository, tag: string | null): readonly Entry[] {
  if (tag === null) return definition.entries;
  const entries = findEntries(definition, tag);
  if (entries.length > 0) return entries;
  throw new LibraryError(
    'DEFINITION_NOT_FOUND',
    `tag not found in manifest for ${JSON.stringify(name)}: ${JSON.stringify(tag)}`,
    { subject: `${name}:${tag}` },
  );
}
