/** The builder: engines of the architectures that are built here, and attempts with them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Architecture, ARCHITECTURE_NAMES } from '../../../definitions/architectures.ts';
import { HallmarkError } from '../../../model/errors.ts';
import type { ConnectionOptions } from '../../../oci/registry/connection.ts';
import { recipeIdOf } from '../../builds/build-id.ts';
import { type GraphTarget, repositoryOf } from '../../builds/build-graph.ts';
import type { RecipeId } from '../../builds/build.ts';
import { engineFor } from '../../engines/engine-for.ts';
import type { BuildEngine, EngineDescription } from '../../engines/engine.ts';
import type { GitStore } from '../../git/git-store.ts';
import { logFileFor } from '../../logs/prune-logs.ts';
import { type ProgrammeSettings, rulesFor } from '../../programme/programme.ts';
import type { ProgrammeState } from '../../state/programme-state.ts';
import { makeAttempt, workFolder } from '../attempts/build-attempt.ts';
import { removeScratch } from '../attempts/remove-scratch.ts';
import { whileNobodyBuilds } from '../programme-folders.ts';
import type { OnRunEvent } from '../run-event.ts';
import type { BuilderRole } from '../run-loop.ts';

/** An engine with what it says of itself, which is asked once. */
export interface DescribedEngine {
  readonly engine: BuildEngine;
  readonly description: EngineDescription;
  readonly recipeId: RecipeId;
}

/** The engines of a programme, each opened when it is first needed. */
export interface Engines {
  /** What builds a target; a sentence why nothing here does. */
  of(target: GraphTarget): DescribedEngine | string;
  /** Opens the engines of these targets, as far as they are not open. */
  open(targets: readonly GraphTarget[]): Promise<void>;
}

const keyOf = ({ architecture, source }: GraphTarget) => `${architecture} ${source.entries[0].builder}`;

export function createEngines(
  settings: ProgrammeSettings,
  environment: ConnectionOptions['environment'],
  version: string,
): Engines {
  const opened = new Map<string, DescribedEngine | string>();

  async function describe({ architecture, source }: GraphTarget): Promise<DescribedEngine | string> {
    const chosen = settings.engines[architecture];
    if (chosen === undefined) return `no engine is named for ${architecture}`;
    try {
      const engine = engineFor(chosen, source.entries[0].builder, environment);
      const description = await engine.describe();
      const scanner = { name: 'hallmark', version };
      const recipeId = recipeIdOf({ engine: description, scanner, arguments: settings.arguments });
      return { engine, description, recipeId };
    } catch (error) {
      if (!(error instanceof HallmarkError)) throw error;
      return `${error.code}: ${error.message}`;
    }
  }

  return {
    of: (target) => opened.get(keyOf(target)) ?? 'its engine was not opened',
    async open(targets) {
      for (const [key, [target]] of Map.groupBy(targets, keyOf)) {
        if (target !== undefined && typeof opened.get(key) !== 'object')
          opened.set(key, await describe(target));
      }
    },
  };
}

export interface BuilderOptions {
  readonly settings: ProgrammeSettings;
  readonly state: ProgrammeState;
  readonly store: GitStore;
  readonly engines: Engines;
  readonly connection: ConnectionOptions;
  /** Architectures that no other process builds. */
  readonly architectures: ReadonlySet<Architecture>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onEvent: OnRunEvent;
  readonly signal: AbortSignal;
}

/** What was left by a process that was killed is cleared up first. */
export function createBuilder(options: BuilderOptions): BuilderRole {
  const { settings, state, engines, architectures, now } = options;
  clearUp(options);
  return {
    places: (target) =>
      architectures.has(target.architecture) && typeof engines.of(target) !== 'string'
        ? settings.parallelBuilds
        : 0,
    async make(item, target) {
      const { build, generation, reasons } = item;
      const found = engines.of(target);
      if (typeof found === 'string') throw new TypeError(`nothing builds ${target.architecture}: ${found}`);
      const begun = now();
      const attempt = state.beginAttempt({
        buildId: build.buildId,
        generation,
        sourceId: build.sourceId,
        architecture: build.architecture,
        tags: target.place.tags,
        parents: build.parents.map(({ from, digest }) => ({ from, digest })),
        recipeId: found.recipeId,
        engine: found.description,
        arguments: settings.arguments,
        reasons,
        startedAt: Math.floor(begun / 1000),
        log: logFileFor({ ...build, generation }, begun),
      });
      const timeout = rulesFor(settings, repositoryOf(target)).buildTimeout;
      const outcome = await makeAttempt(attempt, item, target, { ...options, engine: found.engine, timeout });
      return { outcome, log: join(settings.state, attempt.log) };
    },
  };
}

function clearUp({
  settings,
  state,
  architectures,
  now,
  onEvent,
}: Pick<BuilderOptions, 'settings' | 'state' | 'architectures' | 'now' | 'onEvent'>): void {
  const clear = (architecture: Architecture): void => {
    // before anything is written: the disk may be full of it
    const left = removeScratch(workFolder(settings, architecture));
    if (left !== null) onEvent({ kind: 'problem', message: left });
    state.recover([architecture], Math.floor(now() / 1000));
  };
  for (const architecture of architectures) clear(architecture);
  // nobody else will who goes by the same settings
  const isAbandoned = (architecture: Architecture): boolean =>
    settings.engines[architecture] === undefined && existsSync(workFolder(settings, architecture));
  for (const architecture of ARCHITECTURE_NAMES.filter(isAbandoned))
    whileNobodyBuilds(settings, architecture, () => clear(architecture));
}
