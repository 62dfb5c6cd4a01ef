/**
 * What one publication costs at a registry without the referrers API, as Debian's docker-registry is: its requests by kind, its time, and
 * how much of that is waiting for other writers.
 *
 *     node bench/publication.ts [IMAGES] [RUNS]
 *
 * An index of IMAGES images, 2 unless given, with all that the verifier knows of them, and two tags; the same again, which finds
 * everything there; and eight such publications of as many repositories in one run.
 */
import { subscribe } from 'node:diagnostics_channel';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ARCHITECTURE_NAMES } from '../src/definitions/architectures.ts';
import type { PlannedPublication, PublicationMember } from '../src/library/publishing/publication-plan.ts';
import { publish } from '../src/library/publishing/publish.ts';
import { openState } from '../src/library/state/open-state.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../src/oci/registry/retry.ts';
import {
  admit,
  planned,
  publisherOf,
  type PublishingScene,
  publishingScene,
} from '../test/library/publishing.ts';
import { startRealRegistry } from '../test/registry/real-registry.ts';
import { median } from './measure.ts';

const SIDE_BY_SIDE = 8;
const [imageCount, runs] = [Number(process.argv[2] ?? 2), Number(process.argv[3] ?? 3)];

/** What is asked of a registry, by the path below `/v2/NAME/`. */
const KINDS: readonly (readonly [string, RegExp])[] = [
  ['lists behind tags', /\/manifests\/sha256-[0-9a-f]{64}$/],
  ["cosign's tags", /\/manifests\/sha256-[0-9a-f]{64}\./],
  ['manifests by digest', /\/manifests\/sha256:/],
  ['manifests by tag', /\/manifests\//],
  ['referrers API', /\/referrers\//],
  ['uploads', /\/blobs\/uploads\//],
  ['blobs', /\/blobs\//],
];

const counts = new Map<string, number>();
subscribe('undici:request:create', (message) => {
  const { method, path } = (message as { request: { method: string; path: string } }).request;
  const [bare = ''] = path.split('?');
  const kind = `${method} ${KINDS.find(([, pattern]) => pattern.test(bare))?.[0] ?? 'others'}`;
  counts.set(kind, (counts.get(kind) ?? 0) + 1);
});

/** In milliseconds, also of sleeps side by side. */
let slept = 0;
const policy: RetryPolicy = {
  ...DEFAULT_RETRY_POLICY,
  async sleep(milliseconds, signal) {
    slept += milliseconds;
    await DEFAULT_RETRY_POLICY.sleep(milliseconds, signal);
  },
};

interface Cost {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly sleptSeconds: number;
  readonly requests: ReadonlyMap<string, number>;
}

async function costOf(work: () => Promise<void>): Promise<Cost> {
  counts.clear();
  slept = 0;
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return {
    seconds: (performance.now() - began) / 1000,
    cpuSeconds: (user + system) / 1e6,
    sleptSeconds: slept / 1000,
    requests: new Map(counts),
  };
}

async function publishAll(scene: PublishingScene, folder: string, ready: readonly PlannedPublication[]) {
  const publisher = publisherOf(scene);
  const state = openState(folder);
  try {
    const { entries, problems } = await publish(scene.settings, state, { ready, retired: [] }, publisher);
    const [problem] = problems;
    if (problem !== undefined) throw problem.error;
    if (entries.length !== ready.length)
      throw new Error(`${entries.length} of ${ready.length} are published`);
  } finally {
    state.close();
    await publisher.close();
  }
}

/** In quarantine, each of another architecture. */
async function images(scene: PublishingScene): Promise<PlannedPublication['members']> {
  const members: PublicationMember[] = [];
  for (const architecture of ARCHITECTURE_NAMES.slice(0, imageCount))
    members.push(await admit(scene, { architecture, id: 'a' }));
  const [first, ...others] = members;
  if (first === undefined) throw new Error('an index needs an image');
  return [first, ...others];
}

async function measure(): Promise<Readonly<Record<string, Cost>>> {
  await using registry = await startRealRegistry();
  const folder = mkdtempSync(join(tmpdir(), 'hallmark-publication-'));
  try {
    const connection = { environment: {}, policy, registry: { plainHttp: [registry.host] } };
    const scene = { ...(await publishingScene(registry.host)), connection };
    const members = await images(scene);
    const one = [planned('app', ['1', 'latest'], members)];
    const many = Array.from({ length: SIDE_BY_SIDE }, (_, at) =>
      planned(`app-${at}`, ['1', 'latest'], members),
    );
    return {
      'one publication': await costOf(() => publishAll(scene, join(folder, 'one'), one)),
      'the same again': await costOf(() => publishAll(scene, join(folder, 'again'), one)),
      [`${SIDE_BY_SIDE} publications`]: await costOf(() => publishAll(scene, join(folder, 'many'), many)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const measured: Readonly<Record<string, Cost>>[] = [];
for (let run = 0; run < runs; run += 1) measured.push(await measure());
console.log(`${imageCount} images with all that is known of them, 2 tags; ${runs} runs: median (least–most)`);
for (const name of Object.keys(measured[0] ?? {})) {
  const costs = measured.flatMap((each) => each[name] ?? []);
  const figures = (of: (cost: Cost) => number): string => {
    const all = costs.map(of);
    return `${median(all).toFixed(2)} s (${Math.min(...all).toFixed(2)}–${Math.max(...all).toFixed(2)})`;
  };
  const total = costs.map(({ requests }) => [...requests.values()].reduce((sum, count) => sum + count, 0));
  console.log(`${name}: ${median(total)} requests`);
  console.log(`  in all   ${figures(({ seconds }) => seconds)}`);
  console.log(`  slept    ${figures(({ sleptSeconds }) => sleptSeconds)}, all sleepers together`);
  console.log(`  CPU      ${figures(({ cpuSeconds }) => cpuSeconds)}`);
  const kinds = [...(costs[0]?.requests ?? [])].toSorted(([a], [b]) => (a < b ? -1 : 1));
  for (const [kind, count] of kinds) console.log(`  ${String(count).padStart(5)}  ${kind}`);
}
