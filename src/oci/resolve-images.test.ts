import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  buildBlob,
  buildImage,
  buildIndex,
  buildLayer,
  descriptorOf,
  type BuiltBlob,
  type BuiltRoot,
} from '../../test/images/image-builder.ts';
import { readLayers } from '../../test/images/opened.ts';
import { formatPlatform, parsePlatform } from '../model/platform.ts';
import { OciError } from './errors.ts';
import type { SourceProgress } from './image.ts';
import { resolveImages, type ResolveOptions } from './resolve-images.ts';

const layer = buildLayer([{ path: 'etc/os-release', content: 'ID=alpine\n' }]);
const forPlatform = (text: string) =>
  buildImage({ layers: [layer], platform: parsePlatform(text), annotations: { for: text } });
const amd64 = forPlatform('linux/amd64');
const arm64 = forPlatform('linux/arm64');
const attestation = {
  ...descriptorOf(buildBlob({ provenance: true }, amd64.mediaType)),
  platform: { os: 'unknown', architecture: 'unknown' },
};

/** Resolves what was built, counting how many documents and layers are read. */
async function resolve(root: BuiltRoot, options: Partial<ResolveOptions> = {}, blobs = root.blobs) {
  const read: string[] = [];
  const images = await resolveImages(root, {
    reference: 'the image',
    async *openContent({ digest }) {
      read.push(digest);
      const blob = blobs.get(digest);
      if (blob === undefined) throw new OciError('BLOB_UNKNOWN', `no ${digest}`);
      yield blob.bytes;
    },
    ...options,
  });
  return { images, read };
}

/** A root like this one, of which one blob was replaced behind its digest. */
const damaged = (root: BuiltRoot, blob: BuiltBlob, bytes: Buffer): ReadonlyMap<string, BuiltBlob> =>
  new Map([...root.blobs, [String(blob.digest), { ...blob, bytes }]]);

test('an image without an index', async () => {
  const steps: SourceProgress[] = [];
  const { images, read } = await resolve(arm64, { onProgress: (step) => steps.push(step) });
  const [image] = images;
  assert.ok(image);
  assert.deepEqual(read, [arm64.configuration.digest]);
  assert.equal(image.digest, arm64.digest);
  assert.equal(image.indexDigest, null);
  assert.equal(image.configDigest, arm64.configuration.digest);
  assert.equal(image.mediaType, arm64.mediaType);
  assert.deepEqual({ ...image.annotations }, { for: 'linux/arm64' });
  assert.equal(image.layers.length, 1);
  assert.partialDeepStrictEqual(image.layers[0], {
    index: 0,
    diffId: layer.diffId,
    digest: layer.digest,
    sizeBytes: layer.bytes.byteLength,
    mediaType: layer.mediaType,
    step: 0,
  });
  assert.deepEqual(await readLayers(image), [layer.bytes]);
  const { digest, bytes } = layer;
  assert.deepEqual(steps, [{ kind: 'blob', digest, doneBytes: bytes.length, totalBytes: bytes.length }]);
});

test('an image without an index is for the wish, or has to be', async () => {
  assert.equal((await resolve(arm64, { platform: parsePlatform('arm64') })).images.length, 1);
  assert.equal((await resolve(arm64, { platform: 'all' })).images.length, 1);
  await assert.rejects(resolve(arm64, { platform: parsePlatform('amd64') }), {
    code: 'PLATFORM_NOT_FOUND',
    message: 'the image does not exist for linux/amd64; it has linux/arm64',
  });
});

test('an index: one platform, and nothing else is read', async () => {
  const index = buildIndex([amd64, arm64], { further: [attestation] });
  const { images, read } = await resolve(index, { platform: parsePlatform('arm64') });
  assert.equal(images[0]?.digest, arm64.digest);
  assert.equal(images[0]?.indexDigest, index.digest);
  assert.deepEqual(read, [arm64.digest, arm64.configuration.digest]);
});

test('an index: all platforms but attestations', async () => {
  const index = buildIndex([amd64, arm64], { further: [attestation] });
  const { images } = await resolve(index, { platform: 'all' });
  assert.deepEqual(
    images.map(({ configuration }) => formatPlatform(configuration.platform)),
    ['linux/amd64', 'linux/arm64'],
  );
});

test('an index without the platform', async () => {
  const index = buildIndex([arm64, forPlatform('linux/s390x')], { further: [attestation] });
  await assert.rejects(resolve(index, { platform: parsePlatform('amd64') }), {
    code: 'PLATFORM_NOT_FOUND',
    message: 'the image does not exist for linux/amd64; it has linux/arm64, linux/s390x',
  });
});

test('an empty index', async () => {
  await assert.rejects(resolve(buildIndex([])), {
    code: 'PLATFORM_NOT_FOUND',
    message: /no platform at all/,
  });
  await assert.rejects(resolve(buildIndex([]), { platform: 'all' }), {
    code: 'MANIFEST_INVALID',
    message: /names no image/,
  });
});

const silent = (images: readonly BuiltRoot[]) =>
  buildIndex([], { further: images.map((image) => descriptorOf(image)) });

