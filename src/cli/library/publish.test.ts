/** `library publish` and `library deploy`, against a registry in memory. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { commandLine } from '../../../test/cli/command-line.ts';
import { buildBlob } from '../../../test/images/image-builder.ts';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { INPUTS } from '../../../test/library/examined.ts';
import { admit, NOW, type PublishingScene, publishingScene } from '../../../test/library/publishing.ts';
import { type MemoryRegistry, startMemoryRegistry } from '../../../test/registry/memory-registry.ts';
import { identifyBuilds } from '../../library/builds/identify-builds.ts';
import { rememberedImages } from '../../library/builds/resolve-parents.ts';
import type { ContextChecksum } from '../../library/contents/contents.ts';
import { writeRecordedContents } from '../../library/contents/recorded-contents.ts';
import { openGitStore } from '../../library/git/git-store.ts';
import { openSettings } from '../../library/programme/open-programme.ts';
import { PublicationsSchema } from '../../library/publishing/publications-document.ts';
import { contentsFile, gitFolder } from '../../library/running/programme-folders.ts';
import { readProgramme } from '../../library/running/stock/read-programme.ts';
import { openState } from '../../library/state/open-state.ts';
import type { Attempt } from '../../library/state/programme-state.ts';
import { toPublicPem } from '../../signing/keys/signing-key.ts';

const COMMIT = 'a'.repeat(40);
const APP = `Maintainers: Ann Author (@ann)
GitRepo: https://git.example/app.git
GitCommit: ${COMMIT}

Tags: 1.2, 1, latest
Architectures: amd64, arm64v8
`;

/** A programme with admitted images in quarantine. @param architectures that have one @param others further definitions @param rules of it */
async function programme(
  t: TestContext,
  architectures: readonly ('amd64' | 'arm64v8')[],
  others: Readonly<Record<string, string>> = {},
  rules = '{}',
) {
  const registry = await startMemoryRegistry();
  t.after(() => registry[Symbol.asyncDispose]());
  const scene = await publishingScene(registry.host);
  const folder = temporaryDirectory(t);
  writeProgramme(folder, scene, rules);
  for (const [name, text] of Object.entries(others)) writeFileSync(join(folder, 'library', name), text);
  const settings = openSettings(folder);
  const facts = { gitCommit: COMMIT, directory: '.', file: 'Dockerfile', builder: '' };
  const checksum = 'b'.repeat(64) as ContextChecksum;
  const recorded = { ...facts, checksum, froms: ['scratch'], lastStageFrom: 'scratch', epoch: 1_700_000_000 };
  mkdirSync(settings.state);
  writeRecordedContents(contentsFile(settings), new Map([[JSON.stringify(Object.values(facts)), recorded]]));
  const store = openGitStore({
    folder: gitFolder(settings),
    settings: settings.git,
    environment: {},
    signal: new AbortController().signal,
  });
  t.after(() => store.close());
  const { graph, ownName } = await readProgramme(folder, store, { isFetched: false });
  const state = openState(settings.state);
  for (const build of identifyBuilds(graph, rememberedImages(new Map(), new Map(), ownName))) {
    const architecture = architectures.find((one) => one === build.architecture);
    if (build.kind !== 'identified' || architecture === undefined) continue;
    const { buildId, sourceId } = build;
    const { admission, reasons } = await admit(scene, {
      architecture,
      id: 'd',
      buildId,
      inputs: { ...INPUTS, ...facts },
    });
    const { recipeId, digest, reference } = admission;
    const attempt: Omit<Attempt, 'id' | 'endedAt' | 'outcome'> = {
      buildId,
      sourceId,
      architecture,
      recipeId,
      reasons,
      generation: 1,
      tags: [],
      parents: [],
      engine: { name: 'test', version: '1', parts: {} },
      arguments: {},
      startedAt: 1,
      log: 'log',
    };
    const { id } = state.beginAttempt(attempt);
    state.endAttempt(id, { kind: 'built', reference, digest }, 2);
    state.recordAdmission(admission, 3);
  }
  state.close();
  const hallmark = commandLine(t);
  return {
    registry,
    run: (...args: readonly string[]) =>
      hallmark(['library', 'publish', ...args], { workingDirectory: folder, now: () => NOW.getTime() }),
  };
}

