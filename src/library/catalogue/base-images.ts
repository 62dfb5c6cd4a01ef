/** What an image stands on, down to the lowest image that is known. */
import { isRepositoryName } from '../../definitions/values.ts';
import type { Digest } from '../../model/digest.ts';
import type { ImageRecord } from './image-schema.ts';

/** More levels than any programme has; and a record that was changed may lead in a circle. */
const MOST_LEVELS = 16;

export interface StoodOn {
  readonly name: string;
  readonly digest: Digest | null;
  /** Its repository, where it is an image of the programme that is told of; else null. */
  readonly repository: string | null;
}

type Base = ImageRecord['base'];

/**
 * @param read the record of an image of the programme; null where there is none
 * @param path of public repositories: `registry/path`
 * @returns the chain of an image, the nearest first; what was read for one is not read again for the next
 */
export function baseImages(
  read: (repository: string, digest: Digest) => Pick<ImageRecord, 'base'> | null,
  path: string,
): (image: Pick<ImageRecord, 'base'>) => readonly StoodOn[] {
  const known = new Map<Digest, { readonly repository: string; readonly base: Base } | null>();
  const find = (name: string, digest: Digest) => {
    const found = known.get(digest);
    if (found !== undefined) return found;
    const repository = repositoryOf(name, path);
    const record = repository === null ? null : read(repository, digest);
    const image = repository === null || record === null ? null : { repository, base: record.base };
    known.set(digest, image);
    return image;
  };
  return (image) => {
    const chain: StoodOn[] = [];
    for (let { base } = image; base !== null && chain.length < MOST_LEVELS;) {
      const { name, digest } = base;
      const own = digest === null ? null : find(name, digest);
      chain.push({ name, digest, repository: own?.repository ?? null });
      base = own?.base ?? null;
    }
    return chain;
  };
}

/** As Dockerfiles name images of the programme: by the name alone, or with where it is published. */
function repositoryOf(name: string, path: string): string | null {
  const own = name.startsWith(`${path}/`) ? name.slice(path.length + 1) : name;
  const [repository = ''] = own.split(/[:@]/, 1);
  return isRepositoryName(repository) ? repository : null;
}
