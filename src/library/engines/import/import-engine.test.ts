import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import {
  buildImage,
  buildIndex,
  buildLayer,
  type BuiltRoot,
  descriptorOf,
  sha256,
} from '../../../../test/images/image-builder.ts';
import { writeOciLayout } from '../../../../test/images/layouts.ts';
import { tarArchive } from '../../../../test/images/tar-writer.ts';
import { buildRequest } from '../../../../test/library/build-request.ts';
import { parseDigest } from '../../../model/digest.ts';
import { LAYER_LIMITS } from '../../../oci/layer-reader.ts';
import { blobPath } from '../../../oci/sources/oci-layout.ts';
import { LibraryError } from '../../errors.ts';
import { engineFor } from '../engine-for.ts';
import { importedIndex } from './import-layout.ts';
import { importRootArchive } from './import-root-archive.ts';
import { validateLayout } from '../layouts/layout-validation.ts';

const ENGINE = engineFor({ kind: 'command', command: ['true'] }, 'oci-import', {});
const PLATFORM = { os: 'linux', architecture: 'amd64' };
const LAYER = buildLayer([{ path: 'bin/sh', content: '#!' }]);
const IMAGE = buildImage({ layers: [LAYER], annotations: { maintainer: 'me' } });

const isCode = (code: string, message: RegExp) => (error: unknown) =>
  error instanceof LibraryError && error.code === code && message.test(error.message);

const readJson = (...path: string[]): Record<string, unknown> =>
  JSON.parse(readFileSync(join(...path), 'utf8')) as Record<string, unknown>;

test('the index around an image is in its one form', () => {
  const annotations = { 'org.opencontainers.image.version': '1', 'a.first': 'é' };
  const image = { mediaType: IMAGE.mediaType, digest: IMAGE.digest, sizeBytes: IMAGE.bytes.length };
  const index = importedIndex(image, { platform: { ...PLATFORM, architecture: 'arm64' }, annotations });
  assert.equal(
    index.toString(),
    `{
\t"schemaVersion": 2,
\t"mediaType": "application/vnd.oci.image.index.v1+json",
\t"manifests": [
\t\t{
\t\t\t"mediaType": "${IMAGE.mediaType}",
\t\t\t"digest": "${IMAGE.digest}",
\t\t\t"size": ${IMAGE.bytes.length},
\t\t\t"platform": {
\t\t\t\t"os": "linux",
\t\t\t\t"architecture": "arm64",
\t\t\t\t"variant": "v8"
\t\t\t},
\t\t\t"annotations": {
\t\t\t\t"a.first": "é",
\t\t\t\t"org.opencontainers.image.version": "1"
\t\t\t}
\t\t}
\t]
}
`,
  );
});

test('an image keeps its digest, and loses what its maintainers say of it', async (t) => {
  const { request } = buildRequest(t, { file: 'index.json', annotations: { ours: '1' } });
  writeOciLayout(request.context, [{ root: IMAGE, name: 'theirs' }]);
  assert.deepEqual(await ENGINE.build(request), { digest: IMAGE.digest });

  const { image } = await validateLayout(request.output, { platform: PLATFORM });
  assert.equal(image.digest, IMAGE.digest);
  const { manifests } = readJson(request.output, 'index.json') as { manifests: { digest: string }[] };
  const wrapped = readJson(request.output, blobPath(parseDigest(manifests[0]?.digest ?? '')));
  assert.deepEqual(wrapped['manifests'], [
    {
      mediaType: IMAGE.mediaType,
      digest: IMAGE.digest,
      size: IMAGE.bytes.length,
      platform: { os: 'linux', architecture: 'amd64' },
      annotations: { ours: '1' },
    },
  ]);
});

