import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { buildFallback, buildSignature } from '../../../test/images/evidence-builder.ts';
import { buildImage, buildIndex, buildLayer, type BuiltRoot } from '../../../test/images/image-builder.ts';
import { ociArchive, ociLayoutFiles, writeFiles, writeOciLayout } from '../../../test/images/layouts.ts';
import { readAll } from '../../../test/images/opened.ts';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { startMemoryRegistry } from '../../../test/registry/memory-registry.ts';
import { addImage } from '../../../test/registry/memory-repository.ts';
import { isRealRegistryInstalled, push, withRealRegistry } from '../../../test/registry/real-registry.ts';
import { parseDigest } from '../../model/digest.ts';
import { gatherEvidence } from '../evidence/gather-evidence.ts';
import { referrersTag } from '../registry/referrers.ts';
import { openImageReader, type OpenedReader } from './open-reader.ts';

const layer = buildLayer([{ path: 'a', content: 'x' }]);
const image = buildImage({ layers: [layer] });
const other = buildImage({ layers: [buildLayer([{ path: 'a', content: 'y' }])] });
const index = buildIndex([image, other]);
const signature = buildSignature(image, 1);
const fallback = buildFallback([{ of: signature }]);
const fallbackTag = image.digest.replace(':', '-');

const open = (reference: string): Promise<OpenedReader> => openImageReader(reference, { environment: {} });

/** What every store has to do that holds the image as `1`, a signature of it, and an index as `2`. */
async function readsEverything(reference: (name: string) => string): Promise<void> {
  const { reader, name } = await open(reference(':1'));
  const found = await reader.readManifest(name);
  assert.equal(found?.digest, image.digest);
  assert.equal(found.mediaType, image.mediaType);
  assert.ok(image.bytes.equals(found.bytes));
  assert.equal((await reader.readManifest(index.digest))?.mediaType, index.mediaType);
  assert.equal((await reader.readManifest('2'))?.digest, index.digest);
  assert.equal(await reader.readManifest('3'), null);
  assert.equal(await reader.readManifest(`sha256:${'0'.repeat(64)}`), null);

  const { mediaType, digest, bytes } = layer;
  const blob = { mediaType, digest, sizeBytes: bytes.length };
  assert.ok(bytes.equals(await readAll(reader.openBlob(blob))));
  await assert.rejects(readAll(reader.openBlob({ ...blob, sizeBytes: bytes.length - 1 })), {
    code: 'BLOB_SIZE_MISMATCH',
  });
  const missing = { ...blob, digest: other.configuration.digest.replace(/.$/, 'x') as typeof digest };
  await assert.rejects(readAll(reader.openBlob(missing)), { name: 'OciError' });

  const { manifests, failures, isTruncated } = await reader.listReferrers(image.digest);
  assert.deepEqual(
    manifests.map((one) => one.digest),
    [signature.digest],
  );
  assert.deepEqual([failures, isTruncated], [[], false]);
  assert.deepEqual((await reader.listReferrers(other.digest)).manifests, []);
  await reader.close();

  const byDigest = await open(reference(`@${image.digest}`));
  const gathering = await gatherEvidence(byDigest.reader, byDigest.name);
  assert.deepEqual(
    gathering.manifests.map((one) => one.digest),
    [signature.digest],
  );
  assert.deepEqual(gathering.gaps, []);
  await byDigest.reader.close();
}

const ROOTS = [{ root: image, name: '1' }, { root: index, name: '2' }, { root: signature }];

describe('each store reads the same', () => {
  for (const referrers of [true, false]) {
    test(`a registry ${referrers ? 'with' : 'without'} the referrers API`, async () => {
      await using registry = await startMemoryRegistry({ referrers, pageSize: 1 });
      const repository = registry.repository('app');
      addImage(repository, image, '1');
      addImage(repository, index, '2');
      addImage(repository, signature);
      addImage(repository, fallback, fallbackTag);
      await readsEverything((name) => `${registry.host}/app${name}`);
      const { reader } = await open(`${registry.host}/app`);
      assert.deepEqual(await reader.listTags(), ['1', '2', fallbackTag]);
      const { manifests } = await reader.listReferrers(image.digest);
      assert.deepEqual(
        manifests.map(({ listedBy }) => listedBy),
        [referrers ? ['api', 'tag'] : ['tag']],
      );
      await reader.close();
    });
  }

  const skip = isRealRegistryInstalled() ? false : 'docker-registry is not installed';
  test("the distribution project's registry, which has no referrers API", { skip }, async () => {
    await withRealRegistry({}, async (host) => {
      await push(host, 'app', '1', image);
      await push(host, 'app', '2', index);
      await push(host, 'app', signature.digest, signature);
      await push(host, 'app', fallbackTag, fallback);
      await readsEverything((name) => `${host}/app${name}`);
      const { reader } = await open(`${host}/app`);
      assert.deepEqual(new Set(await reader.listTags()), new Set(['1', '2', fallbackTag]));
      await reader.close();
    });
  });

  test('a layout in a directory', async (t) => {
    const directory = temporaryDirectory(t);
    writeOciLayout(directory, ROOTS);
    await readsEverything((name) => `oci-dir:${directory}${name}`);
  });

  test('a layout in an archive, also by its path alone', async (t) => {
    const file = join(temporaryDirectory(t), 'image.tar');
    writeFileSync(file, ociArchive(ROOTS));
    await readsEverything((name) => `oci-archive:${file}${name}`);
    await readsEverything((name) => `${file}${name}`);
  });

  test('a layout that keeps the fallback tag', async (t) => {
    const directory = temporaryDirectory(t);
    const blobs = new Map([...fallback.blobs, ...signature.blobs]);
    const [first, second] = ROOTS;
    assert.ok(first && second);
    writeOciLayout(directory, [first, second, { root: { ...fallback, blobs }, name: fallbackTag }]);
    await readsEverything((name) => `oci-dir:${directory}${name}`);
  });
});