function writeProgramme(
  folder: string,
  { host, verifierKey, publisherPem }: PublishingScene,
  rules: string,
): void {
  mkdirSync(join(folder, 'library'));
  writeFileSync(join(folder, 'library/app'), APP);
  writeFileSync(join(folder, 'verifier.pub'), toPublicPem(verifierKey.publicKey));
  writeFileSync(join(folder, 'publisher.key'), publisherPem);
  const settings = `schema: hallmark.programme/1
name: test
registry: { quarantine: ${host}/quarantine, public: ${host}/library, plainHttp: true }
roles:
  verifier: { publicKey: verifier.pub }
  publisher: { key: publisher.key }
rules: ${rules}
`;
  writeFileSync(join(folder, 'programme.yaml'), settings);
}

const tagsOf = (registry: MemoryRegistry) => [...registry.repository('library/app').tags.keys()];

suite('library publish', () => {
  test('what cannot be read is told, and keeps nothing else from being published', async (t) => {
    const { registry, run } = await programme(t, ['amd64', 'arm64v8'], { broken: 'no field\n' });
    const done = await run();
    assert.match(done.stdout, /^published {2}app:1\.2, 1, latest /);
    assert.match(done.stderr, /^Bad line: .*broken, line 1/);
    assert.equal(done.status, 1);
    assert.deepEqual(tagsOf(registry), ['1.2', '1', 'latest']);
  });

  test('names that never move, where the rules ask for them', async (t) => {
    const { registry, run } = await programme(t, ['amd64', 'arm64v8'], {}, '{ datedTags: specific }');
    const told = await run('--dry-run');
    assert.match(
      told.stdout,
      /^to publish {2}app:1\.2, 1, latest {2}amd64, arm64v8; for good: 1\.2-20261121\n/,
    );
    const done = await run();
    assert.match(done.stdout, /^published .*; for good: 1\.2-20261121\n/);
    const { tags } = registry.repository('library/app');
    assert.deepEqual([...tags.keys()], ['1.2-20261121', '1.2', '1', 'latest']);
    assert.equal(tags.get('1.2-20261121'), tags.get('1.2'));
    assert.match((await run()).stdout, /^0 publications, 3 tags unchanged\n$/);
    assert.equal(tags.size, 4);
  });

  test('tells, publishes, and has nothing more to do', async (t) => {
    const { registry, run } = await programme(t, ['amd64', 'arm64v8']);
    const told = await run('--dry-run');
    assert.deepEqual([told.status, told.stderr], [0, '']);
    assert.equal(
      told.stdout,
      'to publish  app:1.2, 1, latest  amd64, arm64v8\n1 publication to make, 0 tags unchanged\n',
    );
    assert.deepEqual(tagsOf(registry), []);
    const done = await run('app:latest');
    assert.deepEqual([done.status, done.stderr], [0, '']);
    assert.match(
      done.stdout,
      /^published {2}app:1\.2, 1, latest {2}sha256:[0-9a-f]{64} {2}amd64, arm64v8\n1 publication, 0 tags unchanged\n$/,
    );
    assert.deepEqual(tagsOf(registry), ['1.2', '1', 'latest']);
    const again = await run('--format', 'json');
    const { published, unchanged, isDryRun } = PublicationsSchema.parse(JSON.parse(again.stdout));
    assert.deepEqual([published, unchanged, isDryRun], [[], 3, false]);
  });

  test('what is held back and what is missing is said', async (t) => {
    const { run } = await programme(t, ['amd64']);
    const { stdout } = await run('--format', 'json');
    const [one] = PublicationsSchema.parse(JSON.parse(stdout)).published;
    // nobody builds the other architecture here, so it is not waited for
    assert.deepEqual([one?.tags, one?.missing, one?.sequence], [['1.2', '1', 'latest'], ['arm64v8'], 1]);
    const none = await programme(t, []);
    const held = await none.run();
    assert.equal(held.status, 0);
    assert.match(held.stdout, /^held back {2}app:1\.2, 1, latest: no image is admitted yet\n/);
  });

  test('what is not admitted is told with its own status', async (t) => {
    const { registry, run } = await programme(t, ['amd64', 'arm64v8']);
    const { manifests } = registry.repository('quarantine/arm64v8');
    for (const [digest, { bytes }] of manifests)
      if (bytes.includes('sigstore.bundle')) manifests.delete(digest);
    const { status, stdout } = await run();
    assert.equal(status, 2);
    assert.match(stdout, /^ADMISSION_UNPROVEN {2}app:1\.2, 1, latest: .*no summary/);
    assert.deepEqual(tagsOf(registry), []);
  });

  test('a repository that nobody has', async (t) => {
    const { run } = await programme(t, []);
    const { status, stderr } = await run('nothing');
    assert.equal(status, 3);
    assert.match(stderr, /DEFINITION_NOT_FOUND/);
  });
});