test('entries that do not say their platform: the configuration decides, after those that do', async () => {
  const blobs = new Map([...amd64.blobs, ...arm64.blobs]);
  const found = await resolve(silent([arm64, amd64]), { platform: parsePlatform('amd64') }, blobs);
  assert.equal(found.images[0]?.digest, amd64.digest);
  await assert.rejects(resolve(silent([arm64]), { platform: parsePlatform('amd64') }, blobs), {
    code: 'PLATFORM_NOT_FOUND',
    message: /it has linux\/arm64/,
  });
});

test('indexes in an index', async () => {
  const nested = buildIndex([buildIndex([arm64]), buildIndex([amd64, arm64])]);
  const { images } = await resolve(nested, { platform: 'all' });
  assert.deepEqual(
    images.map(({ digest, indexDigest }) => [digest, indexDigest]),
    [
      [arm64.digest, nested.digest],
      [amd64.digest, nested.digest],
    ],
  );
});

test('indexes nested deeper, or more of them, than any image has', async () => {
  let deep = buildIndex([amd64]);
  for (let level = 0; level < 5; level++) deep = buildIndex([deep]);
  const many = buildIndex(
    Array.from({ length: 100 }, (_, n) =>
      buildIndex([], { further: [descriptorOf(amd64, { annotations: { n: String(n) } })] }),
    ),
  );
  for (const root of [deep, many]) {
    await assert.rejects(resolve(root), { code: 'MANIFEST_INVALID', message: /too many nested indexes/ });
  }
});

test('an index of more images than are opened at once', async () => {
  const further = Array.from({ length: 300 }, (_, n) => descriptorOf(buildBlob({ n }, amd64.mediaType)));
  await assert.rejects(resolve(buildIndex([], { further }), { platform: 'all' }), {
    code: 'MANIFEST_INVALID',
    message: /names 300 images; at most 256/,
  });
});

test('a store that holds only some platforms', async () => {
  const index = buildIndex([amd64, arm64]);
  const options = { isPresent: async ({ digest }: { digest: string }) => digest === arm64.digest };
  const { images } = await resolve(index, { ...options, platform: 'all' });
  assert.deepEqual(
    images.map(({ digest }) => digest),
    [arm64.digest],
  );
  await assert.rejects(resolve(index, { ...options, platform: parsePlatform('amd64') }), {
    code: 'PLATFORM_NOT_FOUND',
    message: /it has linux\/arm64/,
  });
});

test('an artifact is not an image', async () => {
  const chart = buildBlob({}, 'application/vnd.cncf.helm.config.v1+json');
  const manifest = buildBlob(
    { schemaVersion: 2, mediaType: amd64.mediaType, config: descriptorOf(chart), layers: [] },
    amd64.mediaType,
  );
  await assert.rejects(resolve({ ...manifest, blobs: new Map() }), {
    code: 'MANIFEST_INVALID',
    message: /not a container image, but an artifact of type application\/vnd.cncf.helm.config/,
  });
});

test('a manifest and a configuration that do not have the same number of layers', async () => {
  const image = buildImage({ layers: [layer], configuration: { rootfs: { type: 'layers', diff_ids: [] } } });
  await assert.rejects(resolve(image), {
    code: 'MANIFEST_INVALID',
    message: 'the manifest of the image has 1 layers, its configuration 0',
  });
});

const flipped = (bytes: Buffer): Buffer => Buffer.from(bytes).fill('!', bytes.length - 2, bytes.length - 1);

test('altered, shortened and missing content', async () => {
  const index = buildIndex([amd64]);
  const { configuration } = amd64;
  const cases: readonly (readonly [BuiltBlob, Buffer, string])[] = [
    [amd64, flipped(amd64.bytes), 'MANIFEST_DIGEST_MISMATCH'],
    [amd64, amd64.bytes.subarray(1), 'BLOB_SIZE_MISMATCH'],
    [configuration, flipped(configuration.bytes), 'BLOB_DIGEST_MISMATCH'],
    [configuration, Buffer.concat([configuration.bytes, Buffer.from(' ')]), 'BLOB_SIZE_MISMATCH'],
  ];
  for (const [blob, bytes, code] of cases) {
    await assert.rejects(resolve(index, { platform: 'all' }, damaged(index, blob, bytes)), { code });
  }
  await assert.rejects(resolve(index, { platform: 'all' }, new Map()), { code: 'BLOB_UNKNOWN' });
  const { images } = await resolve(amd64, {}, damaged(amd64, layer, flipped(layer.bytes)));
  const [image] = images;
  assert.ok(image);
  await assert.rejects(readLayers(image), {
    code: 'LAYER_DIGEST_MISMATCH',
    message: /^layer sha256:.* of the image/,
  });
});

test('a gigantic configuration is not read', async () => {
  const config = descriptorOf(amd64.configuration, { size: 9 * 1024 * 1024 });
  const manifest = buildBlob(
    { schemaVersion: 2, mediaType: amd64.mediaType, config, layers: [] },
    amd64.mediaType,
  );
  await assert.rejects(resolve({ ...manifest, blobs: amd64.blobs }), {
    code: 'MANIFEST_INVALID',
    message: /the configuration sha256:.* has 9437184 bytes; at most 8388608 are read/,
  });
});
