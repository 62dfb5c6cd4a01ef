import type { Architecture } from '../../../definitions/architectures.ts';
import { selectTargets } from '../../builds/select-targets.ts';
import { type PlanDocument, toPlanDocument } from '../../plan/plan-document.ts';
import { type DefinedSurroundings, readDefined, type StockSurroundings, withStock } from './read-stock.ts';

export interface PlanChoice {
  /** `redis`, `redis:8`; none: everything. */
  readonly references: readonly string[];
  /** None: all. */
  readonly architectures: readonly Architecture[];
}

/**
 * What is to be done, by what is remembered.
 *
 * @throws {LibraryError} DEFINITION_NOT_FOUND, and what `readDefined` and `withStock` throw
 */
export async function readPlan(
  folder: string,
  { references, architectures }: PlanChoice,
  surroundings: DefinedSurroundings & StockSurroundings,
): Promise<PlanDocument> {
  const defined = await readDefined(folder, surroundings);
  const { programme, graph, problems } = defined;
  const isChosen = selectTargets(graph, references, architectures);
  const { now } = surroundings;
  return withStock(defined, surroundings, async ({ plan }) =>
    toPlanDocument(plan, { programme: programme.settings.name, graph, now, problems, isChosen }),
  );
}
