import type { Definition, Entry } from '../../definitions/definition.ts';
import { sharedTagGroups } from '../../definitions/shared-tags.ts';

/** Tags that come to mean one index: those of an entry, or those that the same entries share. */
export interface TagSet {
  readonly tags: readonly string[];
  readonly isShared: boolean;
  readonly entries: readonly Entry[];
}

export function tagSets(definition: Definition): readonly TagSet[] {
  return [
    ...definition.entries.map((entry) => ({ tags: entry.tags, isShared: false, entries: [entry] })),
    ...sharedTagGroups(definition.entries).map((group) => ({ ...group, isShared: true })),
  ];
}
