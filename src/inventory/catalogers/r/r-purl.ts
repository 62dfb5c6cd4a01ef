import { withoutCredentials } from '../../credentials.ts';
import { formatPurl, type Purl } from '../../../model/purl.ts';

/** Where a package of R came from. */
export interface RSource {
  readonly name: string;
  readonly version: string;
  /** `CRAN`, `Bioconductor 3.16`; null when not known. */
  readonly repository: string | null;
  /** `git+https://github.com/owner/repository@0123abc` of one that was installed from a repository of code. */
  readonly remote: string | null;
}

/**
 * `pkg:cran/A3@0.9.1`. Bioconductor has no type of its own; its packages are told apart by the repository's address, as
 * purl-spec has it for every repository other than a type's own. purl-spec, types/cran-definition.
 */
export function cranPurl({ name, version, repository, remote }: RSource): Purl {
  const isBioconductor = repository?.startsWith('Bioc') === true;
  return formatPurl({
    type: 'cran',
    name,
    version,
    qualifiers: {
      repository_url: isBioconductor ? 'https://bioconductor.org' : null,
      vcs_url: remote,
    },
  });
}

/** Letters, digits and dots, at least two, beginning with a letter. Writing R Extensions, "The DESCRIPTION file". */
export function isRName(name: string): boolean {
  return name.length <= 255 && /^[A-Za-z][A-Za-z0-9.]*$/.test(name);
}

/** Names in the lists of `Depends` and `Imports`: `R (>= 3.5), methods, Rcpp (>= 1.0)`; R itself is no package. */
export function dependencyNames(lists: readonly string[]): readonly string[] {
  const names = lists.flatMap((list) => list.split(',')).map((entry) => entry.split('(', 1)[0]?.trim() ?? '');
  return [...new Set(names)].filter((name) => isRName(name) && name !== 'R').sort();
}

/** The fields by which remotes, renv and packrat tell a repository of code; null when they do not. remotes, "DESCRIPTION". */
export function remoteOf(field: (name: string) => string | null): string | null {
  const kind = field('RemoteType') ?? (field('GithubRepo') === null ? null : 'github');
  const commit = field('RemoteSha') ?? field('GithubSHA1');
  const at = commit === null ? '' : `@${commit}`;
  if (kind === 'github' || kind === 'gitlab' || kind === 'bitbucket') {
    const owner = field('RemoteUsername') ?? field('GithubUsername');
    const repository = field('RemoteRepo') ?? field('GithubRepo');
    const host = kind === 'bitbucket' ? 'bitbucket.org' : `${kind}.com`;
    return owner === null || repository === null ? null : `git+https://${host}/${owner}/${repository}${at}`;
  }
  const url = field('RemoteUrl');
  if (kind === null || !kind.startsWith('git') || url === null) return null;
  return `git+${withoutCredentials(url)}${at}`;
}
