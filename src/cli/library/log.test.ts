/** `library log`: of a programme that runs, and of what it has published. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { commandLine } from '../../../test/cli/command-line.ts';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import {
  entry,
  publicKeyFile,
  runTinyProgramme,
  writeTinyProgramme,
} from '../../../test/library/tiny-programme.ts';
import { type MemoryRegistry, startMemoryRegistry } from '../../../test/registry/memory-registry.ts';
import { referrersOf } from '../../../test/registry/memory-repository.ts';
import { BUILD_LOG_ARTIFACT } from '../../library/logs/build-log-artifact.ts';
import {
  BuildAttemptsDocument,
  buildAttemptsJsonSchema,
  BuildLogDocument,
  buildLogJsonSchema,
} from '../../library/logs/log-documents.ts';
import type { RoleName } from '../../library/running/run-programme.ts';
import { digestOf } from '../../model/digest.ts';
import { formatJson } from '../../report/json.ts';

/** Builds one image, whose builder says what it does; and one that fails. */
async function programme(t: TestContext) {
  const registry = await startMemoryRegistry();
  t.after(() => registry[Symbol.asyncDispose]());
  const folder = temporaryDirectory(t);
  writeTinyProgramme(folder, registry.host, {
    images: { 'app/Dockerfile': 'FROM scratch\n', 'bad/Dockerfile': 'FROM scratch\nRUN fail\n' },
    definitions: { app: entry('1, latest', 'app'), bad: entry('1', 'bad') },
  });
  const hallmark = commandLine(t);
  return {
    registry,
    folder,
    hallmark,
    run: (...roles: readonly RoleName[]) => runTinyProgramme(folder, { roles: new Set(roles) }),
    log: (...args: readonly string[]) => hallmark(['library', 'log', ...args], { workingDirectory: folder }),
  };
}

/** Logs that are attached to images of a repository. */
function logsIn(registry: MemoryRegistry, name: string): number {
  const repository = registry.repository(name);
  return [...repository.manifests.keys()].flatMap((digest) =>
    referrersOf(repository, digest, BUILD_LOG_ARTIFACT),
  ).length;
}

for (const [name, schema] of [
  ['build-log', buildLogJsonSchema()],
  ['build-attempts', buildAttemptsJsonSchema()],
] as const) {
  test(`docs/schema/${name}-1.schema.json is made from the schema`, () => {
    const file = new URL(`../../../docs/schema/${name}-1.schema.json`, import.meta.url);
    assert.equal(readFileSync(file, 'utf8'), formatJson(schema), 'run npm run make:docs');
  });
}

suite('library log', () => {
  test('of builds on this machine, and of the image that was published', async (t) => {
    const { registry, folder, hallmark, run, log } = await programme(t);
    assert.deepEqual((await log('app')).status, 3);
    const { events } = await run('build', 'verify', 'publish');
    assert.ok(!events.some(({ kind }) => kind === 'without-log'));
    assert.deepEqual([logsIn(registry, 'quarantine/amd64'), logsIn(registry, 'library/app')], [1, 1]);

    const own = await log('app:latest');
    assert.deepEqual([own.status, own.stdout], [0, 'building for linux/amd64\n']);
    assert.match(own.stderr, /^attempt \d of app:1 on amd64, begun \S+: built\n$/);
    const failed = await log('bad', '--quiet', '--follow');
    assert.equal(failed.stderr, '');
    assert.match(failed.stdout, /BUILD_FAILED/);

    const { attempts } = BuildAttemptsDocument.parse(
      JSON.parse((await log('bad', '--all', '--format', 'json')).stdout),
    );
    assert.ok(attempts.length > 0 && attempts.every(({ outcome }) => outcome === 'failed'));
    const first = attempts.at(-1)?.attempt ?? 0;
    assert.equal((await log('bad', '--attempt', String(first))).status, 0);
    assert.match((await log('bad', '--all')).stdout, /^attempt \d of bad:1 .* failed after/);

    const published = `${registry.host}/library/app:1`;
    const shown = await log(published, '--arch', 'amd64', '--key', publicKeyFile(folder, 'publisher'));
    assert.deepEqual([shown.status, shown.stdout], [0, 'building for linux/amd64\n']);
    assert.match(shown.stderr, /: provenance signed by the key sha256:\w+ names it\n$/);
    const document = BuildLogDocument.parse(JSON.parse((await log(published, '--format', 'json')).stdout));
    assert.deepEqual(
      [document.digest, document.vouchedBy, document.text],
      [digestOf('building for linux/amd64\n'), null, 'building for linux/amd64\n'],
    );
    assert.match((await log(published)).stderr, /nobody vouches for it/);
    const verified = await hallmark(['verify', '--key', join(folder, 'publisher.pub'), published]);
    assert.equal(verified.status, 0, verified.stdout + verified.stderr);

    const stranger = await log(published, '--key', publicKeyFile(folder, 'verifier'));
    assert.equal(stranger.status, 2);
    assert.match(stranger.stderr, /LOG_UNPROVEN/);
    rmSync(join(folder, 'state/logs'), { recursive: true });
    const gone = await log('app');
    assert.equal(gone.status, 1);
    assert.match(gone.stderr, /LOG_NOT_FOUND/);
  });

  test('what was attached to an image in quarantine since it was examined is not published', async (t) => {
    const { registry, run } = await programme(t);
    await run('build', 'verify');
    const { manifests } = registry.repository('quarantine/amd64');
    const [log] = [...manifests.values()].filter(({ bytes }) => bytes.includes(BUILD_LOG_ARTIFACT));
    assert.ok(log !== undefined);
    manifests.delete(log.digest);
    const { events } = await run('publish');
    assert.deepEqual(
      events.map(({ kind }) => kind).filter((kind) => kind === 'published' || kind === 'without-log'),
      ['published', 'without-log'],
    );
    assert.equal(logsIn(registry, 'library/app'), 0);
  });

  test('what does not go together is wrong usage', async (t) => {
    const { log } = await programme(t);
    const wrong: readonly (readonly string[])[] = [
      ['app', '--key', 'publisher.pub'],
      ['app', '--all', '--follow'],
      ['app', '--follow', '--format', 'json'],
      ['registry.example/app', '--all'],
      ['registry.example/app', '--attempt', '1'],
      ['registry.example/app', '--key', 'nowhere.pub'],
    ];
    for (const args of wrong) assert.equal((await log(...args)).status, 3, args.join(' '));
  });
});
