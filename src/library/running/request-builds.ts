import { findEntries, parseDefinitionReference } from '../../definitions/find-entries.ts';
import { repositoryOf } from '../builds/build-graph.ts';
import { LibraryError } from '../errors.ts';
import { openState } from '../state/open-state.ts';
import type { BuildRequestedByHand } from '../state/programme-state.ts';
import type { DefinedProgramme } from './stock/take-stock.ts';

/**
 * Asks for images by hand: they are built again though nothing else asks for it.
 *
 * @param references `redis` or `redis:8.0`
 * @returns how many images were asked for
 * @throws {LibraryError} DEFINITION_NOT_FOUND, COMMIT_NOT_FOUND where nothing of a reference could be read; before anything is asked for
 */
export function requestBuilds(
  { programme, graph }: DefinedProgramme,
  references: readonly string[],
  request: Pick<BuildRequestedByHand, 'by' | 'note' | 'at'>,
): number {
  const wanted = references.flatMap((reference) => {
    const { repository: name, tag } = parseDefinitionReference(reference);
    const repository = programme.repositories.get(name);
    const entries =
      repository === undefined || tag === null
        ? repository?.definition.entries
        : findEntries(repository.definition, tag);
    if (entries === undefined || entries.length === 0) {
      throw new LibraryError('DEFINITION_NOT_FOUND', `${reference} is not in the programme`, {
        subject: reference,
      });
    }
    const tags = new Set(entries.map((entry) => `${name}:${entry.tags[0]}`));
    const targets = graph.targets.filter(
      (target) => repositoryOf(target) === name && target.place.tags.some((each) => tags.has(each)),
    );
    if (targets.length > 0) return targets;
    throw new LibraryError(
      'COMMIT_NOT_FOUND',
      `${reference} cannot be asked for: what it is built from could not be read`,
      { subject: reference, remedy: `See why with "hallmark library fetch ${reference}", and ask again.` },
    );
  });
  const state = openState(programme.settings.state);
  try {
    for (const { sourceId, architecture } of wanted) state.request({ sourceId, architecture, ...request });
  } finally {
    state.close();
  }
  return wanted.length;
}
