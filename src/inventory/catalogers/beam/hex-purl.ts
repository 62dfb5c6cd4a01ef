import { formatPurl, type Purl } from '../../../model/purl.ts';
import { vcsUrl } from '../../lock-entry.ts';

/** Atoms that name applications and packages: letters of ASCII, digits, underscores, and dashes in names of few. */
export function isAppName(name: string): boolean {
  return name.length <= 128 && /^[A-Za-z_][\w@-]*$/.test(name);
}

/** What a package of Hex comes from. */
export interface HexOrigin {
  /** Of a private package: the organisation, whose repository is `hexpm:NAME`. */
  readonly organisation?: string | undefined;
  readonly vcs_url?: string | undefined;
}

/** `pkg:hex/acme/foo@2.3.`: the namespace is an organisation. purl-spec, types/hex-definition. */
export function hexPurl(name: string, version: string, { organisation, vcs_url }: HexOrigin = {}): Purl {
  return formatPurl({ type: 'hex', namespace: organisation ?? null, name, version, qualifiers: { vcs_url } });
}

/** Of a dependency that is fetched from a repository of Git, no version is known. */
export function hexFromGit(name: string, repository: string, revision: string | null): Purl {
  return hexPurl(name, '', { vcs_url: vcsUrl(repository, revision) });
}
