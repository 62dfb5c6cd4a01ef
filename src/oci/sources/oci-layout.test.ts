import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { buildImage, buildIndex, buildLayer, descriptorOf } from '../../../test/images/image-builder.ts';
import { ociArchive, ociLayoutFiles, writeOciLayout } from '../../../test/images/layouts.ts';
import { onlyImage, readLayers } from '../../../test/images/opened.ts';
import { tarArchive } from '../../../test/images/tar-writer.ts';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { parsePlatform } from '../../model/platform.ts';
import type { LayeredImage } from '../image.ts';
import { openImage } from '../open-image.ts';

const environment = {};
const layers = (['gzip', 'zstd', 'none'] as const).map((compression, n) =>
  buildLayer([{ path: `file-${n}`, content: 'x'.repeat(n * 1000) }], compression),
);
const image = buildImage({ layers });
const other = buildImage({ layers: layers.slice(1) });
const arm64 = buildImage({ layers, platform: { os: 'linux', architecture: 'arm64' } });
const index = buildIndex([image, arm64]);

const blobOf = (directory: string, digest: string): string =>
  join(directory, 'blobs', digest.replace(':', '/'));

async function open(reference: string, platform?: string): Promise<LayeredImage[]> {
  const opened = await openImage(reference, {
    environment,
    ...(platform === undefined ? {} : { platform: platform === 'all' ? platform : parsePlatform(platform) }),
  });
  await opened.close();
  return opened.images.filter((one) => one.kind === 'image');
}

/** The digest of the one image that a reference leads to. */
const digestOf = async (reference: string, platform?: string): Promise<string | null> =>
  onlyImage({ images: await open(reference, platform), close: async () => {} }).digest;

test('a layout in a directory and in archives of any compression is the same image', async (t) => {
  const directory = temporaryDirectory(t);
  writeOciLayout(join(directory, 'layout'), [{ root: index, name: '1.0' }]);
  const archive = ociArchive([{ root: index, name: '1.0' }]);
  for (const [name, bytes] of [
    ['a.tar', archive],
    ['a.tar.gz', gzipSync(archive)],
    ['a.tar.zst', zstdCompressSync(archive)],
  ] as const) {
    writeFileSync(join(directory, name), bytes);
  }
  const references = [
    `oci-dir:${directory}/layout`,
    `oci-dir:${directory}/layout:1.0`,
    `oci-archive:${directory}/a.tar`,
    `oci-archive:${directory}/a.tar.gz`,
    `oci-archive:${directory}/a.tar.zst:1.0`,
    `${directory}/layout`,
    `${directory}/a.tar.zst`,
  ];
  for (const reference of references) {
    const opened = await openImage(reference, { environment, platform: parsePlatform('arm64') });
    const found = onlyImage(opened);
    assert.equal(found.reference, reference);
    assert.equal(found.digest, arm64.digest);
    assert.equal(found.indexDigest, index.digest);
    assert.deepEqual(
      await readLayers(found),
      layers.map(({ bytes }) => bytes),
    );
    await opened.close();
  }
});

test('an archive that comes through a pipe', { skip: process.platform === 'win32' }, async (t) => {
  const directory = temporaryDirectory(t);
  execFileSync('mkfifo', [join(directory, 'pipe')]);
  const script = 'require("fs").writeFileSync(process.argv[1], Buffer.from(process.argv[2], "base64"))';
  const writer = spawn(process.execPath, [
    '-e',
    script,
    join(directory, 'pipe'),
    gzipSync(ociArchive([{ root: image }])).toString('base64'),
  ]);
  t.after(() => writer.kill());
  assert.equal(await digestOf(`oci-archive:${directory}/pipe`), image.digest);
});

test('the images of a layout by tag, full name and digest', async (t) => {
  const directory = temporaryDirectory(t);
  writeOciLayout(directory, [
    { root: index, name: '1.0' },
    { root: other, name: 'registry.example/team/app:2.0' },
  ]);
  for (const [suffix, digest] of [
    [':1.0', image.digest],
    [':2.0', other.digest],
    [':registry.example/team/app:2.0', other.digest],
    [`:registry.example/team/app:2.0@${other.digest}`, other.digest],
    [`@${other.digest}`, other.digest],
    [`@${index.digest}`, image.digest],
    // A manifest within an index of the layout.
    [`@${arm64.digest}`, arm64.digest],
    [`:1.0@${arm64.digest}`, arm64.digest],
  ] as const) {
    const wish = digest === image.digest ? 'linux/amd64' : undefined;
    assert.equal(await digestOf(`oci-dir:${directory}${suffix}`, wish), digest, suffix);
  }
  for (const suffix of [':3.0', ':1', `@sha256:${'0'.repeat(64)}`, `:2.0@${image.digest}`]) {
    await assert.rejects(open(`oci-dir:${directory}${suffix}`), {
      code: 'IMAGE_NOT_FOUND',
      message: /it has 1\.0, registry\.example\/team\/app:2\.0$/,
    });
  }
  await assert.rejects(open(`oci-dir:${directory}`), {
    code: 'IMAGE_AMBIGUOUS',
    message: /holds 2 images: 1\.0, registry\.example\/team\/app:2\.0$/,
  });
  assert.deepEqual(
    (await open(`oci-dir:${directory}`, 'all')).map(({ reference, digest }) => [reference, digest]),
    [
      [`oci-dir:${directory}:1.0`, image.digest],
      [`oci-dir:${directory}:1.0`, arm64.digest],
      [`oci-dir:${directory}:registry.example/team/app:2.0`, other.digest],
    ],
  );
});

