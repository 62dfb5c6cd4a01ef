/** A gate that becomes stricter, or looser: what becomes of images that were examined before. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { RunEvent } from '../../src/library/running/run-event.ts';
import type { RunProgrammeOptions } from '../../src/library/running/run-programme.ts';
import { readStatus } from '../../src/library/running/stock/read-status.ts';
import { temporaryDirectory } from '../images/temporary-directory.ts';
import { memoryDatabase } from '../memory-database.ts';
import { startMemoryRegistry } from '../registry/memory-registry.ts';
import { SPECIMENS } from '../secret-specimens.ts';
import {
  runTinyProgramme,
  surroundings,
  THREE_LEVELS,
  writeTinyProgramme,
  writeTinySettings,
} from './tiny-programme.ts';

const LOOSE = { gate: '{ refuseSecrets: false }' };
const STRICT = { gate: '{ refuseSecrets: true }' };

/** A base, `app` with a secret, and `site` on that; built, examined by a loose gate, and published. */
async function publishedScene(t: TestContext) {
  const registry = await startMemoryRegistry();
  t.after(() => registry[Symbol.asyncDispose]());
  const folder = temporaryDirectory(t);
  // the engine puts the Dockerfile into the image
  const dockerfile = `FROM base:1\n# ${SPECIMENS['github-token'] ?? ''}\n`;
  writeTinyProgramme(folder, registry.host, {
    images: { ...THREE_LEVELS.images, 'app/Dockerfile': dockerfile },
    definitions: Object.fromEntries(
      Object.entries(THREE_LEVELS.definitions).map(([name, text]) => [
        name,
        text.replace('Architectures: amd64, arm64v8\n', ''),
      ]),
    ),
    settings: LOOSE,
  });
  const run = async (
    settings: Readonly<Record<string, string>>,
    options: Partial<RunProgrammeOptions> = {},
  ) => {
    writeTinySettings(folder, registry.host, settings);
    return told((await runTinyProgramme(folder, options)).events);
  };
  await run(LOOSE);
  const tag = () => registry.repository('library/app').tags.get('1');
  const status = () =>
    readStatus(folder, [], {
      environment: surroundings(),
      signal: new AbortController().signal,
      advisories: { openDatabase: () => null },
      now: Math.floor(Date.now() / 1000),
    });
  return { folder, run, tag, status };
}

function told(events: readonly RunEvent[]): readonly string[] {
  return events.flatMap((event) => {
    if (event.kind === 'published') return [`published ${event.entry.event.repository}`];
    if (event.kind === 'building')
      return [`building ${event.build.name}: ${event.reasons.map(({ kind }) => kind).join()}`];
    if (event.kind === 'examining-again') return [`again ${event.build.name}: ${event.because}`];
    return 'build' in event ? [`${event.kind} ${event.build.name}`] : [];
  });
}

test('a stricter gate: images are examined again, and what it refuses is published no more, and built anew', async (t) => {
  const { run, tag, status } = await publishedScene(t);
  const before = tag();
  assert.deepEqual(await run(STRICT), [
    'again base:1: gate-changed',
    'admitted base:1',
    'again app:1: gate-changed',
    'revoked app:1',
    'building app:1: revoked',
    'built app:1',
    'rejected app:1',
  ]);
  assert.equal(tag(), before, 'what is public stays');
  const { refused, waiting, held, failing } = await status();
  assert.deepEqual(
    refused.map(({ image, because }) => [image, because.split(':')[0]]),
    [['app:1', 'secrets']],
  );
  assert.deepEqual(waiting, [{ image: 'site:1', architecture: 'amd64', for: ['app:1'] }]);
  assert.deepEqual(
    held.map(({ repository, because }) => [repository, because]),
    [
      ['app', 'no image for amd64 is admitted any more; what is public stays'],
      ['site', 'its image for amd64 was admitted by another gate, and is examined again'],
    ].slice(0, held.length),
  );
  assert.deepEqual(
    failing.map(({ attempts }) => attempts),
    [2],
  );
  assert.deepEqual(await run(STRICT), [], 'tried again after the usual time');
  // a looser one does not wait for that
  assert.deepEqual(await run(LOOSE), [
    'again base:1: gate-changed',
    'admitted base:1',
    'again app:1: gate-changed',
    'admitted app:1',
  ]);
  assert.deepEqual((await status()).refused, []);
});

test('the builder waits for the verifier, which needs no builder', async (t) => {
  const { run } = await publishedScene(t);
  assert.deepEqual(await run(STRICT, { roles: new Set(['build']) }), []);
  assert.deepEqual(await run(STRICT, { roles: new Set(['verify']) }), [
    'again base:1: gate-changed',
    'admitted base:1',
    'again app:1: gate-changed',
    'revoked app:1',
  ]);
});

test('tests that have changed', async (t) => {
  const { folder, run } = await publishedScene(t);
  mkdirSync(join(folder, 'test'));
  const write = (text: string) =>
    writeFileSync(join(folder, 'test/tests.yaml'), `schema: hallmark.image-tests/1\n${text}`);
  const settings = { ...LOOSE, tests: 'test' };
  write('global: []\n');
  const again = ['base', 'app', 'site'].flatMap((name) => [
    `again ${name}:1: gate-changed`,
    `admitted ${name}:1`,
  ]);
  assert.deepEqual(await run(settings), again);
  assert.deepEqual(await run(settings), []);
  write('global: []\n# something else\n');
  assert.deepEqual(await run(settings), again);
});

test('where flaws were not looked for, they are as soon as there are advisories', async (t) => {
  const { run } = await publishedScene(t);
  const database = memoryDatabase({ advisories: [] });
  const options = { openDatabase: () => database, databaseFingerprint: () => 'one' };
  const again = await run(LOOSE, options);
  assert.deepEqual(again.toSorted(), [
    ...['app', 'base', 'site'].map((name) => `admitted ${name}:1`),
    ...['app', 'base', 'site'].map((name) => `again ${name}:1: flaws-unknown`),
  ]);
  assert.deepEqual(await run(LOOSE, options), []);
  assert.deepEqual(await run(LOOSE), []);
});
