import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { buildImage, buildIndex, buildLayer, descriptorOf } from '../../../test/images/image-builder.ts';
import { dockerArchive, dockerArchiveFiles, dockerArchiveWithLayout } from '../../../test/images/layouts.ts';
import { onlyImage, readLayers } from '../../../test/images/opened.ts';
import { tarArchive, type ArchiveEntry } from '../../../test/images/tar-writer.ts';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { parsePlatform, type Platform } from '../../model/platform.ts';
import type { LayeredImage } from '../image.ts';
import { openImage } from '../open-image.ts';

const base = buildLayer([{ path: 'etc/os-release', content: 'ID=alpine\n' }]);
const top = buildLayer([{ path: 'app', content: 'x'.repeat(5000) }], 'zstd');
const image = buildImage({ layers: [base, top, base], format: 'docker' });
const other = buildImage({ layers: [base], format: 'docker' });

function written(t: TestContext, archive: Buffer): string {
  const path = join(temporaryDirectory(t), 'image.tar');
  writeFileSync(path, archive);
  return path;
}

async function open(reference: string, platform?: Platform | 'all'): Promise<LayeredImage[]> {
  const opened = await openImage(reference, { environment: {}, ...(platform ? { platform } : {}) });
  await opened.close();
  return opened.images.filter((one) => one.kind === 'image');
}

const only = (images: LayeredImage[]): LayeredImage => onlyImage({ images, close: async () => {} });

test('docker save until version 24: layers as tar archives, repeated ones as links, no manifest', async (t) => {
  const path = written(t, dockerArchive([{ root: image, name: 'app:1.0' }]));
  for (const reference of [`docker-archive:${path}`, path]) {
    const opened = await openImage(reference, { environment: {} });
    const found = onlyImage(opened);
    assert.equal(found.reference, reference);
    assert.deepEqual([found.digest, found.indexDigest, found.mediaType], [null, null, null]);
    assert.equal(found.configDigest, image.configuration.digest);
    assert.deepEqual(
      found.layers.map(({ digest, diffId, sizeBytes, step }) => [digest, diffId, sizeBytes, step]),
      [base, top, base].map(({ diffId, tar }, step) => [diffId, diffId, tar.byteLength, step]),
    );
    assert.deepEqual(await readLayers(found), [base.tar, top.tar, base.tar]);
    await opened.close();
  }
});

test('docker save since version 25: an OCI layout too, which knows the digests', async (t) => {
  const path = written(t, tarArchive(dockerArchiveWithLayout([{ root: image, name: 'app:1.0' }])));
  const opened = await openImage(`docker-archive:${path}:app:1.0`, { environment: {} });
  const found = onlyImage(opened);
  assert.equal(found.digest, image.digest);
  assert.deepEqual(
    found.layers.map(({ digest }) => digest),
    [base.digest, top.digest, base.digest],
  );
  assert.deepEqual(await readLayers(found), [base.bytes, top.bytes, base.bytes]);
  await opened.close();
});

test('docker save of one platform of an index: the others do not count', async (t) => {
  const arm64 = buildImage({ layers: [base], platform: { os: 'linux', architecture: 'arm64' } });
  const absent = buildImage({ layers: [top] });
  const index = buildIndex([absent, arm64]);
  const files = dockerArchiveWithLayout([{ root: arm64, name: 'app:1.0' }]).filter(
    ({ path }) => path !== 'index.json',
  );
  const path = written(
    t,
    tarArchive([
      ...files,
      { path: `blobs/${index.digest.replace(':', '/')}`, content: index.bytes },
      { path: 'index.json', content: JSON.stringify({ schemaVersion: 2, manifests: [descriptorOf(index)] }) },
    ]),
  );
  for (const platform of [undefined, 'all', parsePlatform('arm64')] as const) {
    const found = only(await open(`docker-archive:${path}`, platform));
    assert.equal(found.digest, arm64.digest);
    assert.equal(found.indexDigest, index.digest);
  }
  await assert.rejects(open(`docker-archive:${path}`, parsePlatform('amd64')), {
    code: 'PLATFORM_NOT_FOUND',
    message: /it has linux\/arm64/,
  });
});