const linux = (architecture: string) => ({ os: 'linux', architecture });

test('entries that differ in their platform alone are one image', async (t) => {
  const directory = temporaryDirectory(t);
  writeOciLayout(directory, [{ root: image }, { root: arm64 }]);
  const entry = (root: typeof image, platform: object) =>
    descriptorOf(root, { platform, annotations: { 'org.opencontainers.image.ref.name': 'latest' } });
  const write = (...manifests: object[]): void =>
    writeFileSync(join(directory, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));

  write(entry(image, linux('amd64')), entry(arm64, linux('arm64')));
  assert.equal(await digestOf(`oci-dir:${directory}`, 'arm64'), arm64.digest);
  assert.equal((await open(`oci-dir:${directory}:latest`, 'all')).length, 2);
  await assert.rejects(open(`oci-dir:${directory}:latest`, 's390x'), {
    code: 'PLATFORM_NOT_FOUND',
    message: /it has linux\/amd64, linux\/arm64/,
  });
  // Two images of one name and one platform: nobody can say which is meant.
  write(entry(image, linux('amd64')), entry(arm64, linux('amd64')));
  await assert.rejects(open(`oci-dir:${directory}:latest`, 'amd64'), { code: 'IMAGE_AMBIGUOUS' });
  // The same image twice is one image.
  write(entry(image, linux('amd64')), entry(image, linux('amd64')));
  assert.equal(await digestOf(`oci-dir:${directory}:latest`), image.digest);
});

