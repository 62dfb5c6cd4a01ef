import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { defaultSettings } from '../programme/read-settings.ts';
import { createBuildGraph, targetName } from '../builds/build-graph.ts';
import type { BuildId } from '../builds/build.ts';
import { identifyBuilds } from '../builds/identify-builds.ts';
import type { Source, SourceId } from '../sources/source.ts';
import type { StateSnapshot } from '../state/programme-state.ts';
import { retryNotBefore } from './back-off.ts';
import { planWork } from './plan-work.ts';

const FIXTURES = new URL('../../../test/fixtures/library/meta-scripts/', import.meta.url);

interface QueueInput {
  readonly pastJobs: Readonly<Record<string, { readonly count: number; readonly lastTime: number | null }>>;
  readonly builds: Readonly<
    Record<string, { readonly build: { readonly arch: string; readonly resolved: object | null } }>
  >;
}

const fixture = (name: string) =>
  gunzipSync(readFileSync(new URL(`${name}.json.gz`, FIXTURES))).toString('utf8');

test('the third attempt waits for an hour, and the longest wait is 32', () => {
  const hours = [0, 1, 2, 3, 4, 5, 6, 7, 8, 1_000].map(
    (count) => retryNotBefore({ count, lastAt: 0 }) / 3600,
  );
  assert.deepEqual(hours, [0, 0, 1, 2, 4, 8, 16, 32, 32, 32]);
});

test("upstream's queue: what is skipped after which failures, and the order of the rest", () => {
  const { pastJobs, builds } = JSON.parse(fixture('meta-queue-in')) as QueueInput;
  // three values one after the other: the queue, the new records, how many are skipped
  const [queue, , skipped] = fixture('meta-queue-out')
    .trim()
    .split(/(?<=^[\]}])\n/m)
    .map((value): unknown => JSON.parse(value));

  // the other way around, since the queue is in the order of the input already
  const unbuilt = Object.entries(builds)
    .filter(([, { build }]) => build.arch === 'arm32v7' && build.resolved === null)
    .map(([name]) => name)
    .reverse();
  const graph = createBuildGraph(new Map(unbuilt.map((name) => [name as SourceId, sourceOf(name)])));
  const nobody = { ofBuild: () => null, ofOutside: () => ({ because: '' }) };
  const identified = identifyBuilds(graph, nobody);
  const failures = new Map<BuildId, { count: number; lastAt: number }>();
  for (const build of identified) {
    const { count = 0, lastTime = null } = pastJobs[build.sourceId] ?? {};
    if (build.kind === 'identified' && lastTime !== null) {
      failures.set(build.buildId, { count, lastAt: lastTime });
    }
  }
  const snapshot: StateSnapshot = {
    images: new Map(),
    generations: new Map(),
    unexamined: [],
    failures,
    requests: [],
    previous: new Map(),
    previousOfTag: new Map(),
  };
  const plan = planWork({
    settings: defaultSettings('/programme'),
    graph,
    builds: identified,
    snapshot,
    outside: new Map(),
    recipeOf: () => null,
    fixes: new Map(),
    now: 0,
  });
  assert.deepEqual(
    plan.work.map(({ build }) => build.sourceId),
    (queue as readonly { readonly buildId: string }[]).map(({ buildId }) => buildId),
  );
  assert.equal(plan.deferred.length, skipped);
  assert.ok(graph.targets.every((target) => targetName(target).startsWith('fake:')));
});

function sourceOf(name: string): Source {
  const place = {
    tags: [`fake:${name}`],
    archTags: [],
    froms: [],
    lastStageFrom: 'scratch',
    parents: new Map(),
  };
  return {
    sourceId: name as SourceId,
    checksum: '' as Source['checksum'],
    entries: [
      {
        gitRepo: '',
        gitFetch: '',
        gitCommit: '',
        directory: '.',
        file: 'Dockerfile',
        builder: '',
        epoch: 0,
      },
    ],
    architectures: new Map([['arm32v7', place]]),
  };
}
