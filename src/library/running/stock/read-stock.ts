/** Where a programme stands, for whoever only tells it: no registry is asked, and no commit is fetched that nobody asks for. */
import type { Environment } from '../../../assess/directories.ts';
import { toolVersion } from '../../../assess/tool-version.ts';
import { outsideParentsOf } from '../../builds/resolve-parents.ts';
import { openSettings } from '../../programme/open-programme.ts';
import { openStateToRead } from '../../state/open-state.ts';
import type { ProgrammeState } from '../../state/programme-state.ts';
import type { AdvisoryChoice } from './advisory-choice.ts';
import { createEngines } from '../roles/builder-role.ts';
import { createKnownFlaws } from './known-flaws.ts';
import { recallOutside } from './look-up-outside.ts';
import { openCommits } from '../programme-folders.ts';
import { readProgramme } from './read-programme.ts';
import { type DefinedProgramme, type Stock, takeStock } from './take-stock.ts';

export interface DefinedSurroundings {
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

/**
 * @param isFetched whether commits that are not at hand are fetched
 * @throws {LibraryError} PROGRAMME_NOT_FOUND, PROGRAMME_INVALID, PIN_INVALID, CONTENTS_INVALID, GIT_MISSING
 */
export async function readDefined(
  folder: string,
  { environment, signal }: DefinedSurroundings,
  { isFetched }: { readonly isFetched: boolean } = { isFetched: false },
): Promise<DefinedProgramme> {
  const settings = openSettings(folder);
  const store = openCommits(settings, { environment, signal });
  try {
    return await readProgramme(folder, store, { isFetched });
  } finally {
    await store.close();
  }
}

export interface StockSurroundings {
  readonly environment: Environment;
  readonly advisories: Pick<AdvisoryChoice, 'openDatabase'>;
  /** Seconds since 1970. */
  readonly now: number;
}

/**
 * Takes stock by what is remembered: of outside images what was last seen, of advisories what is on this machine.
 *
 * @param use what is done with it, while the state is open
 * @throws {LibraryError} STATE_UNREADABLE
 * @throws {AdvisoryError} where the database cannot be opened
 */
export async function withStock<T>(
  defined: DefinedProgramme,
  { environment, advisories, now }: StockSurroundings,
  use: (stock: Stock, state: ProgrammeState) => Promise<T>,
): Promise<T> {
  const { graph, ownName, programme } = defined;
  const { settings } = programme;
  const engines = createEngines(settings, environment, toolVersion());
  await engines.open(graph.targets);
  const state = openStateToRead(settings.state);
  try {
    // when a fix was first heard of is for those to remember who act by it, at the time that it is, with their own advisories
    const flaws = createKnownFlaws(settings.state, { ...state, remember() {} });
    const stock = takeStock(defined, {
      state,
      recipeOf(target) {
        const engine = engines.of(target);
        return typeof engine === 'string' ? null : engine.recipeId;
      },
      outside: recallOutside(outsideParentsOf(graph, ownName), state),
      fixesOf(images) {
        if (images.length === 0) return new Map();
        const database = advisories.openDatabase();
        try {
          return flaws.of(images, database, now);
        } finally {
          database?.close();
        }
      },
      now,
    });
    return await use(stock, state);
  } finally {
    state.close();
  }
}