suite('library deploy', () => {
  const BLOB = buildBlob({ hello: 'world' }, 'application/json');

  test('prints what is missing, writes it, and reads a file or standard input', async (t) => {
    await using registry = await startMemoryRegistry();
    const folder = temporaryDirectory(t);
    const object = {
      type: 'blob',
      refs: [`${registry.host}/a@${BLOB.digest}`],
      data: BLOB.bytes.toString('base64'),
    };
    writeFileSync(join(folder, 'objects.json'), JSON.stringify(object));
    const hallmark = commandLine(t);
    const run = (...args: readonly string[]) =>
      hallmark(['library', 'deploy', ...args], { workingDirectory: folder });
    const told = await run('--dry-run', 'objects.json');
    assert.deepEqual([told.status, JSON.parse(told.stdout)], [0, object]);
    assert.match(told.stderr, /^missing 127\.0\.0\.1.*\n0 objects deployed, 1 would be, 0 unchanged\n$/);
    const done = await run('--parallel', 'objects.json');
    assert.deepEqual([done.status, done.stdout], [0, '']);
    assert.match(done.stderr, /1 object deployed, 0 unchanged\n$/);
    assert.ok(registry.repository('a').blobs.has(BLOB.digest));
    const again = await run('--quiet', 'objects.json');
    assert.deepEqual(again, { status: 0, stdout: '', stderr: '' });
  });

  test('what fails is told, and what cannot be read', async (t) => {
    await using registry = await startMemoryRegistry();
    const folder = temporaryDirectory(t);
    const put = (text: string | Uint8Array) => writeFileSync(join(folder, 'objects.json'), text);
    const hallmark = commandLine(t);
    const run = (...args: readonly string[]) =>
      hallmark(['library', 'deploy', ...args], { workingDirectory: folder });
    put(
      JSON.stringify({
        type: 'manifest',
        refs: [`${registry.host}/a:1`],
        lookup: { '': `${registry.host}/b:1` },
      }),
    );
    const failed = await run('objects.json');
    assert.equal(failed.status, 1);
    assert.match(failed.stderr, /^failed .*MANIFEST_UNKNOWN.*\n0 objects deployed, 0 unchanged, 1 failed\n$/);
    put('{"type":"image"}');
    assert.match((await run('objects.json')).stderr, /DOCUMENT_INVALID/);
    put(Buffer.from([0x7b, 0xff]));
    assert.match((await run('objects.json')).stderr, /not UTF-8/);
    const { status, stderr } = await run('none.json');
    assert.equal(status, 3);
    assert.match(stderr, /cannot read none\.json/);
    assert.match((await run()).stderr, /no standard input/);
  });
});
