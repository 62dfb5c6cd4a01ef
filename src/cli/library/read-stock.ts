/** Where a programme stands, for commands that only tell it: no registry is asked, and no commit is fetched. */
import { openDatabase } from '../../assess/open-database.ts';
import { toolVersion } from '../../assess/tool-version.ts';
import { outsideParentsOf } from '../../library/builds/resolve-parents.ts';
import { openGitStore } from '../../library/git/git-store.ts';
import { openSettings } from '../../library/programme/open-programme.ts';
import { createEngines } from '../../library/running/builder-role.ts';
import { createKnownFlaws } from '../../library/running/known-flaws.ts';
import { recallOutside } from '../../library/running/look-up-outside.ts';
import { gitFolder } from '../../library/running/programme-folders.ts';
import { readProgramme } from '../../library/running/read-programme.ts';
import { type DefinedProgramme, type Stock, takeStock } from '../../library/running/take-stock.ts';
import { openState } from '../../library/state/open-state.ts';
import type { Terminal } from '../terminal.ts';
import { programmeFolder, type ProgrammeFlags } from './programme-option.ts';

/** @throws {LibraryError} PROGRAMME_NOT_FOUND, PROGRAMME_INVALID, PIN_INVALID, CONTENTS_INVALID, GIT_MISSING */
export async function readDefined(flags: ProgrammeFlags, terminal: Terminal): Promise<DefinedProgramme> {
  const { environment, signal } = terminal;
  const folder = programmeFolder(flags, terminal);
  const settings = openSettings(folder);
  const store = openGitStore({ folder: gitFolder(settings), settings: settings.git, environment, signal });
  try {
    return await readProgramme(folder, store, { isFetched: false });
  } finally {
    await store.close();
  }
}

export interface StockChoice {
  /** Advisory database that the user named. */
  readonly database: string | undefined;
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
  { database, now }: StockChoice,
  { environment }: Terminal,
  use: (stock: Stock) => Promise<T>,
): Promise<T> {
  const { graph, ownName, programme } = defined;
  const { settings } = programme;
  const engines = createEngines(settings, environment, toolVersion());
  await engines.open(graph.targets);
  const state = openState(settings.state);
  try {
    const flaws = createKnownFlaws(settings.state, state);
    const stock = takeStock(defined, {
      state,
      recipeOf(target) {
        const engine = engines.of(target);
        return typeof engine === 'string' ? null : engine.recipeId;
      },
      outside: recallOutside(outsideParentsOf(graph, ownName), state),
      fixesOf(images) {
        if (images.length === 0) return new Map();
        const opened = openDatabase({ explicit: database, environment });
        try {
          return flaws.of(images, opened, now);
        } finally {
          opened.close();
        }
      },
      now,
    });
    return await use(stock);
  } finally {
    state.close();
  }
}
