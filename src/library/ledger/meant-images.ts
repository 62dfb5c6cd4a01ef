import type { Digest } from '../../model/digest.ts';
import type { PublishedImage } from './entry.ts';
import type { TagState } from './tag-states.ts';

/** Images that tags mean which are not retired, each once. */
export function meantImages(states: Iterable<TagState>): readonly PublishedImage[] {
  const images = new Map<Digest, PublishedImage>();
  for (const { retired, published } of states) {
    if (retired !== null) continue;
    for (const image of published?.event.images ?? []) images.set(image.digest, image);
  }
  return [...images.values()];
}
