/** Addresses of sources, in the spellings that builders use, brought to one. */

export interface SourceAddress {
  /** `https://github.com/acme/app`. */
  readonly repository: string;
  readonly ref: string | null;
  readonly commit: string | null;
  /** Folder within the repository. */
  readonly folder: string | null;
}

const MAX_LENGTH = 4096;
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * A repository's address without what does not change which one it is: `git+` before it, `.git` and slashes behind it. The
 * rest stays as it is, in capitals too: what two spellings of a path mean, only the server knows.
 */
export function canonicalRepository(address: string): string {
  return withoutCredentials(address)
    .replace(/^git\+/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
}

/**
 * Reads an address as SLSA writes it (`git+https://host/path@refs/tags/v1`) or as BuildKit does
 * (`https://host/path.git#refs/tags/v1:folder`). https://spdx.github.io/spdx-spec/v2.3/package-information, "Package download
 * location"; BuildKit, docs of Git contexts.
 *
 * @returns null for what is no address of a repository
 */
export function parseSourceAddress(text: string): SourceAddress | null {
  if (text.length > MAX_LENGTH || !/^(?:git\+)?(?:https?|ssh|git):\/\/[^/]+\//.test(text)) return null;
  const [address, fragment = null] = splitAtFirst(text, '#');
  const path = address.indexOf('/', address.indexOf('://') + '://'.length);
  // an @ before the path parts a user from the host, and never a ref from a repository
  const at = address.indexOf('@', path);
  const repository = at < 0 ? address : address.slice(0, at);
  const [named, folder = null] =
    fragment === null ? [at < 0 ? '' : address.slice(at + 1)] : splitAtFirst(fragment, ':');
  const isGit =
    text.startsWith('git+') || /\.git\/?$/.test(repository) || named !== '' || text.startsWith('git:');
  if (!isGit) return null;
  const isCommit = COMMIT.test(named);
  return {
    repository: canonicalRepository(repository),
    ref: isCommit || named === '' ? null : named,
    commit: isCommit ? named : null,
    folder,
  };
}

/** Without user and password; what remains never equals an address that somebody expects. */
export function withoutCredentials(address: string): string {
  return address.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1[redacted]@');
}

function splitAtFirst(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}
