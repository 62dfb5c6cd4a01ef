/** The verifier: examines what lies in quarantine, and writes down what it found. */
import { rmSync } from 'node:fs';
import type { AdvisoryDatabase } from '../../../advisories/advisory.ts';
import { type AdmitOptions, admitImage, examiningFolder } from '../../admission/admit-image.ts';
import type { ProgrammeState } from '../../state/programme-state.ts';
import { imageFacts } from '../attempts/image-facts.ts';
import type { VerifierRole } from '../run-loop.ts';

export interface VerifierSurroundings extends Omit<AdmitOptions, 'database' | 'gates' | 'now'> {
  readonly state: Pick<ProgrammeState, 'recordAdmission'>;
  /** Opens the advisories of now, for one image: those of another one may be newer. Null: flaws are not looked for. */
  readonly openDatabase: () => AdvisoryDatabase | null;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * The signature is there before the state says so: whoever is killed in between does the same once more. What was left by a process that
 * was killed is cleared up first.
 */
export function createVerifier({ state, openDatabase, now, ...options }: VerifierSurroundings): VerifierRole {
  rmSync(examiningFolder(options.settings), { recursive: true, force: true });
  return async (attempt, build, target, { programme, sources, gates }) => {
    // as the plan has it, which may be newer than what this process began with
    const { gate, tests } = programme.settings;
    const settings = { ...options.settings, gate, tests };
    const database = openDatabase();
    try {
      const admission = await admitImage(imageFacts(attempt, build, target, sources, settings), {
        ...options,
        settings,
        gates,
        database,
        now: () => new Date(now()),
      });
      state.recordAdmission(admission, Math.floor(now() / 1000));
      return admission;
    } finally {
      database?.close();
    }
  };
}
