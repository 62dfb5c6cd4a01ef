import { chosenRepositories } from '../../listing/chosen-repositories.ts';
import type { ProgrammeStatus } from '../../status/programme-status.ts';
import { statusOf } from '../../status/status-of.ts';
import { publicationsOf } from '../roles/publisher-role.ts';
import { type DefinedSurroundings, readDefined, type StockSurroundings, withStock } from './read-stock.ts';

/**
 * Where a programme stands, by what is remembered.
 *
 * @param repositories none: all
 * @throws {LibraryError} DEFINITION_NOT_FOUND, and what `readDefined` and `withStock` throw
 */
export async function readStatus(
  folder: string,
  repositories: readonly string[],
  surroundings: DefinedSurroundings & StockSurroundings,
): Promise<ProgrammeStatus> {
  const defined = await readDefined(folder, surroundings);
  const { programme, graph, problems } = defined;
  const only = chosenRepositories(repositories, programme);
  const { now } = surroundings;
  return withStock(defined, surroundings, async (stock, state) => {
    const { builds, plan, snapshot } = stock;
    const publications = publicationsOf(stock, state, now);
    const facts = { programme, graph, builds, snapshot, plan, publications, state, problems, now };
    return statusOf(only === null ? facts : { ...facts, only });
  });
}
