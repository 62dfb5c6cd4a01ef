/**
 * An index of images by the chain ID of their uppermost layer. Whatever was built on one of them has that chain ID
 * among its own, so the longest match tells the base image, of public and private images alike and without asking
 * anybody.
 */
import type { Digest } from '../../model/digest.ts';

/** An image that others may be built on, on one platform. */
export interface IndexedImage {
  /** Names that it was indexed under, sorted. */
  readonly names: readonly string[];
  /** Digest of its manifest; null where the transport had none. */
  readonly digest: Digest | null;
  readonly indexDigest: Digest | null;
  readonly configDigest: Digest;
  /** `linux/amd64` */
  readonly platform: string;
  /** RFC 3339, as its configuration says. */
  readonly created: string | null;
  /** Of its uppermost layer. */
  readonly chainId: Digest;
  /** How many layers it has. */
  readonly layers: number;
}

export interface BaseIndex {
  readonly schema: 'hallmark.base-index/1';
  /** Sorted by chain ID and configuration. */
  readonly images: readonly IndexedImage[];
}

/** Puts images together: those with the same configuration are one, with all their names. */
export function toBaseIndex(images: Iterable<IndexedImage>): BaseIndex {
  const known = new Map<string, IndexedImage>();
  for (const image of images) {
    const key = `${image.chainId} ${image.configDigest}`;
    const other = known.get(key);
    known.set(key, {
      ...image,
      digest: image.digest ?? other?.digest ?? null,
      indexDigest: image.indexDigest ?? other?.indexDigest ?? null,
      names: [...new Set([...image.names, ...(other?.names ?? [])])].sort(),
    });
  }
  const sorted = [...known].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, image]) => image);
  return { schema: 'hallmark.base-index/1', images: sorted };
}

/** Images of an index that have the same layers. */
export interface BaseMatch {
  /** How many layers match, from the lowest. */
  readonly layers: number;
  /** The newest first; at least one. */
  readonly images: readonly [IndexedImage, ...IndexedImage[]];
}

/**
 * The images with the longest stack of layers that an image begins with, itself left out.
 *
 * @param chain the chain IDs of the image
 */
export function findBaseByLayers(
  index: BaseIndex,
  chain: readonly Digest[],
  configDigest: Digest,
): BaseMatch | null {
  const byChainId = Map.groupBy(index.images, ({ chainId }) => chainId);
  for (let layers = chain.length; layers > 0; layers -= 1) {
    const chainId = chain[layers - 1];
    const found = chainId === undefined ? undefined : byChainId.get(chainId);
    const [first, ...rest] = (found ?? [])
      .filter((image) => image.configDigest !== configDigest)
      .sort(newestFirst);
    if (first !== undefined) return { layers, images: [first, ...rest] };
  }
  return null;
}

function newestFirst(a: IndexedImage, b: IndexedImage): number {
  const [left, right] = [a.created ?? '', b.created ?? ''];
  return left > right ? -1 : left < right ? 1 : 0;
}
