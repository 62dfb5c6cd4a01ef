/** What a key of `packages` in pnpm's lock file says. */
export interface PnpmKey {
  /** Empty where only the entry itself names the package. */
  readonly name: string;
  /** Empty where it comes from a repository, an archive or a directory. */
  readonly version: string;
  /** Where it comes from when that is not a registry. */
  readonly origin: string | null;
  /** The key under which format 9 describes the package, whatever its peers are. */
  readonly withoutPeers: string;
}

/**
 * Format 5: `/@scope/name/1.0.0_react@18.2.0`, `github.com/owner/name/0123abc`, `file:name-1.0.0.tgz`.
 * Format 6: `/@scope/name@1.0.0(react@18.2.0)`, `@github.com/owner/name/0123abc`, `file:…`.
 * Format 9: `@scope/name@1.0.0(react@18.2.0)`, `name@https://…`, `name@file:…`.
 */
export function parsePnpmKey(key: string, format: number): PnpmKey {
  const withoutPeers = format < 6 ? key : beforeFirst(key, '(');
  if (format < 9 && !key.startsWith('/')) return { name: '', version: '', origin: key, withoutPeers };
  const path = withoutPeers.startsWith('/') ? withoutPeers.slice(1) : withoutPeers;
  const scope = path.startsWith('@') ? path.indexOf('/') + 1 : 0;
  const separator = path.indexOf(format < 6 ? '/' : '@', scope);
  if (separator < 0) return { name: '', version: '', origin: key, withoutPeers };
  const name = path.slice(0, separator);
  const rest = path.slice(separator + 1);
  const version = format < 6 ? beforeFirst(beforeFirst(rest, '_'), '/') : rest;
  return /^\d/.test(version)
    ? { name, version, origin: null, withoutPeers }
    : { name, version: '', origin: rest, withoutPeers };
}

function beforeFirst(text: string, mark: string): string {
  const index = text.indexOf(mark);
  return index < 0 ? text : text.slice(0, index);
}
