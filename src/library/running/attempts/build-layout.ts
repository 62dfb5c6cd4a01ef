/** One build on this machine: context and parents at hand, an engine at work, an OCI layout at the end. Nothing is sent anywhere. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ARCHITECTURES } from '../../../definitions/architectures.ts';
import type { ConnectionOptions } from '../../../oci/registry/connection.ts';
import type { GraphTarget } from '../../builds/build-graph.ts';
import type { IdentifiedBuild } from '../../builds/build.ts';
import { bringCommit } from '../../contents/bring-commit.ts';
import { writeContext } from '../../contents/write-context.ts';
import type { BuildEngine, BuildOutcome, PinnedParent } from '../../engines/engine.ts';
import { LibraryError } from '../../errors.ts';
import type { GitStore } from '../../git/git-store.ts';
import type { ProgrammeSettings } from '../../programme/programme.ts';
import { watchDisk } from './disk-reserve.ts';
import { annotationsOf } from './image-facts.ts';
import { fetchParents } from './parent-layouts.ts';
import { parentsFolder } from './prune-parents.ts';

export interface LayoutSurroundings {
  readonly settings: ProgrammeSettings;
  readonly store: GitStore;
  readonly engine: BuildEngine;
  /** Reads parents; the engine never sees it. */
  readonly connection: ConnectionOptions;
  /** Seconds. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface BuiltLayout extends BuildOutcome {
  /** Folder of the layout, in scratch. */
  readonly layout: string;
  readonly parents: readonly PinnedParent[];
}

/**
 * @param scratch folder that is made where there is none; the caller removes it
 * @throws {LibraryError} BUILD_FAILED, BUILD_TIMEOUT, LAYOUT_INVALID, ENGINE_MISSING, and what keeps the context from being written
 * @throws {OciError} what keeps a parent from being fetched
 */
export async function buildLayout(
  { buildId, parents }: Pick<IdentifiedBuild, 'buildId' | 'parents'>,
  target: GraphTarget,
  scratch: string,
  log: (text: string) => void,
  { settings, store, engine, connection, timeout, signal, now }: LayoutSurroundings,
): Promise<BuiltLayout> {
  const { architecture, source } = target;
  const [entry] = source.entries;
  const limit = AbortSignal.timeout(timeout * 1000);
  const context = join(scratch, 'context');
  const layout = join(scratch, 'layout');
  mkdirSync(scratch, { recursive: true });
  using disk = watchDisk(scratch);
  const ending = AbortSignal.any([signal, limit, disk.signal]);
  try {
    await bringCommit(store, entry);
    await writeContext(store, entry, context);
    const places = {
      folder: parentsFolder(settings),
      scratch: join(scratch, 'parents'),
      now: Math.floor(now() / 1000),
    };
    const pinned = await fetchParents(parents, places, { ...connection, signal: ending });
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
      output: layout,
      scratch: join(scratch, 'engine'),
      log,
      signal: ending,
    });
    return { digest, layout, parents: pinned };
  } catch (error) {
    if (signal.aborted) throw error;
    // whatever was interrupted by them: what it says of itself is not why
    disk.signal.throwIfAborted();
    if (!limit.aborted) throw error;
    throw new LibraryError('BUILD_TIMEOUT', `the build took longer than ${timeout} seconds`, {
      cause: error,
    });
  }
}