test('several images in one archive: by name, by position, or all', async (t) => {
  for (const write of [dockerArchiveFiles, dockerArchiveWithLayout]) {
    const path = written(
      t,
      tarArchive(
        write([{ root: image, name: 'app:1.0' }, { root: other, name: 'team/app:latest' }, { root: other }]),
      ),
    );
    for (const [suffix, { configuration }] of [
      [':app:1.0', image],
      [':docker.io/library/app:1.0', image],
      [':team/app', other],
      [':@0', image],
      [':@2', other],
    ] as const) {
      const found = only(await open(`docker-archive:${path}${suffix}`));
      assert.equal(found.configDigest, configuration.digest, suffix);
    }
    await assert.rejects(open(`docker-archive:${path}`), {
      code: 'IMAGE_AMBIGUOUS',
      message: /holds 3 images that are meant: app:1\.0, team\/app:latest, @2$/,
    });
    for (const suffix of [':app', ':@3', ':1.0']) {
      await assert.rejects(open(`docker-archive:${path}${suffix}`), {
        code: 'IMAGE_NOT_FOUND',
        message: /it has app:1\.0, team\/app:latest, @2$/,
      });
    }
    assert.deepEqual(
      (await open(`docker-archive:${path}`, 'all')).map(({ reference, configDigest }) => [
        reference,
        configDigest,
      ]),
      [
        [`docker-archive:${path}:app:1.0`, image.configuration.digest],
        [`docker-archive:${path}:team/app:latest`, other.configuration.digest],
        [`docker-archive:${path}:@2`, other.configuration.digest],
      ],
    );
  }
});

test('two images of the same name', async (t) => {
  const path = written(
    t,
    dockerArchive([
      { root: image, name: 'app:1' },
      { root: other, name: 'app:1' },
    ]),
  );
  await assert.rejects(open(`docker-archive:${path}:app:1`), {
    code: 'IMAGE_AMBIGUOUS',
    message: /holds 2 images/,
  });
  assert.equal(only(await open(`docker-archive:${path}:@1`)).configDigest, other.configuration.digest);
});

test('an image by digest is only in archives that keep manifests', async (t) => {
  const old = written(t, dockerArchive([{ root: image, name: 'app:1' }]));
  await assert.rejects(open(`docker-archive:${old}@${image.digest}`), {
    code: 'IMAGE_NOT_FOUND',
    message: /keeps no manifests/,
  });
  const path = written(
    t,
    tarArchive(dockerArchiveWithLayout([{ root: image, name: 'app:1' }, { root: other }])),
  );
  assert.equal(only(await open(`docker-archive:${path}@${other.digest}`)).digest, other.digest);
});

test('a wish for a platform', async (t) => {
  const path = written(t, dockerArchive([{ root: image }]));
  assert.equal((await open(`docker-archive:${path}`, parsePlatform('amd64'))).length, 1);
  await assert.rejects(open(`docker-archive:${path}`, parsePlatform('arm64')), {
    code: 'PLATFORM_NOT_FOUND',
  });
});

/** The archive of an image, with files replaced or, where there is no content, left out. */
function changed(changes: Readonly<Record<string, ArchiveEntry | null>>): Buffer {
  const files = dockerArchiveFiles([{ root: image, name: 'app:1' }]).filter(({ path }) => !(path in changes));
  return tarArchive([...files, ...Object.values(changes).filter((entry) => entry !== null)]);
}

const config = `${image.configuration.digest.slice('sha256:'.length)}.json`;
const [firstLayer = '', secondLayer = '', thirdLayer = ''] = [0, 1, 2].map(
  (n) => `${`0${n}`.padStart(64, '0')}/layer.tar`,
);
const manifest = (fields: object): Record<string, ArchiveEntry> => ({
  'manifest.json': {
    path: 'manifest.json',
    content: JSON.stringify([
      { Config: config, RepoTags: null, Layers: [firstLayer, secondLayer, thirdLayer], ...fields },
    ]),
  },
});

