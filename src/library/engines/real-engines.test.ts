/** Builds with the programs themselves. Where one is not installed its tests are skipped, and say so. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import test, { type TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { buildImage, buildLayer } from '../../../test/images/image-builder.ts';
import { writeOciLayout } from '../../../test/images/layouts.ts';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { buildRequest, type TestedBuild } from '../../../test/library/build-request.ts';
import { type Digest, digestOf } from '../../model/digest.ts';
import { blobPath } from '../../oci/sources/oci-layout.ts';
import { LibraryError } from '../errors.ts';
import type { EngineSettings } from '../programme/programme.ts';
import { engineFor } from './engine-for.ts';
import type { BuildEngine, BuildRequest } from './engine.ts';
import type { ExaminedImage } from './layouts/examine-image.ts';
import { validateLayout } from './layouts/layout-validation.ts';

/** From Debian's package busybox-static: the smallest system in which a step can run. */
const BUSYBOX = '/bin/busybox';

interface TestedEngine {
  readonly name: string;
  readonly settings: EngineSettings;
  /** Why it is not tested here; null where it is. */
  readonly skip: string | null;
}

const ENGINES: readonly TestedEngine[] = [
  {
    name: 'buildah',
    settings: { kind: 'buildah', isolation: 'chroot', storageDriver: 'vfs' },
    skip: isThere('buildah', '--version') ? null : 'the program buildah is not installed',
  },
  {
    name: 'buildkit',
    settings: { kind: 'buildkit', address: null, frontend: null },
    skip: isThere('buildctl', 'debug', 'info') ? null : 'no buildkitd answers the program buildctl',
  },
];

function isThere(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore', timeout: 10_000 }).status === 0;
}

const isCode = (code: string, message: RegExp) => (error: unknown) =>
  error instanceof LibraryError && error.code === code && message.test(error.message);

interface EngineTest extends TestedBuild {
  readonly engine: BuildEngine;
}

/** A test that builds something on a small system, which goes by several names. */
function engineTest(
  what: string,
  dockerfile: readonly string[],
  body: (tested: EngineTest, t: TestContext) => Promise<void>,
  further: (t: TestContext) => Partial<BuildRequest> = () => ({}),
): void {
  for (const { name, settings, skip } of ENGINES) {
    const missing = skip ?? (existsSync(BUSYBOX) ? null : `${BUSYBOX} is not installed`);
    test(`${name}: ${what}`, { skip: missing ?? false }, async (t) => {
      const layout = temporaryDirectory(t);
      const system = smallSystem();
      writeOciLayout(layout, [{ root: system }, { root: buildImage({ layers: [] }) }]);
      const froms = ['base:1', 'registry.example:5000/tools/tool', `pinned@${PINNED}`];
      const parents = froms.map((from) => ({ from, digest: system.digest, layout }));
      const tested = buildRequest(t, { parents, ...further(t) });
      writeFileSync(join(tested.request.context, 'Dockerfile'), dockerfile.join('\n'));
      const { PATH, BUILDKIT_HOST } = process.env;
      const engine = engineFor(settings, '', { PATH, BUILDKIT_HOST, SECRET: 'secret' });
      await body({ ...tested, engine }, t);
    });
  }
}

/** As a Dockerfile may name an index; its image is another digest. */
const PINNED = digestOf('an index');

function smallSystem() {
  const tools = ['cat', 'env', 'ls', 'mkdir', 'setsid', 'sh', 'sleep', 'touch'];
  const links = tools.map(
    (name) => ({ path: `bin/${name}`, type: 'symlink', linkTarget: 'busybox' }) as const,
  );
  const folders = ['dev/', 'etc/', 'proc/', 'run/', 'sys/', 'tmp/'].map((path) => ({ path }));
  const busybox = { path: 'bin/busybox', content: readFileSync(BUSYBOX), mode: 0o755 };
  return buildImage({ layers: [buildLayer([...folders, busybox, ...links])], configuration: { config: {} } });
}

async function built(output: string, platform: BuildRequest['platform']): Promise<ExaminedImage> {
  return (await validateLayout(output, { platform })).image;
}

/** The archives of layers from one on, as text: small files stand in them as they are. */
function contentOf({ manifest }: ExaminedImage, output: string, from = 1): string {
  const unpack = ({ digest }: { readonly digest: Digest }): string =>
    gunzipSync(readFileSync(join(output, blobPath(digest)))).toString('latin1');
  return manifest.layers.slice(from).map(unpack).join('');
}

