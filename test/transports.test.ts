/** One image through every transport that needs no container engine: the same report, but for what the transport is. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { assess, type Assessment } from 'hallmark';
import { formatJson, toAssessmentDocument } from '../src/report/json.ts';
import { buildImage, buildLayer, type BuiltImage } from './images/image-builder.ts';
import { dockerArchive, dockerArchiveWithLayout, ociArchive, writeOciLayout } from './images/layouts.ts';
import { type ArchiveEntry, tarArchive } from './images/tar-writer.ts';
import { temporaryDirectory } from './images/temporary-directory.ts';
import { fixture, fixtureTree, type LayerFiles } from './inventory/layer-stack.ts';
import { startFakeRegistry } from './registry/fake-registry.ts';
import { isRealRegistryInstalled, push, withRealRegistry } from './registry/real-registry.ts';

function entriesOf(files: LayerFiles): ArchiveEntry[] {
  return Object.entries(files).map(([path, value]) => {
    assert.ok(value !== null);
    if (typeof value === 'object' && 'link' in value) {
      return { path, type: 'symlink', linkTarget: value.link, mode: 0o777 };
    }
    return { path, content: value };
  });
}

const alpine = fixtureTree('alpine/3.18.tar.gz');

const module = (place: string, name: string, version: string): ArchiveEntry => ({
  path: `${place}/node_modules/${name}/package.json`,
  content: JSON.stringify({ name, version, license: 'MIT' }),
});

/** Debian with its package database, a foreign one of Alpine beside it, an application, and layers that take away. */
const LAYERS: readonly (readonly ArchiveEntry[])[] = [
  entriesOf(fixtureTree('debian/bookworm-minbase.tar.gz')),
  [
    { path: 'lib/apk/db/installed', content: alpine['lib/apk/db/installed'] as string | Uint8Array },
    module('app', 'minimist', '1.2.0'),
    module('app', 'lodash', '4.17.15'),
    module('app', 'y18n', '4.0.0'),
    module('tools', 'semver', '7.3.4'),
    module('tools', 'jquery', '3.4.1'),
    { path: 'srv/package-lock.json', content: fixture('npm/package-lock-v3.json') },
  ],
  [
    { path: 'app/node_modules/express/package.json', content: '{"name":"express","version":"4.17.1"}' },
    {
      path: 'copy/node_modules/express/package.json',
      type: 'hardlink',
      linkTarget: 'app/node_modules/express/package.json',
    },
    { path: 'current', type: 'symlink', linkTarget: 'app', mode: 0o777 },
    { path: 'app/node_modules/broken/package.json', content: '{"name":' },
  ],
  [
    { path: 'app/node_modules/.wh.y18n', content: '' },
    { path: 'tools/.wh..wh..opq', content: '' },
    module('tools', 'jquery', '3.5.0'),
  ],
];

type Compression = 'gzip' | 'zstd' | 'none';

function imageOf(compressions: readonly Compression[], format: 'oci' | 'docker' = 'oci'): BuiltImage {
  return buildImage({
    layers: LAYERS.map((entries, index) => buildLayer(entries, compressions[index])),
    format,
    configuration: {
      created: '2026-10-01T00:00:00Z',
      config: { User: '1000', Cmd: ['node', 'server.js'], Labels: { title: 'shop' } },
    },
  });
}

const MIXED = imageOf(['gzip', 'zstd', 'none', 'gzip']);
const GZIP = imageOf(['gzip', 'gzip', 'gzip', 'gzip']);
const DOCKER = imageOf(['gzip', 'gzip', 'gzip', 'gzip'], 'docker');

/** Assesses apart from whoever runs the tests, with the starter database and no cache of results. */
async function report(t: TestContext, reference: string): Promise<Assessment> {
  return assess(reference, {
    cacheDirectory: null,
    environment: { HOME: homeOf(t) },
    now: new Date('2026-11-21T00:00:00Z'),
    offline: true,
  });
}

const homes = new WeakMap<TestContext, string>();

/** A home for each test, so that the starter database is unpacked once in it. */
function homeOf(t: TestContext): string {
  const home = homes.get(t) ?? temporaryDirectory(t);
  homes.set(t, home);
  return home;
}

