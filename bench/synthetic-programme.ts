/**
 * A programme far larger than any there is, always the same for the same number: levels of images on eight architectures, with
 * several parents, cycles, names that nobody knows, flaws, failures and requests.
 *
 *   node bench/synthetic-programme.ts read|plan PAIRS
 *
 * `read` makes the sources and an image for each; `plan` plans them too, which is what the difference measures.
 */
import { examined } from '../test/library/examined.ts';
import { ARCHITECTURE_NAMES } from '../src/definitions/architectures.ts';
import { createBuildGraph } from '../src/library/builds/build-graph.ts';
import { buildIdOf } from '../src/library/builds/build-id.ts';
import { type BuildId, type IdentifiedBuild, type RecipeId, targetKey } from '../src/library/builds/build.ts';
import { identifyBuilds } from '../src/library/builds/identify-builds.ts';
import { rememberedImages } from '../src/library/builds/resolve-parents.ts';
import { planWork } from '../src/library/plan/plan-work.ts';
import type { KnownFix } from '../src/library/plan/work.ts';
import { defaultSettings } from '../src/library/programme/read-settings.ts';
import type { Source, SourceArchitecture, SourceId, SourceParent } from '../src/library/sources/source.ts';
import type { BuiltImage, Failures, StateSnapshot } from '../src/library/state/programme-state.ts';
import { digestHex, digestOf } from '../src/model/digest.ts';
import { formatSeconds } from '../src/formats/time.ts';

const ARCHITECTURES = ARCHITECTURE_NAMES.slice(0, 8);
const NOW = 1_800_000_000;
const DAY = 86_400;
/** One in so many. */
const RARE = {
  cycle: 2_000,
  unknown: 500,
  secondParent: 8,
  unbuilt: 40,
  stale: 30,
  failed: 100,
  flawed: 25,
} as const;
const BASES = 40;
/** A little older than images may be. */
const OLDEST_DAYS = 32;

