/** What lies in the folder of the state and means nothing any more goes while the programme runs: each role clears up after itself. */
import { HallmarkError } from '../../model/errors.ts';
import { pruneEvidence } from '../admission/prune-evidence.ts';
import { pruneLogs } from '../logs/prune-logs.ts';
import type { ProgrammeSettings } from '../programme/programme.ts';
import type { ProgrammeState } from '../state/programme-state.ts';
import { pruneParents } from './attempts/prune-parents.ts';
import type { RoleLocks } from './programme-folders.ts';

/** Often enough for a wave of builds, and too seldom to be felt. */
const INTERVAL_SECONDS = 3_600;

export interface ClearingOptions {
  readonly settings: ProgrammeSettings;
  readonly state: Pick<ProgrammeState, 'attempts' | 'snapshot' | 'newestEvidence'>;
  /** What nobody else does meanwhile. */
  readonly locks: Pick<RoleLocks, 'architectures' | 'isVerifier'>;
}

/**
 * To be called each time that stock is taken; at the first time, and then once an hour, it does something.
 *
 * @returns takes seconds since 1970, and says what could not be removed: it is tried again
 */
export function createClearing({
  settings,
  state,
  locks,
}: ClearingOptions): (now: number) => readonly string[] {
  let next = Number.NEGATIVE_INFINITY;
  return (now) => {
    if (now < next) return [];
    next = now + INTERVAL_SECONDS;
    const isBuilder = locks.architectures.size > 0;
    return [
      ...(isBuilder ? tryTo(() => pruneLogs(settings, state, locks.architectures, now)) : []),
      ...(isBuilder ? tryTo(() => pruneParents(settings, now)) : []),
      ...(locks.isVerifier ? tryTo(() => pruneEvidence(settings.state, state, now)) : []),
    ];
  };
}

/** Files that another user has made, or a disk that is read-only, keep nothing from being built. */
function tryTo(prune: () => unknown): readonly string[] {
  try {
    prune();
    return [];
  } catch (error) {
    const isOfDisk = error instanceof HallmarkError || (error instanceof Error && 'syscall' in error);
    if (!isOfDisk) throw error;
    return [`what is not needed any more cannot be removed: ${error.message}`];
  }
}