test('a layout may be named by the descriptor of its image, and its blobs be links in the commit', async (t) => {
  const { request } = buildRequest(t, { file: 'image.json' });
  writeOciLayout(request.context, [{ root: IMAGE }]);
  writeFileSync(
    join(request.context, 'image.json'),
    JSON.stringify(
      descriptorOf(IMAGE, {
        data: IMAGE.bytes.toString('base64'),
        platform: { os: 'plan9', architecture: 'mips' },
      }),
    ),
  );
  const blob = join(request.context, blobPath(LAYER.digest));
  renameSync(blob, join(request.context, 'rootfs.tar.gz'));
  symlinkSync('../../rootfs.tar.gz', blob);
  await ENGINE.build(request);
  await validateLayout(request.output, { platform: PLATFORM });
});

const refusedLayouts: readonly (readonly [
  what: string,
  code: string,
  message: RegExp,
  root: BuiltRoot,
  change?: (context: string) => void,
])[] = [
  [
    'two images',
    'LAYOUT_INVALID',
    /names 2 manifests.*\(layout\.one-image\)/,
    IMAGE,
    (context) => {
      const entries = [descriptorOf(IMAGE), descriptorOf(buildImage({ layers: [] }))];
      writeFileSync(join(context, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: entries }));
    },
  ],
  ['an index', 'LAYOUT_INVALID', /\(layout\.one-image\)/, buildIndex([IMAGE])],
  [
    'an image for another platform',
    'LAYOUT_INVALID',
    /\(configuration\.platform\)/,
    buildImage({ layers: [LAYER], platform: { os: 'linux', architecture: 's390x' } }),
  ],
  [
    'layers to fetch from elsewhere',
    'LAYOUT_INVALID',
    /\(descriptor\)/,
    IMAGE,
    (context) =>
      writeFileSync(
        join(context, 'index.json'),
        JSON.stringify({
          schemaVersion: 2,
          manifests: [descriptorOf(IMAGE, { urls: ['https://elsewhere.example'] })],
        }),
      ),
  ],
  [
    'another version',
    'LAYOUT_INVALID',
    /\(layout\.version\)/,
    IMAGE,
    (context) => writeFileSync(join(context, 'oci-layout'), '{}'),
  ],
  [
    'a layer that is altered',
    'LAYOUT_INVALID',
    /\(blob\)/,
    IMAGE,
    (context) => writeFileSync(join(context, blobPath(LAYER.digest)), Buffer.alloc(LAYER.bytes.length)),
  ],
  [
    'a layer that leads out of the commit',
    'CONTEXT_INVALID',
    /leads out of the context/,
    IMAGE,
    (context) => {
      const blob = join(context, blobPath(LAYER.digest));
      renameSync(blob, join(dirname(context), 'outside'));
      symlinkSync('../../../outside', blob);
    },
  ],
  [
    'no list',
    'LAYOUT_INVALID',
    /has no file index\.json/,
    IMAGE,
    (context) => renameSync(join(context, 'index.json'), join(context, 'other.json')),
  ],
];
for (const [what, code, message, root, change] of refusedLayouts) {
  test(`a layout in a commit is refused with ${what}`, async (t) => {
    const { request } = buildRequest(t, { file: 'index.json' });
    writeOciLayout(request.context, [{ root }]);
    change?.(request.context);
    await assert.rejects(ENGINE.build(request), isCode(code, message));
    assert.ok(!existsSync(request.output));
  });
}

test('a descriptor outside of the context is not read', async (t) => {
  const { request } = buildRequest(t, { file: '../image.json' });
  writeOciLayout(request.context, [{ root: IMAGE }]);
  writeFileSync(join(request.context, '..', 'image.json'), JSON.stringify(descriptorOf(IMAGE)));
  await assert.rejects(ENGINE.build(request), isCode('CONTEXT_INVALID', /leads out/));
});

const ROOT = tarArchive([
  { path: 'usr/' },
  { path: 'usr/bin/bash', content: '#!' },
  { path: 'bin', type: 'symlink', linkTarget: 'usr/bin' },
]);

