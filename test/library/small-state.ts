/** What a programme remembers, in memory: as the real state does, for plans that are told as stories. */
import { examined } from './examined.ts';
import type { Digest } from '../../src/model/digest.ts';
import { digestOf } from '../../src/model/digest.ts';
import { targetName } from '../../src/library/builds/build-graph.ts';
import { type Build, type BuildId, type RecipeId, targetKey } from '../../src/library/builds/build.ts';
import { identifyBuilds } from '../../src/library/builds/identify-builds.ts';
import {
  type OutsideImage,
  outsideKey,
  outsideParentsOf,
  ownNames,
  rememberedImages,
} from '../../src/library/builds/resolve-parents.ts';
import { planWork } from '../../src/library/plan/plan-work.ts';
import type { KnownFix, Plan, WorkItem } from '../../src/library/plan/work.ts';
import type {
  Attempt,
  AttemptOutcome,
  BuildRequestedByHand,
  BuiltImage,
  Failures,
  StateSnapshot,
} from '../../src/library/state/programme-state.ts';
import type { SmallProgramme } from './small-programme.ts';
import { formatSeconds } from '../../src/formats/time.ts';

export interface SmallState {
  /** Seconds since 1970; a test moves it on. */
  now: number;
  recipe: string;
  readonly requests: BuildRequestedByHand[];
  readonly fixes: Map<BuildId, readonly KnownFix[]>;
  /** Digests of outside images by name, on every architecture. */
  readonly outside: Map<string, { readonly digest: Digest; readonly since: number }>;
  snapshot(): StateSnapshot;
  builds(programme: SmallProgramme): readonly Build[];
  plan(programme: SmallProgramme): Plan;
  /** Builds and admits. @param digest of the image; else it is another one for each generation */
  admit(programme: SmallProgramme, item: WorkItem, digest?: Digest): void;
  /** Builds what then waits in quarantine. */
  build(programme: SmallProgramme, item: WorkItem): Attempt;
  fail(programme: SmallProgramme, item: WorkItem): void;
  reject(programme: SmallProgramme, item: WorkItem): void;
}

interface Kept {
  readonly attempt: Attempt;
  readonly verdict: 'admitted' | 'rejected' | null;
  readonly image: BuiltImage | null;
}

export function smallState(now: number): SmallState {
  const kept: Kept[] = [];

  const attempt = ({ graph }: SmallProgramme, item: WorkItem, outcome: AttemptOutcome): Attempt => {
    const { sourceId, architecture, buildId, parents } = item.build;
    const target = graph.targets[graph.numberOf(sourceId, architecture) ?? -1];
    const { generation, reasons } = item;
    return {
      id: kept.length + 1,
      sourceId,
      architecture,
      buildId,
      parents,
      generation,
      reasons,
      outcome,
      startedAt: state.now,
      endedAt: state.now,
      tags: target?.place.tags ?? [],
      recipeId: state.recipe as RecipeId,
      engine: { name: 'none', version: '1', parts: {} },
      arguments: {},
      log: 'log',
    };
  };

  const built = (programme: SmallProgramme, item: WorkItem, digest?: Digest): Attempt => {
    const { buildId, architecture } = item.build;
    const tag = item.generation === 1 ? buildId : `${buildId}-${item.generation}`;
    const reference = `registry.example/quarantine/${architecture}:${tag}`;
    return attempt(programme, item, { kind: 'built', reference, digest: digest ?? digestOf(tag) });
  };

  const state: SmallState = {
    now,
    recipe: 'recipe',
    requests: [],
    fixes: new Map(),
    outside: new Map(),
    snapshot: () => snapshotOf(kept, state.requests),
    builds({ programme, graph }) {
      const own = ownNames(programme);
      return identifyBuilds(graph, rememberedImages(snapshotOf(kept, []).images, outsideOf(graph, own), own));
    },
    plan(small) {
      const { programme, graph } = small;
      return planWork({
        settings: programme.settings,
        graph,
        builds: state.builds(small),
        again: new Set(),
        snapshot: state.snapshot(),
        outside: outsideOf(graph, ownNames(programme)),
        recipeOf: () => state.recipe as RecipeId,
        fixes: state.fixes,
        now: state.now,
      });
    },
    admit(programme, item, digest) {
      const made = built(programme, item, digest);
      kept.push({ attempt: made, verdict: 'admitted', image: imageOf(made) });
    },
    build(programme, item) {
      const made = built(programme, item);
      kept.push({ attempt: made, verdict: null, image: null });
      return made;
    },
    fail(programme, item) {
      const outcome = { kind: 'failed', code: 'BUILD_FAILED', because: 'a step failed' } as const;
      kept.push({ attempt: attempt(programme, item, outcome), verdict: null, image: null });
    },
    reject(programme, item) {
      kept.push({ attempt: built(programme, item), verdict: 'rejected', image: null });
    },
  };

  const outsideOf = (
    graph: SmallProgramme['graph'],
    own: ReturnType<typeof ownNames>,
  ): ReadonlyMap<string, OutsideImage> =>
    new Map(
      outsideParentsOf(graph, own).flatMap((parent) => {
        const found = state.outside.get(parent.from);
        if (found === undefined) return [];
        const reference = `registry.example/${parent.from.split(':')[0] ?? ''}@${found.digest}`;
        return [[outsideKey(parent), { ...found, reference }]];
      }),
    );
  return state;
}