/** The document without what says how the image came here: reference, digests and form of what was transported. */
function withoutTransport(assessment: Assessment): string {
  const document = toAssessmentDocument(assessment, { files: true });
  const layers = document.image.layers.map(
    ({ digest: _digest, sizeBytes: _size, mediaType: _type, ...layer }) => layer,
  );
  const image = {
    ...document.image,
    reference: '',
    digest: null,
    indexDigest: null,
    annotations: {},
    layers,
  };
  return formatJson({ ...document, image });
}

async function assertSame(t: TestContext, reference: string, expected: Assessment): Promise<Assessment> {
  const found = await report(t, reference);
  for (const part of ['packages', 'findings', 'coverage'] as const) {
    assert.equal(formatJson(found[part]), formatJson(expected[part]), `${part} of ${reference}`);
  }
  assert.equal(withoutTransport(found), withoutTransport(expected), reference);
  assert.equal(found.image.reference, reference);
  return found;
}

function layoutOf(t: TestContext, image: BuiltImage): string {
  const folder = join(temporaryDirectory(t), 'layout');
  writeOciLayout(folder, [{ root: image, name: '1.0' }]);
  return folder;
}

const expectedOf = (t: TestContext) => report(t, `oci-dir:${layoutOf(t, MIXED)}`);

test('the image shows all that transports could lose', async (t) => {
  const { packages, findings, coverage, image } = await expectedOf(t);
  const purls = packages.map(({ purl }) => String(purl));
  for (const [what, purl] of [
    ['dpkg', 'pkg:deb/debian/bash@'],
    ['apk', 'pkg:apk/'],
    ['a module', 'pkg:npm/minimist@1.2.0'],
    ['a lock file', 'pkg:npm/chokidar@3.5.3'],
    ['what replaced an opaque folder', 'pkg:npm/jquery@3.5.0'],
  ] as const) {
    assert.ok(
      purls.some((found) => found.startsWith(purl)),
      what,
    );
  }
  for (const gone of ['pkg:npm/y18n@4.0.0', 'pkg:npm/semver@7.3.4', 'pkg:npm/jquery@3.4.1']) {
    assert.ok(!purls.includes(gone), gone);
  }
  assert.deepEqual(
    packages
      .filter(({ name, type }) => type === 'npm' && name === 'express')
      .map(({ evidence }) => evidence[0]?.path),
    [
      'app/node_modules/express/package.json',
      'copy/node_modules/express/package.json',
      'srv/package-lock.json',
    ],
  );
  assert.ok(findings.length > 20);
  assert.ok(coverage.some(({ subject }) => subject.includes('app/node_modules/broken')));
  assert.deepEqual(
    image.layers.map(({ mediaType }) => mediaType.split('.').at(-1)),
    ['tar+gzip', 'tar+zstd', 'tar', 'tar+gzip'],
  );
});

test('an OCI archive', async (t) => {
  const file = join(temporaryDirectory(t), 'image.tar');
  writeFileSync(file, ociArchive([{ root: MIXED, name: '1.0' }]));
  const found = await assertSame(t, `oci-archive:${file}`, await expectedOf(t));
  assert.equal(found.image.digest, MIXED.digest);
});

test('a Docker archive of old, which has no manifest and plain layers', async (t) => {
  const file = join(temporaryDirectory(t), 'image.tar');
  writeFileSync(file, dockerArchive([{ root: MIXED, name: 'app:1.0' }]));
  const found = await assertSame(t, `docker-archive:${file}`, await expectedOf(t));
  assert.equal(found.image.digest, null);
  for (const layer of found.image.layers) assert.equal(layer.digest, layer.diffId);
});

test('a Docker archive of today, which has a layout in it', async (t) => {
  const file = join(temporaryDirectory(t), 'image.tar');
  writeFileSync(file, tarArchive(dockerArchiveWithLayout([{ root: MIXED, name: 'app:1.0' }])));
  await assertSame(t, `docker-archive:${file}`, await expectedOf(t));
});

test('a registry', async (t) => {
  await using registry = await startFakeRegistry({ images: { 'app:mixed': MIXED, 'app:docker': DOCKER } });
  const expected = await expectedOf(t);
  const mixed = await assertSame(t, `${registry.host}/app:mixed`, expected);
  assert.equal(mixed.image.digest, MIXED.digest);
  await assertSame(t, `${registry.host}/app@${MIXED.digest}`, expected);
  // other media types make another configuration blob, but it says the same
  await assertSame(t, `${registry.host}/app:docker`, expected);
});

const noRegistry = isRealRegistryInstalled() ? false : 'docker-registry is not installed';

