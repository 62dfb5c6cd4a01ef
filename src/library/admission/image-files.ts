/** Single files of an image, as a container started from it would see them. */
import type { LayeredImage } from '../../oci/image.ts';
import { readLayer } from '../../oci/layer-reader.ts';
import { overlayLayers } from '../../oci/overlay.ts';

/** Of larger files only this much is looked at. */
export const FILE_BYTES = 64 * 1024;

export interface ImageFiles {
  /** The first 64 KiB of a file, links followed; null where no such file was asked for, or the image has none. */
  read(path: string): Buffer | null;
  /** Where the links of a path lead, whether or not there is a file; null where they go in a circle. */
  resolve(path: string): string | null;
}

/**
 * Reads every layer once and keeps what was asked for.
 *
 * @param wanted paths as layers have them, without a leading slash
 * @throws {OciError} when a layer is not what its digests say
 */
export async function readImageFiles(
  image: Pick<LayeredImage, 'layers'>,
  wanted: (path: string) => boolean,
  signal?: AbortSignal,
): Promise<ImageFiles> {
  const contents: Map<string, Buffer>[] = [];
  const layers = [];
  for (const layer of image.layers) {
    const kept = new Map<string, Buffer>();
    const { tree } = await readLayer((ending) => layer.open(ending), {
      diffId: layer.diffId,
      digest: layer.digest,
      signal,
      visitor: {
        want: ({ path, type }) =>
          (type === 'file' || type === 'hardlink') && wanted(path) ? { beginning: FILE_BYTES } : null,
        file({ path }, content) {
          kept.set(path, Buffer.from(content));
          return true;
        },
      },
    });
    contents.push(kept);
    layers.push({ tree, paths: [...kept.keys()] });
  }
  const final = overlayLayers(layers).at(-1);
  const resolve = (path: string): string | null => (final === undefined ? path : final.resolveLink(path));
  return {
    resolve,
    read(path) {
      const origin = final?.visible.get(resolve(path) ?? '');
      return origin === undefined ? null : (contents[origin.layer]?.get(origin.path) ?? null);
    },
  };
}