/** What the state answers, by the same rules as the real one. */
function snapshotOf(kept: readonly Kept[], requests: readonly BuildRequestedByHand[]): StateSnapshot {
  const images = new Map<BuildId, BuiltImage>();
  const generations = new Map<BuildId, number>();
  const failures = new Map<BuildId, Failures>();
  const newest = new Map<string, BuiltImage>();
  for (const { attempt, verdict, image } of kept) {
    const { buildId, outcome, generation } = attempt;
    if (outcome.kind === 'built') generations.set(buildId, generation);
    if (image !== null) {
      images.set(buildId, image);
      failures.delete(buildId);
      newest.set(targetKey(attempt), image);
      for (const tag of attempt.tags) newest.set(`${tag}/${attempt.architecture}`, image);
    } else if (outcome.kind === 'failed' || verdict === 'rejected') {
      const count = (failures.get(buildId)?.count ?? 0) + 1;
      const lastAt = attempt.endedAt ?? attempt.startedAt;
      failures.set(buildId, { count, lastAt, own: { count, lastAt } });
    }
  }
  const unexamined = kept
    .filter(({ attempt, verdict }) => attempt.outcome.kind === 'built' && verdict === null)
    .map(({ attempt }) => attempt);
  return {
    images,
    generations,
    failures,
    unexamined,
    requests,
    previous: newest,
    previousOfTag: newest,
    examined: new Map(),
    revoked: new Map(),
  };
}

function imageOf(attempt: Attempt): BuiltImage {
  const { buildId, generation, architecture, recipeId, outcome, startedAt } = attempt;
  if (outcome.kind !== 'built') throw new Error('nothing was built');
  const { reference, digest } = outcome;
  return {
    attempt,
    admission: {
      buildId,
      generation,
      architecture,
      recipeId,
      source: examined(),
      reference,
      digest,
      verdict: 'admitted',
      checks: [],
      evidence: [],
      findings: null,
      at: formatSeconds(startedAt),
    },
  };
}

/** `python:3.13 amd64` for each target, in the order that was given. */
export function namesOf(
  { graph }: SmallProgramme,
  targets: readonly (WorkItem['build'] | Pick<Build, 'sourceId' | 'architecture'>)[],
): readonly string[] {
  return targets.map(({ sourceId, architecture }) => {
    const target = graph.targets[graph.numberOf(sourceId, architecture) ?? -1];
    return target === undefined ? '?' : `${targetName(target)} ${architecture}`;
  });
}
