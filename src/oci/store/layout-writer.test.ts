/** Layouts and archives that are written: whole files only, and other programs read them. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  buildAttachment,
  type BuiltBlob,
  type BuiltRoot,
  buildImage,
  buildIndex,
  buildLayer,
} from '../../../test/images/image-builder.ts';
import { writeOciLayout } from '../../../test/images/layouts.ts';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { rejectsWith } from '../../../test/registry/opening.ts';
import { digestHex } from '../../model/digest.ts';
import { ModelError } from '../../model/errors.ts';
import { isManifestMediaType } from '../manifest.ts';
import { openArchiveWriter } from './archive-writer.ts';
import type { ImageWriter } from './image-store.ts';
import { openLayoutWriter } from './layout-writer.ts';
import { openImageReader } from './open-reader.ts';
import { openImageWriter } from './open-writer.ts';

const IMAGE = buildImage({ layers: [buildLayer([{ path: 'etc/os-release', content: 'ID=test\n' }])] });
const OTHER = buildImage({ layers: [buildLayer([{ path: 'b', content: 'b' }])] });
const SIGNATURE = buildAttachment(IMAGE, {
  content: { signed: 1 },
  mediaType: 'application/json',
  artifactType: 'application/vnd.example.signature',
});

async function* bytesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}

async function writeBlobs(writer: ImageWriter, root: BuiltRoot): Promise<void> {
  for (const { mediaType, digest, bytes } of root.blobs.values()) {
    if (isManifestMediaType(mediaType)) continue;
    await writer.writeBlob({ mediaType, digest, sizeBytes: bytes.length }, () => bytesOf(bytes));
  }
}

async function writeImage(writer: ImageWriter, root: BuiltRoot, tag?: string): Promise<void> {
  await writeBlobs(writer, root);
  for (const one of root.blobs.values())
    if (isManifestMediaType(one.mediaType) && one.digest !== root.digest) await writer.writeManifest(one);
  await writer.writeManifest(root, { tag, isListed: true });
}

const entriesOf = (directory: string): readonly Record<string, unknown>[] =>
  JSON.parse(readFileSync(join(directory, 'index.json'), 'utf8')).manifests;

const nameOf = (name: string) => ({ 'org.opencontainers.image.ref.name': name });

const entryOf = ({ mediaType, digest, bytes }: BuiltBlob) => ({ mediaType, digest, size: bytes.length });

test('a layout is made, added to and read', async (t) => {
  const directory = join(temporaryDirectory(t), 'new', 'layout');
  const writer = await openLayoutWriter(directory);
  await writeImage(writer, IMAGE, '1');
  await writeImage(writer, OTHER);
  await writeBlobs(writer, SIGNATURE);
  await writer.attach(SIGNATURE);
  await writer.attachAll([SIGNATURE, SIGNATURE]);
  const { manifests } = await writer.listReferrers(IMAGE.digest);
  assert.deepEqual(
    manifests.map(({ digest }) => digest),
    [SIGNATURE.digest],
  );
  assert.equal((await writer.readManifest('1'))?.digest, IMAGE.digest);
  await writer.close();
  assert.deepEqual(entriesOf(directory), [
    { ...entryOf(IMAGE), annotations: nameOf('1') },
    entryOf(OTHER),
    { ...entryOf(SIGNATURE), artifactType: 'application/vnd.example.signature' },
  ]);
  assert.deepEqual(JSON.parse(readFileSync(join(directory, 'oci-layout'), 'utf8')), {
    imageLayoutVersion: '1.0.0',
  });
  assert.deepEqual(readdirSync(directory).sort(), ['blobs', 'index.json', 'oci-layout']);
});

test('a name goes over to the image that is written last; what others wrote stays', async (t) => {
  const directory = temporaryDirectory(t);
  writeOciLayout(directory, [{ root: IMAGE, name: '1' }]);
  const before = JSON.parse(readFileSync(join(directory, 'index.json'), 'utf8'));
  Object.assign(before.manifests[0], { platform: { os: 'linux', architecture: 'amd64' }, odd: true });
  Object.assign(before.manifests[0].annotations, { theirs: 'yes' });
  writeFileSync(join(directory, 'index.json'), JSON.stringify({ ...before, annotations: { of: 'theirs' } }));
  const writer = await openLayoutWriter(directory);
  await writeImage(writer, OTHER, '1');
  await writeImage(writer, IMAGE, '2');
  await writeImage(writer, IMAGE, '2');
  await writeImage(writer, IMAGE);
  await writer.close();
  const written = JSON.parse(readFileSync(join(directory, 'index.json'), 'utf8'));
  assert.deepEqual(written.annotations, { of: 'theirs' });
  const platform = { os: 'linux', architecture: 'amd64' };
  assert.deepEqual(written.manifests, [
    { ...entryOf(OTHER), annotations: nameOf('1') },
    { ...entryOf(IMAGE), platform, odd: true, annotations: { theirs: 'yes', ...nameOf('2') } },
  ]);
});

test('two who write to one layout in turns lose nothing of each other', async (t) => {
  const directory = temporaryDirectory(t);
  const [one, two] = await Promise.all([openLayoutWriter(directory), openLayoutWriter(directory)]);
  await Promise.all([writeImage(one, IMAGE, '1'), writeImage(two, OTHER, '2')]);
  await Promise.all([one.close(), two.close()]);
  const found = new Set(entriesOf(directory).map(({ digest }) => digest));
  assert.deepEqual(found, new Set([IMAGE.digest, OTHER.digest]));
});

test('a blob that is not what it should be is not kept', async (t) => {
  const directory = temporaryDirectory(t);
  const writer = await openLayoutWriter(directory);
  const { digest, mediaType, bytes } = IMAGE.configuration;
  const blob = { digest, mediaType, sizeBytes: bytes.length };
  const changed = Buffer.from(bytes).fill('x', 3, 4);
  await rejectsWith('BLOB_DIGEST_MISMATCH', /has the digest/, () =>
    writer.writeBlob(blob, () => bytesOf(changed)),
  );
  await rejectsWith('BLOB_SIZE_MISMATCH', /has 5 bytes/, () =>
    writer.writeBlob(blob, () => bytesOf(bytes.subarray(0, 5))),
  );
  await rejectsWith('MANIFEST_DIGEST_MISMATCH', /not those of/, () =>
    writer.writeManifest({ ...IMAGE, bytes: OTHER.bytes }),
  );
  assert.equal(await writer.hasBlob(digest), false);
  await writer.close();
  assert.deepEqual(readdirSync(directory), []);
});

test('what keeps the source from being read is told as it is', async (t) => {
  const writer = await openLayoutWriter(temporaryDirectory(t));
  const stopped = new ModelError('DIGEST_INVALID', 'the source was stopped');
  const { digest, mediaType, bytes } = IMAGE.configuration;
  const writing = writer.writeBlob({ digest, mediaType, sizeBytes: bytes.length }, async function* () {
    yield bytes.subarray(0, 5);
    throw stopped;
  });
  await assert.rejects(writing, stopped);
  await writer.close();
});

test('what is staged is not seen before it is complete, and gone when it never is', async (t) => {
  const parent = temporaryDirectory(t);
  for (const there of ['nothing', 'empty', 'layout'] as const) {
    const directory = join(parent, there);
    if (there !== 'nothing') mkdirSync(directory);
    if (there === 'layout') writeOciLayout(directory, [{ root: OTHER, name: '1' }]);
    const before = there === 'layout' ? entriesOf(directory) : null;
    const left = await openLayoutWriter(directory, { isStaged: true });
    await writeImage(left, IMAGE, '2');
    assert.equal((await left.readManifest('2'))?.digest, IMAGE.digest);
    assert.equal(existsSync(join(directory, 'index.json')), there === 'layout');
    await left.close();
    if (there === 'nothing') assert.equal(existsSync(directory), false);
    else if (there === 'empty') assert.deepEqual(readdirSync(directory), []);
    else assert.deepEqual(entriesOf(directory), before);
    const done = await openLayoutWriter(directory, { isStaged: true });
    await writeImage(done, IMAGE, '2');
    await done.complete?.();
    await done.close();
    assert.equal(entriesOf(directory).at(-1)?.['digest'], IMAGE.digest);
  }
});

test('what is there and no layout is not written into', async (t) => {
  const directory = temporaryDirectory(t);
  writeFileSync(join(directory, 'file'), '');
  for (const path of [directory, join(directory, 'file')])
    await rejectsWith('DESTINATION_INVALID', /no OCI layout/, () => openLayoutWriter(path));
  await rejectsWith('DESTINATION_NOT_WRITTEN', /cannot write/, () =>
    openArchiveWriter(join(directory, 'no', 'x.tar')),
  );
});

test('the same images make the same archive; one that is there is replaced only when the new one is complete', async (t) => {
  const parent = temporaryDirectory(t);
  const write = async (file: string, isComplete: boolean): Promise<void> => {
    const { writer } = await openArchiveWriter(file);
    await writeImage(writer, IMAGE, '1');
    await writeBlobs(writer, SIGNATURE);
    await writer.attach(SIGNATURE);
    if (isComplete) await writer.complete?.();
    await writer.close();
  };
  const [one, two] = [join(parent, 'one.tar'), join(parent, 'two.tar')];
  writeFileSync(two, 'before');
  await write(one, true);
  await write(two, false);
  assert.equal(readFileSync(two, 'utf8'), 'before');
  await write(two, true);
  assert.ok(readFileSync(one).equals(readFileSync(two)));
  assert.deepEqual(readdirSync(parent).sort(), ['one.tar', 'two.tar']);
  const opened = await openImageReader(`oci-archive:${one}`, { environment: {} });
  assert.equal(opened.name, IMAGE.digest);
  assert.equal((await opened.reader.listReferrers(IMAGE.digest)).manifests[0]?.digest, SIGNATURE.digest);
  await opened.reader.close();
});

const isInstalled = (program: string): boolean => spawnSync(program, ['--version']).status === 0;

test(
  'skopeo reads layouts and archives that have evidence in them',
  { skip: !isInstalled('skopeo') },
  async (t) => {
    const parent = temporaryDirectory(t);
    const index = buildIndex([IMAGE]);
    for (const kind of ['oci', 'oci-archive'] as const) {
      const path = join(parent, kind);
      const writer =
        kind === 'oci'
          ? await openLayoutWriter(path, { isStaged: true })
          : (await openArchiveWriter(path)).writer;
      await writeImage(writer, index, '1');
      await writeBlobs(writer, SIGNATURE);
      await writer.attach(SIGNATURE);
      await writer.complete?.();
      await writer.close();
      const raw = execFileSync('skopeo', ['inspect', '--raw', `${kind}:${path}:1`], {
        env: { HOME: parent, PATH: process.env['PATH'] },
      });
      assert.ok(raw.equals(index.bytes), kind);
      if (kind === 'oci') continue;
      const listed = execFileSync('tar', ['-tf', path], { encoding: 'utf8' }).trim().split('\n');
      assert.deepEqual(
        listed.filter((one) => !one.startsWith('blobs/sha256/')),
        ['blobs/', 'index.json', 'oci-layout'],
      );
      assert.ok(listed.includes(`blobs/sha256/${digestHex(IMAGE.digest)}`));
    }
  },
);

test('umoci lists the images of a layout that was written', { skip: !isInstalled('umoci') }, async (t) => {
  const directory = temporaryDirectory(t);
  const writer = await openLayoutWriter(directory);
  await writeImage(writer, IMAGE, '1');
  await writer.close();
  assert.equal(execFileSync('umoci', ['ls', '--layout', directory], { encoding: 'utf8' }), '1\n');
});

test('the store of an image is opened to add to it; an archive, a daemon and a folder are none', async (t) => {
  const directory = temporaryDirectory(t);
  writeOciLayout(directory, [{ root: IMAGE, name: '1' }]);
  const { writer, name } = await openImageWriter(`oci-dir:${directory}`, { environment: {} });
  assert.equal(name, IMAGE.digest);
  await writeBlobs(writer, SIGNATURE);
  await writer.attach(SIGNATURE);
  await writer.close();
  assert.equal(entriesOf(directory)[1]?.['digest'], SIGNATURE.digest);
  const inRegistry = await openImageWriter('registry:localhost:5000/app:1', { environment: {} });
  assert.deepEqual([inRegistry.name, inRegistry.writer.name], ['1', 'localhost:5000/app']);
  await inRegistry.writer.close();
  for (const reference of [`oci-archive:${directory}`, 'docker:app', directory])
    await rejectsWith('DESTINATION_INVALID', /nothing can be attached/, () =>
      openImageWriter(reference, { environment: {} }),
    );
});
