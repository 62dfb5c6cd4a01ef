import type { Attempt } from './programme-state.ts';

/** Whether an attempt was to build an image of a repository, or the one behind `repository:tag`. */
export function isAttemptAt({ tags }: Pick<Attempt, 'tags'>, reference: string): boolean {
  return tags.some((tag) => tag === reference || tag.startsWith(`${reference}:`));
}
