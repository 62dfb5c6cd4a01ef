/** One attempt to build one target: context and parents at hand, an engine at work, its image in quarantine. */
import { join } from 'node:path';
import type { Architecture } from '../../../definitions/architectures.ts';
import { HallmarkError } from '../../../model/errors.ts';
import { type GraphTarget, targetName } from '../../builds/build-graph.ts';
import type { WorkItem } from '../../plan/work.ts';
import type { ProgrammeSettings } from '../../programme/programme.ts';
import type { Attempt, AttemptOutcome, ProgrammeState } from '../../state/programme-state.ts';
import { attachLog } from './attach-log.ts';
import { buildLayout, type BuiltLayout, type LayoutSurroundings } from './build-layout.ts';
import { openLogFile } from './log-file.ts';
import { pushToQuarantine } from './push-to-quarantine.ts';
import { removeScratch } from './remove-scratch.ts';
import type { OnRunEvent } from '../run-event.ts';

export interface BuildSurroundings extends LayoutSurroundings {
  readonly state: ProgrammeState;
  /** Told of a log that could not be put beside its image, and of a folder that could not be removed. */
  readonly onEvent: OnRunEvent;
}

/** Of the attempts for an architecture; what a killed process left there is removed by the next builder. */
export function workFolder({ state }: Pick<ProgrammeSettings, 'state'>, architecture: Architecture): string {
  return join(state, 'building', architecture);
}

/**
 * Makes the attempt that was begun, and ends it in the state. A failure is the attempt's outcome and no error here.
 *
 * @returns the outcome
 * @throws what the state throws, and anything that is no `HallmarkError`: a fault of the program itself
 */
export async function makeAttempt(
  attempt: Attempt,
  item: WorkItem,
  target: GraphTarget,
  surroundings: BuildSurroundings,
): Promise<Exclude<AttemptOutcome, { kind: 'running' }>> {
  const { settings, state, now, onEvent } = surroundings;
  const log = openLogFile(join(settings.state, attempt.log));
  const scratch = join(workFolder(settings, attempt.architecture), String(attempt.id));
  let outcome: Exclude<AttemptOutcome, { kind: 'running' }> = { kind: 'lost' };
  let isMade = false;
  try {
    const made = await buildLayout(item.build, target, scratch, log.write, surroundings);
    isMade = true;
    outcome = await putIntoQuarantine(attempt, target, made, surroundings);
  } catch (error) {
    // whoever is interrupted has not failed
    if (surroundings.signal.aborted) outcome = { kind: 'lost', isInterrupted: true };
    else if (error instanceof HallmarkError)
      outcome = { kind: 'failed', code: error.code, because: error.message, isMade };
    if (!(error instanceof HallmarkError)) throw error;
    log.write(`\n${error.code}: ${error.message}\n`);
  } finally {
    // before anything is written: the disk may be full of it
    const left = removeScratch(scratch);
    if (left !== null) onEvent({ kind: 'problem', message: left });
    log.close();
    state.endAttempt(attempt.id, outcome, Math.floor(now() / 1000));
  }
  return outcome;
}

async function putIntoQuarantine(
  { architecture, buildId, generation, log }: Attempt,
  target: GraphTarget,
  { layout, digest }: BuiltLayout,
  { settings, onEvent, ...surroundings }: BuildSurroundings,
): Promise<Extract<AttemptOutcome, { kind: 'built' }>> {
  const connection = { ...surroundings.connection, signal: surroundings.signal };
  const reference = await pushToQuarantine(
    layout,
    digest,
    settings.registry.quarantine,
    { architecture, buildId, generation },
    connection,
  );
  const because = await attachLog(join(settings.state, log), reference, digest, connection);
  if (because !== null)
    onEvent({ kind: 'without-log', image: `${targetName(target)} on ${architecture}`, because });
  return { kind: 'built', reference, digest };
}