test('layers that are kept compressed are called as registries call them', async (t) => {
  const compressed = changed({ [firstLayer]: { path: firstLayer, content: base.bytes } });
  const [first] = only(await open(`docker-archive:${written(t, compressed)}`)).layers;
  assert.equal(first?.digest, base.digest);
  assert.equal(first.diffId, base.diffId);
  assert.equal(first.mediaType, 'application/vnd.docker.image.rootfs.diff.tar.gzip');
});

const REFUSED: readonly (readonly [what: string, archive: Buffer, code: string, message: RegExp])[] = [
  ['no manifest.json', changed({ 'manifest.json': null }), 'ARCHIVE_INVALID', /has no manifest.json/],
  [
    'a manifest.json that is no JSON',
    changed({ 'manifest.json': { path: 'manifest.json', content: '[' } }),
    'MANIFEST_INVALID',
    /manifest.json of .* is not JSON/,
  ],
  [
    'a manifest.json of another shape',
    changed(manifest({ Layers: [1] })),
    'MANIFEST_INVALID',
    /malformed at "0.Layers.0"/,
  ],
  [
    'an empty manifest.json',
    changed({ 'manifest.json': { path: 'manifest.json', content: '[]' } }),
    'IMAGE_NOT_FOUND',
    /it has none/,
  ],
  [
    'a configuration outside',
    changed(manifest({ Config: '../../../etc/passwd' })),
    'ARCHIVE_INVALID',
    /names "..\/..\/..\/etc\/passwd"/,
  ],
  [
    'a layer outside',
    changed(manifest({ Layers: ['x/../../y', secondLayer, thirdLayer] })),
    'ARCHIVE_INVALID',
    /names "x\/..\/..\/y"/,
  ],
  ['a missing configuration', changed({ [config]: null }), 'BLOB_UNKNOWN', /has no file [0-9a-f]+\.json/],
  ['a missing layer', changed({ [secondLayer]: null }), 'BLOB_UNKNOWN', /has no file 0+1\/layer\.tar/],
  [
    'a layer that is a link to the host',
    changed({ [secondLayer]: { path: secondLayer, type: 'symlink', linkTarget: '/etc/passwd' } }),
    'BLOB_UNKNOWN',
    /has no file/,
  ],
  [
    'a layer that is a link out of the archive',
    changed({ [secondLayer]: { path: secondLayer, type: 'symlink', linkTarget: '../../../etc/passwd' } }),
    'BLOB_UNKNOWN',
    /has no file/,
  ],
  ['a layer too few', changed(manifest({ Layers: [firstLayer] })), 'ARCHIVE_INVALID', /lists 1 layers, .* 3/],
  [
    'a configuration that is none',
    changed({ [config]: { path: config, content: '{}' } }),
    'MANIFEST_INVALID',
    /malformed at/,
  ],
  [
    'two manifest.json',
    tarArchive([...dockerArchiveFiles([{ root: image }]), { path: 'manifest.json', content: '[]' }]),
    'ARCHIVE_INVALID',
    /holds manifest.json twice/,
  ],
  ['half of it', dockerArchive([{ root: image }]).subarray(0, 5000), 'LAYER_TRUNCATED', /ends in/],
];

for (const [what, archive, code, message] of REFUSED) {
  test(`a Docker archive with ${what}`, async (t) => {
    await assert.rejects(open(`docker-archive:${written(t, archive)}`), { code, message });
    await assert.rejects(open(`docker-archive:${written(t, gzipSync(archive))}`), { code, message });
  });
}

test('a layer of an archive that is not the one of the configuration shows when it is read', async (t) => {
  const path = written(
    t,
    changed({ [firstLayer]: { path: firstLayer, content: tarArchive([{ path: 'evil' }]) } }),
  );
  const opened = await openImage(`docker-archive:${path}`, { environment: {} });
  await assert.rejects(readLayers(onlyImage(opened)), { code: 'LAYER_DIGEST_MISMATCH' });
  await opened.close();
});
