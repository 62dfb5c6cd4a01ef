/** Builds images of a programme again, and tells how many come out the same. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Architecture, ARCHITECTURE_NAMES } from '../../definitions/architectures.ts';
import { lockFile } from '../../files/lock-file.ts';
import type { Environment } from '../../oci/registry/credentials.ts';
import { repositoryOf, targetName } from '../builds/build-graph.ts';
import { outsideParentsOf } from '../builds/resolve-parents.ts';
import { selectTargets } from '../builds/select-targets.ts';
import { LibraryError } from '../errors.ts';
import { openSettings } from '../programme/open-programme.ts';
import { type EngineSettings, type ProgrammeSettings, rulesFor } from '../programme/programme.ts';
import { Engine } from '../programme/settings-schema.ts';
import { createEngines } from '../running/roles/builder-role.ts';
import { recallOutside } from '../running/stock/look-up-outside.ts';
import { openCommits } from '../running/programme-folders.ts';
import { readProgramme } from '../running/stock/read-programme.ts';
import { connectionOfRole } from '../running/roles/role-connection.ts';
import { type Stock, takeStock, WITHOUT_WORK } from '../running/stock/take-stock.ts';
import { openState } from '../state/open-state.ts';
import { rebuildImage, type StandingImage } from './rebuild-image.ts';
import { rememberReproduction, type Reproduction } from './reproduction.ts';
import { IMPORT_BUILDER } from '../../definitions/definition.ts';

export interface ReproduceOptions {
  /** With `programme.yaml`. */
  readonly folder: string;
  /** `repository` or `repository:tag`; none: all. */
  readonly references: readonly string[];
  /** None: all. */
  readonly architectures: readonly Architecture[];
  /** In place of what the programme names; null: as it says. */
  readonly engine: ChosenEngine | null;
  /** Most differences of an image that are told one by one. */
  readonly most: number;
  readonly environment: Environment;
  readonly offline: boolean;
  /** Hallmark's own version. */
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onEvent: (event: ReproductionEvent) => void;
  readonly signal: AbortSignal;
}

/** buildah and BuildKit have the settings of the programme, where it names them for the architecture, and their defaults elsewhere. */
export type ChosenEngine =
  | { readonly kind: 'buildah' | 'buildkit' }
  | Extract<EngineSettings, { kind: 'command' }>;

export type ReproductionEvent =
  | { readonly kind: 'rebuilding'; readonly image: string; readonly architecture: Architecture }
  | { readonly kind: 'rebuilt'; readonly reproduction: Reproduction };

export interface ProgrammeReproduction {
  readonly programme: string;
  readonly reproductions: readonly Reproduction[];
  /** What was chosen, and not built again. */
  readonly skipped: readonly SkippedImage[];
}

export interface SkippedImage {
  readonly image: string;
  readonly architecture: Architecture;
  /** A clause. */
  readonly because: string;
  /** True where it should have been: the engine that is named cannot be had. */
  readonly isFailure: boolean;
}

/**
 * One after the other, parents first; each is remembered when it is done.
 *
 * @throws {LibraryError} PROGRAMME_NOT_FOUND, PROGRAMME_INVALID, PROGRAMME_BUSY, STATE_UNREADABLE, DEFINITION_NOT_FOUND
 * @throws {Error} the signal's reason
 */
