import { type Digest, digestAlgorithm, digestHex } from '../../model/digest.ts';

/** Where an image is told of, in the folder of pages and without an ending: `redis/images/sha256-…`. */
export function imagePath(repository: string, digest: Digest): string {
  return `${repository}/images/${imageFile(digest)}`;
}

/** The name of its files, without an ending. */
export function imageFile(digest: Digest): string {
  return `${digestAlgorithm(digest)}-${digestHex(digest)}`;
}
