/** A store path, taken apart. */
export interface StorePath {
  /** The first part of its base name: 32 digits of Nix's base 32. */
  readonly hash: string;
  readonly name: string;
  /** Empty where the name has none. */
  readonly version: string;
  /** Which of several outputs of a derivation it is; null for `out`, which the name does not mention. */
  readonly output: string | null;
}

/** The digits leave out e, o, t and u. Nix manual, "Store Path". */
const BASE_NAME = /^([0-9a-df-np-sv-z]{32})-([0-9A-Za-z+\-._?=]{1,211})$/;

/**
 * Names of outputs that Nixpkgs appends to the names of store paths: those of its "Multiple-output packages", and those
 * that its larger packages define for themselves. Where the database states outputs, it is asked instead.
 */
const OUTPUTS: ReadonlySet<string> = new Set([
  'bin',
  'data',
  'debug',
  'dev',
  'devdoc',
  'devman',
  'dist',
  'doc',
  'getent',
  'info',
  'lib',
  'libgcc',
  'man',
  'npm',
  'py',
  'static',
  'terminfo',
]);

/**
 * Reads the base name of a store path; null for what is none.
 *
 * @param stated the output that the database states, if it does
 */
export function parseStorePath(baseName: string, stated?: string): StorePath | null {
  const [, hash, named] = BASE_NAME.exec(baseName) ?? [];
  if (hash === undefined || named === undefined) return null;
  const last = named.slice(named.lastIndexOf('-') + 1);
  const output = stated ?? (OUTPUTS.has(last) ? last : 'out');
  const suffix = `-${output}`;
  const [name, version] = splitDerivationName(
    named.endsWith(suffix) ? named.slice(0, -suffix.length) : named,
  );
  return { hash, name, version, output: output === 'out' ? null : output };
}

/**
 * The version is what follows the first dash that no letter follows: `python3.11-requests-2.31.0`,
 * `hello-unstable-2024-01-05`. Nix manual, `builtins.parseDrvName`.
 */
function splitDerivationName(text: string): readonly [name: string, version: string] {
  const dash = text.search(/-[^A-Za-z]/);
  return dash < 0 ? [text, ''] : [text.slice(0, dash), text.slice(dash + 1)];
}
