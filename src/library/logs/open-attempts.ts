import { openSettings } from '../programme/open-programme.ts';
import type { ProgrammeSettings } from '../programme/programme.ts';
import { hasState, openStateToRead } from '../state/open-state.ts';
import type { Attempt, ProgrammeState } from '../state/programme-state.ts';
import { type AttemptChoice, chooseAttempts, nothingBuilt } from './choose-attempts.ts';

export interface OpenedAttempts {
  /** The newest first. */
  readonly attempts: readonly [Attempt, ...Attempt[]];
  readonly settings: ProgrammeSettings;
  readonly state: ProgrammeState;
}

/**
 * Attempts to build an image of a programme, which may be at work meanwhile.
 *
 * @param folder of the programme
 * @param use what is done with them, while the state is open
 * @throws {LibraryError} DEFINITION_NOT_FOUND, PROGRAMME_NOT_FOUND, PROGRAMME_INVALID, STATE_UNREADABLE
 */
export async function withAttempts<T>(
  folder: string,
  choice: AttemptChoice,
  use: (opened: OpenedAttempts) => Promise<T> | T,
): Promise<T> {
  const settings = openSettings(folder);
  // reading makes no state where there is none
  if (!hasState(settings.state)) throw nothingBuilt(choice);
  const state = openStateToRead(settings.state);
  try {
    return await use({ attempts: chooseAttempts(state, choice), settings, state });
  } finally {
    state.close();
  }
}
