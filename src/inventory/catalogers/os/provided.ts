/** An installed package as far as others may depend on it. */
export interface Provider {
  readonly name: string;
  /** As the database writes them, with or without a version. */
  readonly provides: readonly string[];
}

/** Names of installed packages by what they provide (`so:libz.so.1`, `cmd:ls`, `mail-transport-agent`), and themselves. */
export function providersOf(
  packages: readonly Provider[],
  nameIn: (provided: string) => string,
): ReadonlyMap<string, string> {
  const providers = new Map<string, string>();
  for (const { name, provides } of packages) {
    for (const provided of provides) {
      const key = nameIn(provided);
      if (!providers.has(key)) providers.set(key, name);
    }
  }
  for (const { name } of packages) providers.set(name, name);
  return providers;
}

/**
 * Of each clause, a list of alternatives, the package that meets it; where none is installed, the first as it is written.
 *
 * @param installed the name of an installed package by what it provides
 */
export function meetClauses(
  self: string,
  clauses: readonly (readonly string[])[],
  installed: (name: string) => string | undefined,
): readonly string[] {
  const names = clauses.map(
    (alternatives) => alternatives.map(installed).find((name) => name !== undefined) ?? alternatives[0] ?? '',
  );
  return [...new Set(names)].filter((name) => name !== '' && name !== self).sort();
}
