/** One attempt to build one target: context and parents at hand, an engine at work, its image in quarantine. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Architecture, ARCHITECTURES } from '../../definitions/architectures.ts';
import { HallmarkError } from '../../model/errors.ts';
import type { ConnectionOptions } from '../../oci/registry/connection.ts';
import type { GraphTarget } from '../builds/build-graph.ts';
import { writeContext } from '../contents/write-context.ts';
import type { BuildEngine } from '../engines/engine.ts';
import { LibraryError } from '../errors.ts';
import type { GitStore } from '../git/git-store.ts';
import type { WorkItem } from '../plan/work.ts';
import type { ProgrammeSettings } from '../programme/programme.ts';
import type { Attempt, AttemptOutcome, ProgrammeState } from '../state/programme-state.ts';
import { annotationsOf } from './image-facts.ts';
import { openLogFile } from './log-file.ts';
import { fetchParents } from './parent-layouts.ts';
import { pushToQuarantine } from './push-to-quarantine.ts';

export interface BuildSurroundings {
  readonly settings: ProgrammeSettings;
  readonly state: ProgrammeState;
  readonly store: GitStore;
  readonly engine: BuildEngine;
  /** The builder's, which reads parents and writes into quarantine; the engine never sees it. */
  readonly connection: ConnectionOptions;
  /** Seconds. */
  readonly timeout: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** Of one attempt; those that a killed process left are removed by the next one that builds the architecture. */
export function workFolder(
  { state }: Pick<ProgrammeSettings, 'state'>,
  architecture: Architecture,
  id?: number,
): string {
  return join(state, 'building', architecture, ...(id === undefined ? [] : [String(id)]));
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
  const { settings, state, now } = surroundings;
  const log = openLogFile(join(settings.state, attempt.log));
  const scratch = workFolder(settings, attempt.architecture, attempt.id);
  let outcome: Exclude<AttemptOutcome, { kind: 'running' }> = { kind: 'lost' };
  try {
    outcome = await build(attempt, item, target, scratch, log.write, surroundings);
  } catch (error) {
    if (!(error instanceof HallmarkError)) throw error;
    log.write(`\n${error.code}: ${error.message}\n`);
    // whoever is interrupted has not failed
    if (!surroundings.signal.aborted) outcome = { kind: 'failed', code: error.code, because: error.message };
  } finally {
    log.close();
    rmSync(scratch, { recursive: true, force: true });
    state.endAttempt(attempt.id, outcome, Math.floor(now() / 1000));
  }
  return outcome;
}

async function build(
  attempt: Attempt,
  { build: { parents }, generation }: WorkItem,
  target: GraphTarget,
  scratch: string,
  log: (text: string) => void,
  { settings, store, engine, connection, timeout, signal }: BuildSurroundings,
): Promise<Extract<AttemptOutcome, { kind: 'built' }>> {
  const { architecture, source } = target;
  const [entry] = source.entries;
  const { buildId } = attempt;
  const limit = AbortSignal.timeout(timeout * 1000);
  const context = join(scratch, 'context');
  const output = join(scratch, 'layout');
  mkdirSync(scratch, { recursive: true });
  await writeContext(store, entry, context);
  const pinned = await fetchParents(parents, join(settings.state, 'parents'), { ...connection, signal });
  try {
    const { digest } = await engine.build({
      buildId,
      architecture,
      platform: ARCHITECTURES[architecture].platform,
      context,
      file: entry.file,
      source: { repository: entry.gitRepo, commit: entry.gitCommit, directory: entry.directory },
      parents: pinned,
      arguments: settings.arguments,
      epoch: entry.epoch,
      annotations: annotationsOf(target, parents, settings),
      output,
      scratch: join(scratch, 'engine'),
      log,
      signal: AbortSignal.any([signal, limit]),
    });
    const quarantined = { architecture, buildId, generation };
    const reference = await pushToQuarantine(output, digest, settings.registry.quarantine, quarantined, {
      ...connection,
      signal,
    });
    return { kind: 'built', reference, digest };
  } catch (error) {
    if (!limit.aborted || signal.aborted) throw error;
    throw new LibraryError('BUILD_TIMEOUT', `the build took longer than ${timeout} seconds`, {
      cause: error,
    });
  }
}
