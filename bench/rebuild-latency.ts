/**
 * How long it takes from the publication of a base to the start of its child's build, in a programme of a thousand images: the base is
 * pushed, the registry's notification comes over HTTP, and the programme looks the name up, plans anew and begins.
 *
 *     node bench/rebuild-latency.ts [PUSHES]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { request } from 'undici';
import { listenForPushes } from '../src/library/running/push-notifications.ts';
import { createPushedChanges } from '../src/library/running/wait-for-change.ts';
import { buildImage, buildLayer } from '../test/images/image-builder.ts';
import { entry, runTinyProgramme, writeTinyProgramme } from '../test/library/tiny-programme.ts';
import { dpkgStatus } from '../test/library/verifying.ts';
import { startMemoryRegistry } from '../test/registry/memory-registry.ts';
import { addImage } from '../test/registry/memory-repository.ts';

const IMAGES = 1_000;
const pushes = Number(process.argv[2] ?? 20);
const folder = mkdtempSync(join(tmpdir(), 'hallmark-latency-'));

function base(release: number) {
  const files = [
    { path: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\n' },
    { path: 'etc/release', content: String(release) },
    dpkgStatus({ libc6: '2.36-9' }),
  ];
  return buildImage({ layers: [buildLayer(files)] });
}

async function measure(): Promise<readonly number[]> {
  await using registry = await startMemoryRegistry();
  const outside = registry.repository('outside/base');
  addImage(outside, base(0), '1');
  const from = `FROM ${registry.host}/outside/base:1\n`;
  // one is built here; the others are planned with it, and nobody at hand builds them
  const others = Array.from({ length: IMAGES - 1 }, (_, at) => `image-${at}`);
  writeTinyProgramme(folder, registry.host, {
    images: { 'child/Dockerfile': from, 'other/Dockerfile': from },
    definitions: {
      child: entry('1', 'child'),
      ...Object.fromEntries(others.map((name) => [name, entry('1', 'other', 'Architectures: s390x\n')])),
    },
    settings: { pollInterval: '1h' },
  });
  const changes = createPushedChanges();
  const ending = new AbortController();
  const listening = await listenForPushes({
    host: '127.0.0.1',
    port: 0,
    authorization: null,
    onPushes: changes.push,
  });
  const body = JSON.stringify({
    events: [{ action: 'push', target: { repository: 'outside/base', tag: '1' } }],
  });
  const latencies: number[] = [];
  let pushed = 0;
  const push = async (): Promise<void> => {
    addImage(outside, base(latencies.length + 1), '1');
    pushed = performance.now();
    const answer = await request(`http://127.0.0.1:${listening.port}/events`, { method: 'POST', body });
    await answer.body.dump();
  };
  const run = runTinyProgramme(folder, {
    waitForChange: changes,
    signal: ending.signal,
    onEvent({ kind }) {
      if (kind === 'building' && pushed > 0) latencies.push(performance.now() - pushed);
      if (kind !== 'published') return;
      if (latencies.length === pushes) ending.abort();
      else void push();
    },
  });
  await run.catch((error: unknown) => {
    if (!ending.signal.aborted) throw error;
  });
  await listening.close();
  return latencies.toSorted((a, b) => a - b);
}

try {
  const latencies = await measure();
  const at = (share: number) => Math.round(latencies[Math.ceil(latencies.length * share) - 1] ?? Number.NaN);
  process.stdout.write(
    `${latencies.length} pushes, ${IMAGES} images: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, at most ${at(1)} ms\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
