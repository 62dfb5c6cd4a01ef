/** From a base image to the index, and from the index to whose each package of an application is. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandLine } from './cli/command-line.ts';
import { buildImage, buildIndex, buildLayer } from './images/image-builder.ts';
import { writeOciLayout } from './images/layouts.ts';
import { temporaryDirectory } from './images/temporary-directory.ts';

const module = (place: string, name: string) => ({
  path: `${place}/node_modules/${name}/package.json`,
  content: JSON.stringify({ name, version: '1.0.0', license: 'MIT' }),
});

const base = buildLayer([module('usr/lib', 'npm')]);
const runtime = buildLayer([module('usr/lib', 'corepack')]);
const application = buildLayer([module('app', 'express')]);

test('packages are told apart by whose layer brought them', async (t) => {
  const run = commandLine(t);
  const directory = temporaryDirectory(t);
  const arm = { os: 'linux', architecture: 'arm64' } as const;
  const published = buildIndex([
    buildImage({ layers: [base, runtime] }),
    buildImage({ layers: [base, runtime], platform: arm }),
  ]);
  writeOciLayout(join(directory, 'base'), [{ root: published }]);
  writeOciLayout(join(directory, 'app'), [{ root: buildImage({ layers: [base, runtime, application] }) }]);
  const app = `oci-dir:${directory}/app`;

  const before = await run(['packages', '--layers', 'own', app]);
  assert.deepEqual([before.status, before.stdout], [4, '']);
  assert.match(before.stderr, /BASE_UNKNOWN.*its base image is not known/);

  const built = await run(['base-index', 'build', `corp.example/node:22=oci-dir:${directory}/base`]);
  assert.deepEqual([built.status, built.stderr], [0, '']);
  assert.match(built.stdout, /base-index\.json: 2 images\n$/);

  const purls = async (whose: string) =>
    (await run(['packages', '--layers', whose, '--format', 'purl', app])).stdout;
  assert.equal(await purls('own'), 'pkg:npm/express@1.0.0\n');
  assert.equal(await purls('base'), 'pkg:npm/corepack@1.0.0\npkg:npm/npm@1.0.0\n');

  const { stdout } = await run(['packages', '--format', 'json', app]);
  const { image } = JSON.parse(stdout) as { image: { base: unknown; layers: { base: boolean }[] } };
  assert.deepEqual(image.base, {
    names: ['corp.example/node:22'],
    digest: null,
    layers: 2,
    source: 'index',
    because: 'The 2 lowest layers are those of this image in the index of base images.',
  });
  assert.deepEqual(
    image.layers.map((layer) => layer.base),
    [true, true, false],
  );
  const inspected = await run(['inspect', app]);
  assert.match(inspected.stdout, /base image +corp\.example\/node:22, 2 of 3 layers \(index\)/);
  const history = await run(['history', app]);
  assert.equal(history.stdout.match(/ · base image/g)?.length, 2);

  const list = await run(['base-index', 'list']);
  assert.match(list.stdout, /corp\.example\/node:22 +linux\/amd64 +2/);
  assert.match(list.stdout, /corp\.example\/node:22 +linux\/arm64 +2/);
});

test('indexes are put together', async (t) => {
  const run = commandLine(t);
  const directory = temporaryDirectory(t);
  writeOciLayout(join(directory, 'a'), [{ root: buildImage({ layers: [base] }) }]);
  writeOciLayout(join(directory, 'b'), [{ root: buildImage({ layers: [runtime] }) }]);
  const [first, both] = [join(directory, 'first.json'), join(directory, 'both.json')];
  await run(['base-index', 'build', '--output', first, `oci-dir:${directory}/a`]);
  const merged = await run([
    'base-index',
    'build',
    '--merge',
    first,
    '--output',
    both,
    `oci-dir:${directory}/b`,
  ]);
  assert.match(merged.stdout, /both\.json: 2 images/);
  const missing = await run([
    'base-index',
    'build',
    '--merge',
    join(directory, 'none'),
    `oci-dir:${directory}/b`,
  ]);
  assert.deepEqual([missing.status, missing.stderr.includes('BASE_INDEX_NOT_FOUND')], [3, true]);
});

test('Windows is known by the version in the configuration', async (t) => {
  const run = commandLine(t);
  const directory = temporaryDirectory(t);
  const platform = { os: 'windows', architecture: 'amd64' };
  const image = buildImage({
    layers: [buildLayer([{ path: 'Files/License.txt', content: 'x' }])],
    platform,
    configuration: { 'os.version': '10.0.20348.2966' },
  });
  writeOciLayout(join(directory, 'image'), [{ root: image }]);
  const args = ['packages', '--format', 'json', '--platform', 'windows/amd64', `oci-dir:${directory}/image`];
  const { distribution, packages } = JSON.parse((await run(args)).stdout) as {
    distribution: { prettyName: string };
    packages: { purl: string; cpes: string[] }[];
  };
  assert.equal(distribution.prettyName, 'Windows (10.0.20348.2966)');
  assert.deepEqual(
    packages.map(({ purl }) => purl),
    ['pkg:generic/microsoft/windows@10.0.20348.2966'],
  );
});
