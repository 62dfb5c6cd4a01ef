import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { buildImage, type BuiltImage, buildLayer } from '../../../test/images/image-builder.ts';
import { writeOciLayout } from '../../../test/images/layouts.ts';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { buildRequest } from '../../../test/library/build-request.ts';
import type { Digest } from '../../model/digest.ts';
import { blobPath } from '../../oci/sources/oci-layout.ts';
import { deliverLayout } from './layouts/layout-delivery.ts';
import { validateLayout } from './layouts/layout-validation.ts';

const layer = (name: string, compression: 'gzip' | 'none' = 'gzip') =>
  buildLayer([{ path: name, content: name }], compression);

const PARENT = buildImage({ layers: [layer('etc/base')] });
const PLATFORM = { os: 'linux', architecture: 'amd64' };

/** Delivers an image that is said to be built on these parents. @returns the digests of its layers */
async function deliver(
  t: TestContext,
  image: BuiltImage,
  parents: readonly BuiltImage[],
): Promise<readonly Digest[]> {
  const folder = temporaryDirectory(t);
  const pinned = parents.map((parent, number) => {
    const layout = join(folder, `parent${number}`);
    writeOciLayout(layout, [{ root: parent }]);
    return { from: `parent:${number}`, digest: parent.digest, layout };
  });
  const made = join(folder, 'made');
  writeOciLayout(made, [{ root: image }]);
  const { request } = buildRequest(t, { parents: pinned });
  const { digest } = await deliverLayout(made, request);
  // whole and sound, whatever was taken from where
  const { image: delivered } = await validateLayout(request.output, { platform: PLATFORM });
  assert.equal(delivered.digest, digest);
  const layers = delivered.manifest.layers.map((each) => each.digest);
  for (const each of layers) assert.ok(readFileSync(join(request.output, blobPath(each))).length > 0);
  return layers;
}

suite('layers of parents', () => {
  test('a layer that was packed anew goes by the digest that the parent has', async (t) => {
    const [again, own] = [layer('etc/base', 'none'), layer('etc/own')];
    const image = buildImage({ layers: [again, own] });
    const [below] = PARENT.recipe.layers;
    assert.deepEqual(await deliver(t, image, [PARENT]), [below?.digest, own.digest]);
  });

  test('of several parents the one with the most layers below counts', async (t) => {
    const second = layer('etc/second');
    const larger = buildImage({ layers: [...PARENT.recipe.layers, second] });
    const image = buildImage({
      layers: [layer('etc/base', 'none'), layer('etc/second', 'none'), layer('etc/own')],
    });
    const [first, next] = await deliver(t, image, [PARENT, larger]);
    assert.deepEqual(
      [first, next],
      larger.recipe.layers.map(({ digest }) => digest),
    );
  });

  test('an image on other layers keeps its own, and so does one whose parent is not at hand', async (t) => {
    const image = buildImage({ layers: [layer('etc/other', 'none'), layer('etc/base', 'none')] });
    const own = image.recipe.layers.map(({ digest }) => digest);
    assert.deepEqual(await deliver(t, image, [PARENT]), own);
    assert.deepEqual(await deliver(t, image, []), own);
  });
});