const LAYOUTS: readonly (readonly [
  what: string,
  damage: (directory: string) => void,
  expected: { code: string; message?: RegExp },
])[] = [
  ['no index.json', (at) => rmSync(join(at, 'index.json')), { code: 'SOURCE_UNREADABLE' }],
  [
    'an empty index.json',
    (at) => writeFileSync(join(at, 'index.json'), '{"schemaVersion":2,"manifests":[]}'),
    { code: 'IMAGE_NOT_FOUND', message: /holds no image/ },
  ],
  [
    'an index.json that is no JSON',
    (at) => writeFileSync(join(at, 'index.json'), '{'),
    { code: 'MANIFEST_INVALID' },
  ],
  [
    'an index.json that is a manifest',
    (at) => writeFileSync(join(at, 'index.json'), image.bytes),
    { code: 'ARCHIVE_INVALID', message: /is not an index/ },
  ],
  [
    'a gigantic index.json',
    (at) => writeFileSync(join(at, 'index.json'), Buffer.alloc(5_000_000, ' ')),
    { code: 'ARCHIVE_INVALID', message: /at most 4194304/ },
  ],
  [
    'a missing manifest',
    (at) => rmSync(blobOf(at, image.digest)),
    { code: 'BLOB_UNKNOWN', message: /has no file blobs\/sha256\// },
  ],
  [
    'a missing configuration',
    (at) => rmSync(blobOf(at, image.configuration.digest)),
    { code: 'BLOB_UNKNOWN' },
  ],
  [
    'an altered manifest',
    (at) => writeFileSync(blobOf(at, image.digest), Buffer.alloc(image.bytes.length, ' ')),
    { code: 'MANIFEST_DIGEST_MISMATCH' },
  ],
  [
    'a longer manifest',
    (at) => writeFileSync(blobOf(at, image.digest), `${image.bytes.toString()} `),
    { code: 'BLOB_SIZE_MISMATCH' },
  ],
  [
    'a manifest that is a directory',
    (at) => {
      rmSync(blobOf(at, image.digest));
      mkdirSync(blobOf(at, image.digest));
    },
    { code: 'ARCHIVE_INVALID', message: /not a regular file/ },
  ],
  [
    'a manifest that is a named pipe',
    (at) => {
      rmSync(blobOf(at, image.digest));
      execFileSync('mkfifo', [blobOf(at, image.digest)]);
    },
    { code: 'ARCHIVE_INVALID', message: /not a regular file/ },
  ],
  [
    'a manifest that is a symbolic link',
    (at) => {
      renameSync(blobOf(at, image.digest), join(at, 'elsewhere'));
      symlinkSync('../../elsewhere', blobOf(at, image.digest));
    },
    { code: 'ARCHIVE_INVALID', message: /symbolic link/ },
  ],
];

for (const [what, damage, expected] of LAYOUTS) {
  test(`a layout with ${what}`, { skip: process.platform === 'win32' }, async (t) => {
    const directory = temporaryDirectory(t);
    writeOciLayout(directory, [{ root: image }]);
    damage(directory);
    await assert.rejects(open(`oci-dir:${directory}`), expected);
  });
}

test('a layer of a layout that was altered or is missing shows when it is read', async (t) => {
  const directory = temporaryDirectory(t);
  writeOciLayout(directory, [{ root: image }]);
  const [first, second] = layers;
  assert.ok(first && second);
  const [opened] = await open(`oci-dir:${directory}`);
  assert.ok(opened);
  writeFileSync(blobOf(directory, first.digest), Buffer.alloc(first.bytes.length));
  await assert.rejects(readLayers(opened), { code: 'LAYER_DIGEST_MISMATCH' });
  writeFileSync(blobOf(directory, first.digest), first.bytes);
  rmSync(blobOf(directory, second.digest));
  await assert.rejects(readLayers(opened), { code: 'BLOB_UNKNOWN' });
});

test('reading stops when it is cancelled', async (t) => {
  const directory = temporaryDirectory(t);
  writeOciLayout(directory, [{ root: image }]);
  const [opened] = await open(`oci-dir:${directory}`);
  const chunks = opened?.layers[0]?.open(AbortSignal.abort(new Error('cancelled')));
  assert.ok(chunks);
  await assert.rejects(async () => {
    for await (const chunk of chunks) void chunk;
  }, /cancelled/);
});

const ARCHIVES: readonly (readonly [what: string, archive: Buffer, code: string, message: RegExp])[] = [
  ['nothing', Buffer.alloc(0), 'LAYER_TRUNCATED', /is empty/],
  ['no tar', Buffer.alloc(2000, 'x'), 'LAYER_CORRUPT', /checksum/],
  ['an empty tar', tarArchive([]), 'ARCHIVE_INVALID', /has no index.json/],
  [
    'a tar cut in its last file',
    ociArchive([{ root: image }]).subarray(0, -2000),
    'LAYER_TRUNCATED',
    /ends in the middle of blobs/,
  ],
  [
    'a damaged gzip stream',
    gzipSync(ociArchive([{ root: image }])).fill(0, 200, 300),
    'LAYER_CORRUPT',
    /gzip/,
  ],
  ['a cut gzip stream', gzipSync(ociArchive([{ root: image }])).subarray(0, -100), 'LAYER_TRUNCATED', /gzip/],
  [
    'two index.json',
    tarArchive([...ociLayoutFiles([{ root: image }]), ...ociLayoutFiles([{ root: other }])]),
    'ARCHIVE_INVALID',
    /holds (?:oci-layout|index.json) twice/,
  ],
  [
    'an index.json that is a link out of the archive',
    tarArchive([{ path: 'index.json', type: 'symlink', linkTarget: '../../../../etc/passwd' }]),
    'ARCHIVE_INVALID',
    /has no index.json/,
  ],
  [
    'links in a circle',
    tarArchive([
      { path: 'index.json', type: 'symlink', linkTarget: 'b' },
      { path: 'b', type: 'symlink', linkTarget: 'index.json' },
    ]),
    'ARCHIVE_INVALID',
    /has no index.json/,
  ],
];

for (const [what, archive, code, message] of ARCHIVES) {
  test(`an OCI archive of ${what}`, async (t) => {
    const path = join(temporaryDirectory(t), 'image.tar');
    writeFileSync(path, archive);
    await assert.rejects(open(`oci-archive:${path}`), { code, message });
  });
}

test('a temporary copy leaves nothing behind, and says where there is no room', async (t) => {
  const directory = temporaryDirectory(t);
  const path = join(directory, 'image.tar.gz');
  writeFileSync(path, gzipSync(ociArchive([{ root: image }])));
  const temporary = join(directory, 'tmp');
  mkdirSync(temporary);
  const opened = await openImage(`oci-archive:${path}`, { environment: { TMPDIR: temporary } });
  assert.deepEqual(readdirSync(temporary), []);
  assert.equal((await readLayers(onlyImage(opened))).length, 3);
  await opened.close();
  await assert.rejects(openImage(`oci-archive:${path}`, { environment: { TMPDIR: `${directory}/none` } }), {
    code: 'TEMPORARY_SPACE',
    message: /none: ENOENT/,
  });
});
