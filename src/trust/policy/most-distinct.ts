/** One authority that one identity speaks for, with whatever showed it. */
export interface Voice<T> {
  readonly authority: string;
  readonly identity: string;
  readonly by: T;
}

/**
 * The most voices of which no two share an authority or an identity: a key under two names is one voice, and so is an authority
 * that two keys speak for. A largest matching, found by augmenting paths.
 */
export function mostDistinct<T>(voices: readonly Voice<T>[]): readonly Voice<T>[] {
  const ofAuthority = Map.groupBy(voices, ({ authority }) => authority);
  const chosen = new Map<string, Voice<T>>();

  /** Finds an identity for the authority, if need be by giving others another one. */
  function place(authority: string, tried: Set<string>): boolean {
    for (const voice of ofAuthority.get(authority) ?? []) {
      if (tried.has(voice.identity)) continue;
      tried.add(voice.identity);
      const holder = chosen.get(voice.identity);
      if (holder === undefined || place(holder.authority, tried)) {
        chosen.set(voice.identity, voice);
        return true;
      }
    }
    return false;
  }

  for (const authority of ofAuthority.keys()) place(authority, new Set());
  return [...chosen.values()];
}
