import { LibraryError } from '../errors.ts';
import type { Programme } from '../programme/programme.ts';

/**
 * The repositories that were named; null for all.
 *
 * @param references repositories, or tags of them, which stand for their repository
 * @throws {LibraryError} DEFINITION_NOT_FOUND
 */
export function chosenRepositories(
  references: readonly string[],
  { repositories, broken }: Programme,
): ReadonlySet<string> | null {
  if (references.length === 0) return null;
  const names = references.map((reference) => reference.split(':')[0] ?? '');
  for (const name of names) {
    if (repositories.has(name) || broken.some((each) => each.name === name)) continue;
    throw new LibraryError(
      'DEFINITION_NOT_FOUND',
      `the programme has no repository ${JSON.stringify(name)}`,
      {
        subject: name,
      },
    );
  }
  return new Set(names);
}