engineTest(
  'the same request gives the same image, from its parents alone',
  [
    '# syntax=registry.invalid/no/such/frontend:1',
    'ARG TAG=1',
    'FROM registry.example:5000/tools/tool AS tool',
    'RUN echo made by a tool > /made',
    'FROM base:${TAG}',
    'ARG GREETING',
    'ARG SOURCE_DATE_EPOCH',
    'RUN echo "$GREETING at $SOURCE_DATE_EPOCH" > /etc/greeting && env',
    'COPY --from=tool /made /made',
    `COPY --from=pinned@${PINNED} /bin/busybox /bin/other`,
    'RUN --mount=type=bind,from=registry.example:5000/tools/tool,target=/mnt ls /mnt/bin > /listed',
    'COPY file link /copied/',
    'LABEL of=ours',
    'CMD ["/bin/sh"]',
  ],
  async ({ engine, request, said }) => {
    writeFileSync(join(request.context, 'file'), 'from the context');
    symlinkSync('file', join(request.context, 'link'));
    const first = await engine.build(request);
    const image = await built(request.output, request.platform);
    assert.equal(image.digest, first.digest);
    assert.deepEqual({ ...image.manifest.annotations }, request.annotations);
    assert.deepEqual(image.configuration.run.command, ['/bin/sh']);
    assert.equal(image.configuration.labels['of'], 'ours');
    assert.equal(image.configuration.created, '2023-11-14T22:13:20Z');
    const content = contentOf(image, request.output);
    for (const part of ['hello at 1700000000\n', 'made by a tool\n', 'setsid\n', 'from the context'])
      assert.ok(content.includes(part), part);
    assert.match(said(), /GREETING=hello/);
    assert.doesNotMatch(said(), /secret/i);
    assert.deepEqual(
      readdirSync(request.scratch).filter((name) => /^(?:storage|layout|parents)$/.test(name)),
      [],
    );

    const again = { ...request, output: `${request.output}-2`, scratch: `${request.scratch}-2` };
    assert.deepEqual(await engine.build(again), first);
  },
  () => ({ arguments: { GREETING: 'hello' } }),
);

engineTest(
  'an image for another platform is one for that, as long as nothing runs in it',
  ['FROM scratch', 'COPY Dockerfile /'],
  async ({ engine, request }) => {
    await engine.build(request);
    const { configuration } = await built(request.output, request.platform);
    assert.equal(configuration.platform.architecture, 'arm64');
  },
  () => ({ parents: [], platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } }),
);

engineTest(
  'a Dockerfile whose name asks for a preprocessor has read nothing of this machine',
  ['FROM scratch', 'COPY Dockerfile /'],
  async ({ engine, request }) => {
    const file = join(request.context, 'Dockerfile.in');
    writeFileSync(
      file,
      'FROM scratch\nCOPY Dockerfile /\n#include "/proc/self/environ"\n#define COPY FROM\n',
    );
    await engine.build({ ...request, file: 'Dockerfile.in' });
    assert.match(
      contentOf(await built(request.output, request.platform), request.output, 0),
      /COPY Dockerfile/,
    );
  },
  () => ({ parents: [] }),
);

engineTest(
  'a step that fails tells what it said',
  ['FROM base:1', 'RUN cat /no/such/file'],
  async ({ engine, request, said }) => {
    await assert.rejects(
      engine.build(request),
      isCode('BUILD_FAILED', /^(?:buildah|buildctl) ended with status \d+: ./),
    );
    assert.match(said(), /no\/such\/file/);
    assert.ok(!existsSync(request.output));
  },
);

engineTest(
  'an image that is none of the parents is not fetched',
  ['FROM localhost:1/unknown:1', 'RUN true'],
  async ({ engine, request }) => {
    await assert.rejects(engine.build(request), isCode('BUILD_FAILED', /not known|denied by policy/));
  },
);

engineTest(
  'a build whose time is over leaves nothing behind, not even what ran away',
  ['FROM base:1', 'RUN echo running; setsid sleep 98765 & sleep 98765'],
  async ({ engine, request }) => {
    const time = new AbortController();
    const over = new DOMException('its time is over', 'TimeoutError');
    // over as soon as the step has begun
    const log = (text: string): void => {
      if (/^(?:#\d+ [\d.]+ )?running$/m.test(text)) time.abort(over);
    };
    const build = engine.build({ ...request, log, signal: time.signal });
    await assert.rejects(build, isCode('BUILD_TIMEOUT', /had not finished/));
    assert.ok(!existsSync(request.output));
    for (let look = 0; isRunning('sleep 98765'); look++) assert.ok(look < 300, 'it still runs');
  },
);

function isRunning(command: string): boolean {
  const { stdout } = spawnSync('ps', ['-eo', 'stat=,args='], { encoding: 'utf8' });
  return stdout.split('\n').some((line) => /^[^Z]/.test(line) && line.endsWith(command));
}

engineTest(
  'a parent that is not where it should be is told',
  ['FROM gone:1'],
  async ({ engine, request }) => {
    await assert.rejects(
      engine.build(request),
      (error) => error instanceof LibraryError && /gone|sha256/.test(error.message),
    );
  },
  (t) => ({ parents: [{ from: 'gone:1', digest: digestOf('nothing'), layout: temporaryDirectory(t) }] }),
);

for (const { name, settings, skip } of ENGINES) {
  test(`${name} says what it is`, { skip: skip ?? false }, async () => {
    const found = await engineFor(settings, '', process.env).describe();
    assert.equal(found.name, name);
    assert.match(found.version, /^v?\d+\.\d+/);
  });
}
