/** Where a distribution came from when that was no index: a repository or an archive. PEP 610, PEP 508 "@ URL". */
import { withoutCredentials } from '../../credentials.ts';
import { boundedText } from '../../evidence.ts';
import { isObject, type JsonObject } from '../../../formats/json.ts';

/** Qualifiers of a purl. purl-spec, "Known qualifiers key/value pairs". */
export type Origin = { readonly vcs_url: string } | { readonly download_url: string };

const VERSION_CONTROL = /^(?:git|hg|svn|bzr)\+/;

/** What the URL of a requirement says: `git+https://host/a.git@main#egg=a`; null for a directory of the machine. */
export function originOfUrl(written: string): Origin | null {
  const url = withoutCredentials(boundedText(written.split('#', 1)[0]) ?? '');
  if (VERSION_CONTROL.test(url)) return { vcs_url: url };
  return isArchive(url) ? { download_url: url } : null;
}

/** A repository at a commit, in the form of PEP 508 and SPDX: `git+https://host/a.git@0123abc`. */
export function repositoryOrigin(kind: string, url: string, commit: string | null): Origin {
  const address = withoutCredentials(boundedText(url.split('#', 1)[0]?.replace(/\?.*$/s, '')) ?? '');
  const prefix = VERSION_CONTROL.test(address) ? '' : `${kind}+`;
  return { vcs_url: `${prefix}${address}${commit === null ? '' : `@${commit}`}` };
}

/** `direct_url.json` of an installed distribution; null for a directory, an editable one among them. PEP 610. */
export function originOfDirectUrl(direct: JsonObject): Origin | null {
  const { url, vcs_info: repository, archive_info: archive } = direct;
  if (typeof url !== 'string') return null;
  if (isObject(repository)) {
    const { vcs, commit_id: commit } = repository;
    return repositoryOrigin(vcsOf(vcs), url, typeof commit === 'string' ? boundedText(commit, 100) : null);
  }
  return isObject(archive) ? { download_url: withoutCredentials(boundedText(url) ?? '') } : null;
}

function vcsOf(value: unknown): string {
  return typeof value === 'string' && /^(?:hg|svn|bzr)$/.test(value) ? value : 'git';
}

/** A wheel or a source archive, and not a directory. */
function isArchive(url: string): boolean {
  return (
    /^[a-z]+:/.test(url) && /\.(?:whl|zip|tar|tgz|tar\.(?:gz|bz2|xz|Z))$/.test(url.replace(/\?.*$/s, ''))
  );
}
