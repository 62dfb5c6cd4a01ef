import type { LockEntry } from './locked-packages.ts';

/** What a lock file of Yarn holds, of either format. Plain JSON. */
export type YarnLock = {
  readonly entries: readonly LockEntry[];
  /** What was asked for, `name@range`, with the index of the entry that answers it. */
  readonly descriptors: readonly (readonly [descriptor: string, entry: number])[];
  /** Indices of the workspaces with the main one; none in the classic format, which does not tell. */
  readonly projects: readonly number[];
  /** The one whose manifest lies beside the lock file. */
  readonly main: number | null;
  readonly damaged: number;
};

/** Of several entries of a name so many are taken for what an override made of a range. */
const MAX_OVERRIDES = 20;

/**
 * Answers which entries a requirement leads to. Mostly it is one, under the very descriptor; where `resolutions` in
 * package.json put another range in its place, any entry of that name may be meant.
 */
export function createFinder(
  descriptors: YarnLock['descriptors'],
): (name: string, range: unknown) => readonly number[] {
  const indices = new Map(descriptors);
  const named = Map.groupBy(descriptors, ([descriptor]) => nameOf(descriptor));
  return (name, range) => {
    if (typeof range !== 'string') return [];
    const found = indices.get(`${name}@${range}`) ?? indices.get(`${name}@npm:${range}`);
    if (found !== undefined) return [found];
    return (named.get(name) ?? []).slice(0, MAX_OVERRIDES).map(([, index]) => index);
  };
}

/** `name@range`, `@scope/name@npm:range`: the name. */
export function nameOf(descriptor: string): string {
  const at = descriptor.indexOf('@', 1);
  return at < 0 ? descriptor : descriptor.slice(0, at);
}