/** xorshift32: the same numbers on every machine. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

function makeSources(pairs: number): ReadonlyMap<SourceId, Source> {
  const random = createRandom(42);
  const count = Math.ceil(pairs / ARCHITECTURES.length);
  const ids = Array.from({ length: count }, (_, index) => digestHex(digestOf(`source ${index}`)) as SourceId);
  const sources = new Map<SourceId, Source>();
  for (const [index, sourceId] of ids.entries()) {
    const name = `r${index % 1_000}:${index}`;
    const parents = new Map<string, SourceParent>();
    const add = (number: number) =>
      parents.set(`r${number % 1_000}:${number}`, { sourceId: ids[number] ?? null, pin: null });
    if (index >= BASES) add(random(index % 3 === 0 ? BASES : index));
    if (index >= BASES && random(RARE.secondParent) === 0) add(random(index));
    if (index > BASES && random(RARE.cycle) === 0) add(Math.min(count - 1, index + random(50)));
    if (random(RARE.unknown) === 0) parents.set('example.com/unknown:1', { sourceId: null, pin: null });
    const froms = [...parents.keys()];
    const place: SourceArchitecture = {
      tags: [name, `${name}-a`, `${name}-b`],
      archTags: [],
      froms,
      lastStageFrom: froms[0] ?? 'scratch',
      parents,
    };
    sources.set(sourceId, {
      sourceId,
      checksum: sourceId as string as Source['checksum'],
      entries: [
        {
          gitRepo: 'https://git.example/images.git',
          gitFetch: 'refs/heads/main',
          gitCommit: digestHex(digestOf(name)).slice(0, 40),
          directory: '.',
          file: 'Dockerfile',
          builder: '',
          epoch: NOW - 100 * DAY,
        },
      ],
      architectures: new Map(ARCHITECTURES.map((architecture) => [architecture, place])),
    });
  }
  return sources;
}

function makeState(sources: ReadonlyMap<SourceId, Source>) {
  const random = createRandom(43);
  const graph = createBuildGraph(sources);
  const images = new Map<BuildId, BuiltImage>();
  const failures = new Map<BuildId, Failures>();
  const fixes = new Map<BuildId, readonly KnownFix[]>();
  const previous = new Map<string, BuiltImage>();
  const built = ({ sourceId, architecture, buildId, parents }: IdentifiedBuild): BuiltImage => {
    const recipeId = 'recipe' as RecipeId;
    const startedAt = NOW - random(OLDEST_DAYS) * DAY;
    const reference = `registry.example/quarantine/${architecture}:${buildId}`;
    const digest = digestOf(buildId);
    const identity = { buildId, generation: 1, architecture, recipeId };
    return {
      admission: {
        ...identity,
        source: examined(),
        reference,
        digest,
        verdict: 'admitted',
        checks: [],
        evidence: [],
        findings: null,
        at: formatSeconds(startedAt),
      },
      attempt: {
        ...identity,
        id: images.size,
        sourceId,
        tags: [],
        parents,
        engine: { name: 'none', version: '1', parts: {} },
        arguments: {},
        reasons: [{ kind: 'new' }],
        startedAt,
        endedAt: startedAt + 60,
        outcome: { kind: 'built', reference, digest },
        log: '',
      },
    };
  };
  const remember = (build: IdentifiedBuild): void => {
    const { sourceId, architecture, buildId } = build;
    const image = built(build);
    if (random(RARE.failed) === 0) {
      const own = { count: random(9), lastAt: NOW - random(DAY) };
      failures.set(buildId, { ...own, own });
    }
    if (random(RARE.stale) === 0) {
      const old = buildIdOf(sourceId, architecture, []);
      const attempt = { ...image.attempt, buildId: old, parents: [] };
      previous.set(targetKey(build), { ...image, attempt });
    }
    if (random(RARE.unbuilt) === 0) return;
    images.set(buildId, image);
    if (random(RARE.flawed) > 0) return;
    const flaw = { vulnerability: 'CVE-2026-1', package: 'openssl', installed: '1', fixed: '2' };
    fixes.set(buildId, [{ ...flaw, severity: 'high', since: NOW - random(10) * DAY }]);
  };
  const seen = new Set<BuildId>();
  const once = (build: IdentifiedBuild): void => {
    if (!seen.has(build.buildId)) remember(build);
    seen.add(build.buildId);
  };
  const builds = identifyBuilds(graph, {
    ofOutside: () => ({ because: 'nobody knows it' }),
    ofBuild(build) {
      once(build);
      const digest = images.get(build.buildId)?.admission.digest;
      return digest === undefined ? null : { reference: `registry.example/q@${digest}`, digest };
    },
  });
  for (const build of builds) if (build.kind === 'identified') once(build);
  const snapshot: StateSnapshot = {
    images,
    generations: new Map(),
    unexamined: [],
    failures,
    requests: [...sources.keys()]
      .filter(() => random(500) === 0)
      .map((sourceId) => ({
        sourceId,
        architecture: 'amd64',
        by: 'ann',
        note: '',
        at: NOW,
      })),
    previous,
    previousOfTag: new Map(),
    examined: new Map(),
    revoked: new Map(),
  };
  return { snapshot, fixes };
}

const [, , mode = 'plan', pairs = '100000'] = process.argv;
const sources = makeSources(Number(pairs));
const { snapshot, fixes } = makeState(sources);
if (mode === 'plan') {
  const settings = defaultSettings('/programme');
  const started = performance.now();
  const graph = createBuildGraph(sources);
  const sorted = performance.now();
  const builds = identifyBuilds(
    graph,
    rememberedImages(snapshot.images, new Map(), () => null),
  );
  const identified = performance.now();
  const plan = planWork({
    settings: { ...settings, rules: { ...settings.rules, maximumAge: 30 * DAY } },
    graph,
    builds,
    again: new Set(),
    snapshot,
    outside: new Map(),
    recipeOf: () => 'recipe' as RecipeId,
    fixes,
    now: NOW,
  });
  const planned = performance.now();
  console.log(
    JSON.stringify({
      targets: graph.targets.length,
      deepest: graph.depth.reduce((most, depth) => Math.max(most, depth), 0),
      work: plan.work.length,
      deferred: plan.deferred.length,
      waiting: plan.waiting.length,
      blocked: plan.blocked.length,
      done: plan.done,
      milliseconds: {
        graph: Math.round(sorted - started),
        identify: Math.round(identified - sorted),
        plan: Math.round(planned - identified),
      },
    }),
  );
}
