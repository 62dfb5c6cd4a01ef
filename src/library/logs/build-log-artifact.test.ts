import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { buildImage, buildLayer } from '../../../test/images/image-builder.ts';
import { startMemoryRegistry } from '../../../test/registry/memory-registry.ts';
import { addImage, referrersOf } from '../../../test/registry/memory-repository.ts';
import { impatience } from '../../../test/registry/opening.ts';
import { digestOf } from '../../model/digest.ts';
import { OciError } from '../../oci/errors.ts';
import { MEDIA_TYPES } from '../../oci/manifest.ts';
import { openRegistryWriter } from '../../oci/store/registry-writer.ts';
import { type AttachedLayer, toAttached, writeBlobs } from '../../signing/attached-manifest.ts';
import { BUILD_LOG_LAYER } from '../../trust/evidence/evidence-format.ts';
import {
  attachBuildLog,
  BUILD_LOG_ARTIFACT,
  findBuildLog,
  MAX_BUILD_LOG_BYTES,
} from './build-log-artifact.ts';

const LOG = Buffer.from('one\ntwo\n');

const imageOf = (path: string) => buildImage({ layers: [buildLayer([{ path }])] });

async function repository(t: TestContext) {
  const registry = await startMemoryRegistry();
  t.after(() => registry[Symbol.asyncDispose]());
  const [image, other] = [imageOf('a'), imageOf('b')];
  for (const one of [image, other]) addImage(registry.repository('q/amd64'), one);
  const writer = openRegistryWriter(`${registry.host}/q/amd64`, { environment: {}, policy: impatience() });
  t.after(() => writer.close());
  /** Attaches whatever a hostile builder may. */
  async function attach(
    layers: readonly (Pick<AttachedLayer, 'content'> & Partial<AttachedLayer>)[],
  ): Promise<void> {
    const { blobs, manifest } = toAttached({
      subject: { digest: image.digest, mediaType: image.mediaType, sizeBytes: image.bytes.length },
      artifactType: BUILD_LOG_ARTIFACT,
      layers: layers.map((layer) => ({ mediaType: BUILD_LOG_LAYER, annotations: {}, ...layer })),
      annotations: {},
    });
    await writeBlobs(blobs, writer, undefined);
    await writer.attach({ bytes: manifest, mediaType: MEDIA_TYPES.ociManifest });
  }
  const count = () => referrersOf(registry.repository('q/amd64'), image.digest, BUILD_LOG_ARTIFACT).length;
  return { writer, image, other, attach, count };
}

suite('the log beside its image', () => {
  test('is found again, and is one however often it is attached', async (t) => {
    const { writer, image, count } = await repository(t);
    await attachBuildLog(writer, image.digest, LOG);
    await attachBuildLog(writer, image.digest, LOG);
    assert.equal(count(), 1);
    const found = await findBuildLog(writer, image.digest, new Set([digestOf(LOG)]));
    assert.deepEqual(found, { kind: 'found', log: LOG, digest: digestOf(LOG) });
  });

  test('an empty log is one', async (t) => {
    const { writer, image } = await repository(t);
    await attachBuildLog(writer, image.digest, Buffer.alloc(0));
    assert.equal((await findBuildLog(writer, image.digest, null)).kind, 'found');
  });

  test('nothing is attached to an image that is not there', async (t) => {
    const { writer } = await repository(t);
    await assert.rejects(
      attachBuildLog(writer, digestOf('nobody'), LOG),
      (error) => error instanceof OciError && error.code === 'MANIFEST_UNKNOWN',
    );
  });

  const content = gzipSync(LOG);
  const bad: readonly (readonly [
    what: string,
    layers: readonly Partial<AttachedLayer>[],
    because: RegExp,
  ])[] = [
    ['without a layer', [], /does not have one log/],
    ['with two', [{ content }, { content: gzipSync('other') }], /does not have one log/],
    ['of another type', [{ content, mediaType: 'text/plain' }], /does not have one log/],
    ['that is not packed', [{ content: LOG }], /cannot be unpacked/],
    ['that is cut off', [{ content: content.subarray(0, -9) }], /cannot be unpacked/],
    [
      'that would fill the memory',
      [{ content: gzipSync(Buffer.alloc(MAX_BUILD_LOG_BYTES + 1)) }],
      /unpacked/,
    ],
  ];
  for (const [what, layers, because] of bad) {
    test(`one ${what} is passed over, and hides no other`, async (t) => {
      const { writer, image, attach } = await repository(t);
      await attach(layers.map((layer) => ({ content, ...layer })));
      const alone = await findBuildLog(writer, image.digest, null);
      assert.match(alone.kind === 'missing' ? alone.because : '', because);
      await attachBuildLog(writer, image.digest, LOG);
      assert.equal((await findBuildLog(writer, image.digest, null)).kind, 'found');
    });
  }

  test('the log of another image is not found', async (t) => {
    const { writer, image, other } = await repository(t);
    await attachBuildLog(writer, other.digest, LOG);
    const { kind } = await findBuildLog(writer, image.digest, new Set([digestOf(LOG)]));
    assert.equal(kind, 'missing');
  });
});