const packings: readonly (readonly [file: string, bytes: () => Buffer])[] = [
  ['rootfs.tar', () => ROOT],
  ['rootfs.tar.gz', () => gzipSync(ROOT)],
  ['rootfs.tgz', () => gzipSync(ROOT, { level: 1 })],
  ['rootfs.tar.zst', () => zstdCompressSync(ROOT)],
  ['dist/rootfs.tar.xz', () => spawnSync('xz', ['-c'], { input: ROOT }).stdout],
];
for (const [file, bytes] of packings) {
  test(`the archive of a root file system is an image: ${file}`, async (t) => {
    const packed = bytes();
    if (packed === null) return t.skip('the program xz is not installed');
    const digests: string[] = [];
    for (const _ of [1, 2]) {
      const { request } = buildRequest(t, { file });
      mkdirSync(dirname(join(request.context, file)), { recursive: true });
      writeFileSync(join(request.context, file), packed);
      const { digest } = await ENGINE.build(request);
      digests.push(digest);
      const { image } = await validateLayout(request.output, { platform: PLATFORM });
      assert.equal(image.digest, digest);
      assert.deepEqual(image.configuration.diffIds, [sha256(ROOT)]);
      assert.deepEqual(image.configuration.run.command, ['bash']);
      assert.equal(image.configuration.created, '2023-11-14T22:13:20Z');
      assert.deepEqual({ ...image.manifest.annotations }, request.annotations);
      const [layer] = image.manifest.layers;
      const stored = readFileSync(join(request.output, blobPath(parseDigest(layer?.digest ?? ''))));
      assert.ok(gunzipSync(stored).equals(ROOT));
      if (file.endsWith('gz')) assert.ok(stored.equals(packed));
    }
    assert.equal(digests[0], digests[1]);
  });
}

const refusedArchives: readonly (readonly [what: string, file: string, bytes: Buffer, message: RegExp])[] = [
  ['no archive', 'rootfs.tar', Buffer.alloc(2048, 'x'), /\(layer\)/],
  ['half an archive', 'rootfs.tar', ROOT.subarray(0, 700), /\(layer\)/],
  ['half a stream', 'rootfs.tar.gz', gzipSync(ROOT).subarray(0, 100), /\(layer\)/],
  ['a damaged stream', 'rootfs.tar.zst', Buffer.from(zstdCompressSync(ROOT).with(20, 255)), /\(layer\)/],
  ['a damaged stream of xz', 'rootfs.tar.xz', Buffer.from('fd377a585a0000ff', 'hex'), /xz.*\(layer\)/],
  [
    'a name that leads out',
    'rootfs.tar',
    tarArchive([{ path: '../etc/passwd', content: '' }]),
    /leads out.*\(layer\)/,
  ],
  [
    'a bomb',
    'rootfs.tar.gz',
    gzipSync(tarArchive([{ path: 'zeros', content: Buffer.alloc(1_000_000) }])),
    /unpacks to more/,
  ],
];
for (const [what, file, bytes, message] of refusedArchives) {
  test(`the archive of a root file system is refused: ${what}`, async (t) => {
    const { request } = buildRequest(t, { file });
    writeFileSync(join(request.context, file), bytes);
    const limits = { ...LAYER_LIMITS, ratioFreeBytes: 100_000 };
    await assert.rejects(importRootArchive(request, limits), isCode('LAYOUT_INVALID', message));
  });
}

test('an import ends when it is no longer wanted, and when its time is over', async (t) => {
  const reason = new Error('stopped');
  const late = AbortSignal.timeout(0);
  await new Promise((resolve) => late.addEventListener('abort', resolve));
  for (const file of ['index.json', 'rootfs.tar']) {
    const { request } = buildRequest(t, { file });
    writeOciLayout(request.context, [{ root: IMAGE }]);
    writeFileSync(join(request.context, 'rootfs.tar'), ROOT);
    const build = (signal: AbortSignal) => ENGINE.build({ ...request, signal });
    await assert.rejects(build(AbortSignal.abort(reason)), (error) => error === reason);
    await assert.rejects(build(late), isCode('BUILD_TIMEOUT', /had not finished/));
  }
});