test('a real registry', { skip: noRegistry }, async (t) => {
  const expected = await expectedOf(t);
  await withRealRegistry({}, async (host) => {
    await push(host, 'team/app', 'mixed', MIXED);
    await push(host, 'team/app', 'docker', DOCKER);
    const found = await assertSame(t, `${host}/team/app:mixed`, expected);
    assert.equal(found.image.digest, MIXED.digest);
    await assertSame(t, `${host}/team/app:docker`, expected);
  });
});

const absent = (program: string): string | false =>
  spawnSync(program, ['--version']).status === 0 ? false : `${program} is not installed`;

function execute(program: string, ...words: string[]): void {
  const { status, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  assert.equal(status, 0, `${program} ${words.join(' ')}: ${stderr}`);
}

const copy = (from: string, to: string, ...options: string[]) =>
  execute('skopeo', 'copy', '--quiet', '--insecure-policy', ...options, from, to);

test('what skopeo makes of it', { skip: absent('skopeo') }, async (t) => {
  const expected = await expectedOf(t);
  const folder = temporaryDirectory(t);
  const source = `oci:${layoutOf(t, GZIP)}:1.0`;
  copy(source, `docker-archive:${folder}/docker.tar:app:1.0`);
  copy(source, `oci-archive:${folder}/oci.tar:1.0`);
  await assertSame(t, `docker-archive:${folder}/docker.tar`, expected);
  await assertSame(t, `oci-archive:${folder}/oci.tar`, expected);
});

test('what skopeo pushes', { skip: absent('skopeo') || noRegistry }, async (t) => {
  const expected = await expectedOf(t);
  const source = `oci:${layoutOf(t, GZIP)}:1.0`;
  await withRealRegistry({}, async (host) => {
    copy(source, `docker://${host}/app:v2s2`, '--dest-tls-verify=false', '--format=v2s2');
    copy(source, `docker://${host}/app:oci`, '--dest-tls-verify=false');
    await assertSame(t, `${host}/app:oci`, expected);
    const found = await report(t, `${host}/app:v2s2`);
    for (const part of ['packages', 'findings', 'coverage'] as const) {
      assert.equal(formatJson(found[part]), formatJson(expected[part]), part);
    }
  });
});

/** What there is to say of a root file system: everything but layers and how it is started. */
function withoutLayers({ packages, findings, coverage, distribution, verdictCounts }: Assessment): string {
  return formatJson({
    distribution,
    verdictCounts,
    packages: packages.map((entry) => ({
      ...entry,
      layer: null,
      evidence: entry.evidence.map(({ path }) => ({ path, layer: null, step: null })),
    })),
    findings: findings.map((finding) => ({ ...finding, package: { ...finding.package, layer: null } })),
    coverage,
  });
}

/** Applies layers as the OCI image specification says (layer.md), with GNU tar and what a whiteout names removed. */
function unpack(t: TestContext): string {
  const folder = temporaryDirectory(t);
  const root = join(folder, 'root');
  mkdirSync(root);
  for (const entries of LAYERS) {
    for (const { path } of entries) {
      const [, parent = '', name = ''] = /^(.*\/)?\.wh\.(.+)$/.exec(path) ?? [];
      if (name === '.wh..opq') {
        for (const child of readdirSync(join(root, parent)))
          rmSync(join(root, parent, child), { recursive: true });
      } else if (name !== '') {
        rmSync(join(root, parent, name), { recursive: true });
      }
    }
    writeFileSync(join(folder, 'layer.tar'), tarArchive(entries));
    execute('tar', '-x', '--no-same-owner', '--exclude=.wh.*', '-C', root, '-f', join(folder, 'layer.tar'));
  }
  return root;
}

test('its root file system, unpacked by GNU tar', { skip: absent('tar') }, async (t) => {
  const found = await report(t, `dir:${unpack(t)}`);
  assert.equal(withoutLayers(found), withoutLayers(await expectedOf(t)));
  assert.equal(found.image.kind, 'root-file-system');
  assert.deepEqual(found.image.layers, []);
});

test('its root file system, unpacked by umoci', { skip: absent('umoci') }, async (t) => {
  const bundle = join(temporaryDirectory(t), 'bundle');
  execute('umoci', 'unpack', '--rootless', '--image', `${layoutOf(t, GZIP)}:1.0`, bundle);
  const found = await report(t, `dir:${join(bundle, 'rootfs')}`);
  assert.equal(withoutLayers(found), withoutLayers(await expectedOf(t)));
});
