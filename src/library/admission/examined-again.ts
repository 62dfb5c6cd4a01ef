/** Which verdicts do not hold any more as they are: such images lie in quarantine, and are examined once more without being built again. */
import type { BuildId } from '../builds/build.ts';
import type { AdmissionGate } from '../programme/programme.ts';
import type { BuiltImage, StateSnapshot } from '../state/programme-state.ts';
import type { Gates } from './gates.ts';

/** `gate-changed`: the verdict rests on another gate. `flaws-unknown`: the gate asks for flaws, and there was no database to look for them. */
export type ReasonToExamine = 'gate-changed' | 'flaws-unknown';

export interface ExaminedAgain {
  readonly image: BuiltImage;
  readonly because: ReasonToExamine;
}

export interface VerdictCircumstances {
  readonly gates: Gates;
  readonly gate: AdmissionGate;
  /** Whether flaws could be looked for now. */
  readonly hasAdvisories: boolean;
}

/**
 * Of a build the image that was examined last, or else the one that stands; null where both verdicts hold.
 *
 * @param repository whose gate counts
 */
export function examineAgain(
  buildId: BuildId,
  repository: string,
  { examined, images }: Pick<StateSnapshot, 'examined' | 'images'>,
  { gates, gate, hasAdvisories }: VerdictCircumstances,
): ExaminedAgain | null {
  const last = examined.get(buildId);
  // what was admitted last is what stands
  const standing = last?.admission.verdict === 'admitted' ? last : images.get(buildId);
  const passed = gates(repository);
  const other = [last, standing].find((image) => image !== undefined && image.admission.gate !== passed);
  if (other !== undefined) return { image: other, because: 'gate-changed' };
  const isUnknown = last?.admission.verdict === 'admitted' && last.admission.findings === null;
  return isUnknown && hasAdvisories && gate.fixableFrom !== null
    ? { image: last, because: 'flaws-unknown' }
    : null;
}