const kind = (name: string) => ({ kind: `dev.cosignproject.cosign/${name}` });

const layoutOf = (t: TestContext, roots: readonly { root: BuiltRoot; name?: string }[]): string => {
  const directory = temporaryDirectory(t);
  writeOciLayout(directory, roots);
  return `oci-dir:${directory}`;
};

describe('layouts', () => {
  test('the image is meant, and not what is attached to it', async (t) => {
    const { name } = await open(layoutOf(t, [{ root: signature }, { root: image }]));
    assert.equal(name, image.digest);
  });

  test('of two images one has to be named', async (t) => {
    const layout = layoutOf(t, [{ root: image, name: '1' }, { root: other }]);
    await assert.rejects(open(layout), { code: 'IMAGE_AMBIGUOUS', message: /2 images: 1, @sha256/ });
    await assert.rejects(open(`${layout}:2`), { code: 'IMAGE_NOT_FOUND' });
  });

  test('signatures as "cosign save" keeps them', async (t) => {
    const legacy = buildSignature(image, 1, { subject: null });
    const roots = [
      { root: image, name: 'image' },
      { root: legacy, name: 'sigs' },
    ];
    const directory = temporaryDirectory(t);
    writeFiles(directory, ociLayoutFiles(roots, kind));
    const { reader, name } = await open(`oci-dir:${directory}`);
    const { manifests } = await gatherEvidence(reader, name);
    assert.deepEqual(
      manifests.map(({ digest, places }) => [digest, places]),
      [[legacy.digest, ['cosign-tag']]],
    );
  });

  test('an entry that is damaged is one gap, however many subjects there are', async (t) => {
    const layout = layoutOf(t, ROOTS);
    const [, directory = ''] = layout.split(':');
    writeFileSync(join(directory, 'blobs', signature.digest.replace(':', '/')), '{}');
    const { reader, name } = await open(`${layout}:2`);
    const { gaps } = await gatherEvidence(reader, name);
    assert.deepEqual(
      gaps.map(({ code }) => code),
      // it is one of the list, and what it says might be evidence
      ['EVIDENCE_MISSING'],
    );
  });

  test('a manifest of other bytes is refused, and an entry that is damaged is a gap', async (t) => {
    const layout = layoutOf(t, ROOTS);
    const [, directory = ''] = layout.split(':');
    const path = (digest: string) => join(directory, 'blobs', digest.replace(':', '/'));
    writeFileSync(path(signature.digest), '{}');
    const { reader, name } = await open(`${layout}:1`);
    const { gaps } = await gatherEvidence(reader, name);
    assert.deepEqual(
      gaps.map(({ code, about }) => [code, about]),
      [['EVIDENCE_MISSING', image.digest]],
    );
    writeFileSync(path(image.digest), '{}');
    await assert.rejects(reader.readManifest(name), { code: 'MANIFEST_DIGEST_MISMATCH' });
  });
});

test('the tag that stands in for the list has at most 64 digits', () => {
  const sha512 = parseDigest(`sha512:${'a'.repeat(128)}`);
  assert.equal(referrersTag(sha512), `sha512-${'a'.repeat(64)}`);
  assert.equal(referrersTag(image.digest), fallbackTag);
});

test('what holds no evidence is said to hold none', async () => {
  for (const reference of ['docker:debian', 'dir:/', 'docker-archive:x.tar', 'containerd:debian']) {
    await assert.rejects(open(reference), { code: 'SOURCE_UNKNOWN' }, reference);
  }
  await assert.rejects(open('Not a reference'), { code: 'REFERENCE_INVALID' });
});
