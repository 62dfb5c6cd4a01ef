import assert from 'node:assert/strict';
import { chmodSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import process from 'node:process';
import test, { type TestContext } from 'node:test';
import { buildImage, buildLayer } from '../../../../test/images/image-builder.ts';
import { writeOciLayout } from '../../../../test/images/layouts.ts';
import { temporaryDirectory } from '../../../../test/images/temporary-directory.ts';
import { buildRequest } from '../../../../test/library/build-request.ts';
import { blobPath } from '../../../oci/sources/oci-layout.ts';
import { LibraryError } from '../../errors.ts';
import { BuildOrder } from './build-order.ts';
import { engineFor } from '../engine-for.ts';
import type { BuildEngine, BuildRequest } from '../engine.ts';
import { validateLayout } from '../layouts/layout-validation.ts';

const LAYER = buildLayer([{ path: 'etc/os-release', content: 'ID=test\n' }]);
const IMAGE = buildImage({ layers: [LAYER], annotations: { builder: 'me', place: '/home/me' } });
const PLATFORM = { os: 'linux', architecture: 'amd64' };

/** A program that finds layouts beside itself and does as it is told. */
function program(t: TestContext, script: string): BuildEngine {
  const folder = temporaryDirectory(t);
  writeOciLayout(join(folder, 'image'), [{ root: IMAGE }]);
  writeOciLayout(join(folder, 'docker'), [{ root: buildImage({ layers: [LAYER], format: 'docker' }) }]);
  writeOciLayout(join(folder, 'two'), [{ root: IMAGE }, { root: buildImage({ layers: [] }) }]);
  const file = join(folder, 'builder');
  const order = `order=$(cat); output=$(echo "$order" | sed 's/.*"output":"\\([^"]*\\)".*/\\1/')`;
  const describe = '[ "$1" = describe ] && echo \'{"version":"7","parts":{"compiler":"tin"}}\' && exit';
  writeFileSync(
    file,
    `#!/bin/sh\ncd "${folder}"\n${describe}\n[ "$1" = build ] || exit 9\n${order}\n${script}\n`,
  );
  chmodSync(file, 0o755);
  return engineFor({ kind: 'command', command: [file] }, '', { PATH: process.env['PATH'], SECRET: 'secret' });
}

const isCode = (code: string, message: RegExp) => (error: unknown) =>
  error instanceof LibraryError && error.code === code && message.test(error.message);

test('a program says what it is', async (t) => {
  assert.deepEqual(await program(t, '').describe(), {
    name: 'builder',
    version: '7',
    parts: { compiler: 'tin' },
  });
});

test('a program that does not say what it is, is no engine', async () => {
  const cases: readonly [command: [string, ...string[]], message: RegExp][] = [
    [['echo', 'not JSON'], /does not describe itself/],
    [['sh', '-c', 'echo one >&2; echo two >&2; exit 3'], /^the program sh ended with status 3: two$/],
    [['sh', '-c', 'kill $$'], /^the program sh was ended by a signal$/],
    [['sh', '-c', 'yes'], /^the program sh wrote more than 65536 bytes$/],
    [['hallmark-no-such-program'], /^the program hallmark-no-such-program is not installed$/],
    [['/etc/passwd/builder'], /^the program \/etc\/passwd\/builder cannot be run: spawn ENOTDIR$/],
  ];
  for (const [command, message] of cases) {
    const engine = engineFor({ kind: 'command', command }, '', process.env);
    await assert.rejects(engine.describe(), isCode('ENGINE_MISSING', message), command.join(' '));
  }
});

test('a program builds: its image gets the annotations that were asked for, and is moved to its place', async (t) => {
  const engine = program(t, 'cp -r image "$output"; echo built; echo "$order" > "$HOME/../order.json"; env');
  const { request, said } = buildRequest(t, { arguments: { A: 'b' } });
  const { digest } = await engine.build(request);

  const { image, blobs } = await validateLayout(request.output, { platform: PLATFORM });
  assert.equal(image.digest, digest);
  assert.deepEqual({ ...image.manifest.annotations }, request.annotations);
  assert.deepEqual(
    image.manifest.layers.map((layer) => layer.digest),
    [LAYER.digest],
  );
  assert.equal(blobs.length, 3);
  assert.match(said(), /^built$/m);
  assert.doesNotMatch(said(), /secret/);

  const order = BuildOrder.parse(JSON.parse(readFileSync(join(request.scratch, 'order.json'), 'utf8')));
  assert.deepEqual(order.arguments, { A: 'b' });
  assert.equal(order.epoch, request.epoch);
});

test('the same image twice is the same image', async (t) => {
  const engine = program(t, 'cp -r image "$output"');
  const [one, other] = [buildRequest(t).request, buildRequest(t).request];
  assert.deepEqual(await engine.build(one), await engine.build(other));
  assert.equal(
    readFileSync(join(one.output, 'index.json'), 'utf8'),
    readFileSync(join(other.output, 'index.json'), 'utf8'),
  );
});

const bad: readonly (readonly [
  what: string,
  script: string,
  code: string,
  message: RegExp,
  further?: Partial<BuildRequest>,
])[] = [
  ['makes nothing', 'true', 'LAYOUT_INVALID', /\(layout\.files\)/],
  ['makes an empty folder', 'mkdir "$output"', 'LAYOUT_INVALID', /\(layout\.version\)/],
  ['makes two images', 'cp -r two "$output"', 'LAYOUT_INVALID', /\(layout\.one-image\)/],
  [
    "makes one of Docker's types",
    'cp -r docker "$output"',
    'LAYOUT_INVALID',
    /has no annotations \(image\.form\)/,
  ],
  [
    'builds for another platform',
    'cp -r image "$output"',
    'LAYOUT_INVALID',
    /for linux\/amd64, and linux\/s390x was asked for \(configuration\.platform\)/,
    { platform: { os: 'linux', architecture: 's390x' } },
  ],
  [
    'makes a layer of another digest',
    `cp -r image "$output"; echo x >> "$output/${blobPath(LAYER.digest)}"`,
    'LAYOUT_INVALID',
    /\(blob\)/,
  ],
  [
    'links to files of the machine',
    'cp -r image "$output"; ln -s /etc/passwd "$output/blobs/passwd"',
    'LAYOUT_INVALID',
    /\(layout\.files\)/,
  ],
  ['links to a layout', 'ln -s "$PWD/image" "$output"', 'LAYOUT_INVALID', /\(layout\.files\)/],
  ['fails', 'echo "no compiler" >&2; exit 2', 'BUILD_FAILED', /ended with status 2: no compiler/],
];
for (const [what, script, code, message, further] of bad) {
  test(`a program is refused that ${what}`, async (t) => {
    const { request } = buildRequest(t, further);
    await assert.rejects(program(t, script).build(request), isCode(code, message));
    assert.ok(!readdirSync(join(request.scratch, '..')).includes(basename(request.output)));
  });
}

test('a program that hangs is ended when its time is over', async (t) => {
  const engine = program(t, 'echo waiting; sleep 60');
  const over = new AbortController();
  let said = '';
  const log = (part: string) => {
    said += part;
    over.abort(new DOMException('over', 'TimeoutError'));
  };
  const { request } = buildRequest(t, { signal: over.signal, log });
  await assert.rejects(engine.build(request), isCode('BUILD_TIMEOUT', /had not finished/));
  assert.equal(said, 'waiting\n');
});

test('a flood of words fills no disk, and the last ones are heard', async (t) => {
  const { request, said } = buildRequest(t);
  const engine = program(t, 'yes "many words" | head -c 50000000; echo "the last words"; exit 1');
  await assert.rejects(engine.build(request), isCode('BUILD_FAILED', /the last words/));
  assert.ok(said().length < 33 * 1024 * 1024, `${said().length} characters`);
  assert.ok(said().endsWith('the last words\n'));
});

test('an unknown builder has no engine', () => {
  assert.throws(
    () => engineFor({ kind: 'command', command: ['true'] }, 'kaniko', {}),
    isCode('ENGINE_MISSING', /"kaniko"/),
  );
});
