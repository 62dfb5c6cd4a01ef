/** Where a programme stands: what it defines, what is built of it, and what is to be done. */
import { type ExaminedAgain, examineAgain } from '../../admission/examined-again.ts';
import { type Gates, openGates } from '../../admission/gates.ts';
import {
  type BuildGraph,
  createBuildGraph,
  type GraphTarget,
  repositoryOf,
} from '../../builds/build-graph.ts';
import { type Build, type BuildId, type IdentifiedBuild, type RecipeId } from '../../builds/build.ts';
import { identifyBuilds } from '../../builds/identify-builds.ts';
import {
  type OutsideImages,
  type OwnName,
  ownNames,
  rememberedImages,
} from '../../builds/resolve-parents.ts';
import { standingImage } from '../../plan/due.ts';
import type { KnownFix, Plan } from '../../plan/work.ts';
import { planWork } from '../../plan/plan-work.ts';
import type { Programme } from '../../programme/programme.ts';
import type { Sources } from '../../sources/source.ts';
import type { BuiltImage, ProgrammeState, StateSnapshot } from '../../state/programme-state.ts';

/** What is defined: it changes when definitions do. */
export interface DefinedProgramme {
  readonly programme: Programme;
  readonly sources: Sources;
  readonly graph: BuildGraph;
  readonly ownName: OwnName;
  /** What images have to pass. */
  readonly gates: Gates;
  /** What could not be read or identified, one sentence each: the rest goes on without it. */
  readonly problems: readonly string[];
}

/** @throws {LibraryError} PROGRAMME_INVALID where the programme's tests cannot be read */
export function defineProgramme(
  programme: Programme,
  sources: Sources,
  problems: readonly string[],
): DefinedProgramme {
  const graph = createBuildGraph(sources);
  const gates = openGates(programme.settings);
  return { programme, sources, graph, ownName: ownNames(programme), gates, problems };
}

/** A programme at a moment. */
export interface Stock {
  readonly defined: DefinedProgramme;
  readonly snapshot: StateSnapshot;
  readonly builds: readonly Build[];
  readonly plan: Plan;
  /** Images whose verdicts do not hold any more, by their build; what others are built on comes first. */
  readonly again: ReadonlyMap<BuildId, ExaminedAgain>;
  /** What is defined now, by its build: what a build in quarantine is held against. */
  readonly identified: ReadonlyMap<
    BuildId,
    { readonly build: IdentifiedBuild; readonly target: GraphTarget }
  >;
}

export interface StockOptions {
  readonly state: Pick<ProgrammeState, 'snapshot'>;
  readonly recipeOf: (target: GraphTarget) => RecipeId | null;
  /** What is known of names of outside images. */
  readonly outside: OutsideImages;
  /** What a rebuild could fix in these images. */
  readonly fixesOf: (images: readonly BuiltImage[]) => ReadonlyMap<BuildId, readonly KnownFix[]>;
  /** Whether there are advisories that images can be held against. Default: no. */
  readonly hasAdvisories?: boolean;
  /** Seconds since 1970. */
  readonly now: number;
}

/** For whoever does not ask what would have to be built. */
export const WITHOUT_WORK = { recipeOf: () => null, fixesOf: () => new Map() } as const;

export function takeStock(defined: DefinedProgramme, options: StockOptions): Stock {
  const { recipeOf, outside, hasAdvisories = false, now } = options;
  const { graph, programme, ownName } = defined;
  const snapshot = options.state.snapshot();
  const builds = identifyBuilds(graph, rememberedImages(snapshot.images, outside, ownName));
  const images = standingImages(builds, graph, snapshot);
  const again = verdictsInDoubt(builds, defined, snapshot, hasAdvisories);
  const plan = planWork({
    graph,
    builds,
    settings: programme.settings,
    snapshot,
    // whether there are advisories may be another matter for whoever builds: that holds nobody
    again: new Set([...again].flatMap(([id, { because }]) => (because === 'gate-changed' ? id : []))),
    outside,
    recipeOf,
    fixes: options.fixesOf(images),
    now,
  });
  const identified = new Map(
    builds.flatMap((build, number) => {
      const target = graph.targets[number];
      return build.kind === 'identified' && target !== undefined
        ? [[build.buildId, { build, target }] as const]
        : [];
    }),
  );
  return { defined, snapshot, builds, plan, again, identified };
}

function verdictsInDoubt(
  builds: readonly Build[],
  { graph, gates, programme }: DefinedProgramme,
  snapshot: StateSnapshot,
  hasAdvisories: boolean,
): Stock['again'] {
  const { gate } = programme.settings;
  const again = new Map<BuildId, ExaminedAgain>();
  for (const number of graph.order) {
    const [build, target] = [builds[number], graph.targets[number]];
    if (build?.kind !== 'identified' || target === undefined) continue;
    const found = examineAgain(build.buildId, repositoryOf(target), snapshot, { gates, gate, hasAdvisories });
    if (found !== null) again.set(build.buildId, found);
  }
  return again;
}

/** The image that each target has now, of its present build or of an earlier one. */
function standingImages(
  builds: readonly Build[],
  { targets }: BuildGraph,
  snapshot: StateSnapshot,
): readonly BuiltImage[] {
  return builds.flatMap((build, number) => {
    const target = targets[number];
    if (target === undefined) return [];
    const own = build.kind === 'identified' ? snapshot.images.get(build.buildId) : undefined;
    return own ?? standingImage(target, snapshot) ?? [];
  });
}