export async function reproduceProgramme(options: ReproduceOptions): Promise<ProgrammeReproduction> {
  const { folder, environment, signal } = options;
  const settings = openSettings(folder);
  await using closing = new AsyncDisposableStack();
  const lock = lockFile(join(settings.state, 'locks', 'reproduce'));
  if (lock === null) throw busy(settings.name);
  closing.defer(() => lock.release());
  // what was left by a process that was killed
  rmSync(scratchFolder(settings), { recursive: true, force: true });
  const state = openState(settings.state);
  closing.defer(() => state.close());
  const store = openCommits(settings, { environment, signal });
  closing.defer(() => store.close());

  const defined = await readProgramme(folder, store, { isFetched: true });
  const outside = recallOutside(outsideParentsOf(defined.graph, defined.ownName), state);
  const now = Math.floor(options.now() / 1000);
  const stock = takeStock(defined, { ...WITHOUT_WORK, state, outside, now });
  const { standing, skipped } = chooseImages(stock, options);

  const rebuildSettings = rebuilding(settings, options);
  const engines = createEngines(rebuildSettings, environment, options.version);
  await engines.open(standing.map(({ target }) => target));
  const connection = connectionOfRole(settings, settings.roles.builder, options);
  const reproductions: Reproduction[] = [];
  const without: SkippedImage[] = [];
  for (const image of standing) {
    const { target } = image;
    const named = { image: targetName(target), architecture: target.architecture };
    const found = engines.of(target);
    if (typeof found === 'string') {
      const isFailure = rebuildSettings.engines[target.architecture] !== undefined;
      without.push({ ...named, because: found, isFailure });
      continue;
    }
    options.onEvent({ kind: 'rebuilding', ...named });
    const reproduction = await rebuildImage(image, {
      ...options,
      settings,
      store,
      connection,
      engine: found.engine,
      description: found.description,
      timeout: rulesFor(settings, repositoryOf(target)).buildTimeout,
      scratch: join(scratchFolder(settings), image.build.buildId),
    });
    rememberReproduction(state, reproduction);
    reproductions.push(reproduction);
    options.onEvent({ kind: 'rebuilt', reproduction });
  }
  return { programme: settings.name, reproductions, skipped: [...skipped, ...without] };
}

function scratchFolder({ state }: Pick<ProgrammeSettings, 'state'>): string {
  return join(state, 'reproducing');
}

interface ChosenImages {
  readonly standing: readonly StandingImage[];
  readonly skipped: readonly SkippedImage[];
}

/** Images whose source, parents and arguments are known: those of present builds. */
function chooseImages(
  { defined, builds, snapshot }: Stock,
  { references, architectures }: Pick<ReproduceOptions, 'references' | 'architectures'>,
): ChosenImages {
  const { graph } = defined;
  const isChosen = selectTargets(graph, references, architectures);
  const standing: StandingImage[] = [];
  const skipped: SkippedImage[] = [];
  for (const number of graph.order) {
    const [target, build] = [graph.targets[number], builds[number]];
    if (target === undefined || build === undefined || !isChosen(target)) continue;
    const image = build.kind === 'identified' ? snapshot.images.get(build.buildId) : undefined;
    const skip = (because: string) =>
      skipped.push({
        image: targetName(target),
        architecture: target.architecture,
        because,
        isFailure: false,
      });
    if (build.kind !== 'identified' || image === undefined)
      skip('its present source and parents have no admitted image');
    else if (target.source.entries[0].builder === IMPORT_BUILDER) skip('it is imported, and not built');
    else standing.push({ target, build, image });
  }
  return { standing, skipped };
}

/** The settings with the engines by which images are built again. */
function rebuilding(
  settings: ProgrammeSettings,
  { engine }: Pick<ReproduceOptions, 'engine'>,
): ProgrammeSettings {
  const named = { ...settings.engines, ...settings.reproduction.engines };
  if (engine === null) return { ...settings, engines: named };
  const engineOn = (architecture: Architecture): EngineSettings => {
    if ('command' in engine) return engine;
    const known = [named[architecture], settings.engines[architecture]];
    return known.find((one) => one?.kind === engine.kind) ?? Engine.parse(engine);
  };
  const engines = ARCHITECTURE_NAMES.map((architecture) => [architecture, engineOn(architecture)]);
  return { ...settings, engines: Object.fromEntries(engines) };
}

function busy(name: string): LibraryError {
  return new LibraryError('PROGRAMME_BUSY', `another process builds images of the programme ${name} again`, {
    subject: name,
  });
}
