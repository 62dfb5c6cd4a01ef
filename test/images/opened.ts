import assert from 'node:assert/strict';
import type { LayeredImage, OpenedImages } from '../../src/oci/image.ts';

/** Everything that a stream yields. */
export async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

/** The only image of an opened reference, which has to be one of layers. */
export function onlyImage(opened: OpenedImages): LayeredImage {
  const [image] = opened.images;
  assert.equal(opened.images.length, 1);
  assert.ok(image?.kind === 'image');
  return image;
}

/** The bytes of every layer, read to their verified end. */
export async function readLayers(image: LayeredImage): Promise<Buffer[]> {
  const layers: Buffer[] = [];
  for (const layer of image.layers) layers.push(await readAll(layer.open()));
  return layers;
}
