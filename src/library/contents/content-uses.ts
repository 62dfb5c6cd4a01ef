import { type Entry, inputsFor } from '../../definitions/definition.ts';
import type { Repository } from '../programme/programme.ts';
import type { ContentUse } from './contents.ts';

/** Every place in the definitions that needs facts: each architecture of each entry, in their order. */
export function contentUses(repositories: Iterable<Repository>): readonly ContentUse[] {
  return [...repositories].flatMap(({ name, definition }) => entryUses(name, definition.entries));
}

export function entryUses(repository: string, entries: readonly Entry[]): readonly ContentUse[] {
  return entries.flatMap((entry) =>
    entry.architectures.map((architecture) => ({
      repository,
      entry: entry.tags[0] ?? '',
      architecture,
      inputs: inputsFor(entry, architecture),
    })),
  );
}
