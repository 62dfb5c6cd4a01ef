import type { Definition } from '../../definitions/definition.ts';
import { findEntries } from '../../definitions/find-entries.ts';
import type { TagMovement } from './tag-history.ts';

export interface TagFacts {
  /** As policies name it: `docker.io/library/debian`. */
  readonly repository: string;
  readonly tag: string;
  /** The definition file of the repository; null where a rule names none. */
  readonly definition: Definition | null;
}

const OFFICIAL = 'docker.io/library/';

/**
 * How a tag may move by what is known of its repository. Official images are built again under the same versions when their
 * bases change, but only as long as their definition lists the tag: what it lists no more stays where it is, and so does a
 * date. docker-library/official-images, README.md, "Library definition files"; docker-library/faq, "What's the difference
 * between 'Shared' and 'Simple' tags".
 */
export function tagMovementOf({ repository, tag, definition }: TagFacts): TagMovement {
  if (definition !== null) return findEntries(definition, tag).length > 0 ? 'floating' : 'immutable';
  if (!repository.startsWith(OFFICIAL)) return null;
  return /^v?\d+\.\d+\.\d+/.test(tag) ? 'floating' : null;
}
