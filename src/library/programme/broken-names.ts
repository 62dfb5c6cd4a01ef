import type { Programme } from './programme.ts';

/**
 * Why a name is not among those of a programme, where its definition is there and cannot be read; empty for others. To be put behind
 * a message that nothing goes by that name.
 *
 * @param reference `redis`, `redis:8`
 */
export function becauseBroken(reference: string, broken: Programme['broken']): string {
  const [name] = reference.split(':', 1);
  const found = broken.find((each) => each.name === name);
  return found === undefined ? '' : `; its definition cannot be read: ${found.problems.join('; ')}`;
}
