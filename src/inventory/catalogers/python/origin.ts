/** Where a distribution came from when that was no index: a repository or an archive. PEP 610, PEP 508 "@ URL". */
import { withoutCredentials } from '../../credentials.ts';
import { boundedText, textOf } from '../../evidence.ts';
import { isObject, type JsonObject } from '../../../formats/json.ts';

/** Qualifiers of a purl. purl-spec, "Known qualifiers key/value pairs". */
export type Origin = { readonly vcs_url: string } | { readonly download_url: string };

const VERSION_CONTROL = /^(?:git|hg|svn|bzr)\+/;

/** A wheel or a source archive. */
const ARCHIVE = /\.(?:whl|zip|tar|tgz|tar\.(?:gz|bz2|xz|Z))$/;

/** What the URL of a requirement says: `git+https://host/a.git@main#egg=a`; null for a directory or file of a machine. */
export function originOfUrl(written: string): Origin | null {
  const url = addressOf(written);
  if (VERSION_CONTROL.test(url)) return { vcs_url: url };
  return ARCHIVE.test(url.replace(/\?.*$/s, '')) ? archiveOrigin(url) : null;
}

/** The URL of an archive, whatever its name; null for a file of the machine that built the image. */
export function archiveOrigin(written: string): Origin | null {
  const url = addressOf(written);
  return /^https?:/.test(url) ? { download_url: url } : null;
}

/** A repository at a commit, in the form of PEP 508 and SPDX: `git+https://host/a.git@0123abc`. */
export function repositoryOrigin(kind: unknown, written: string, commit: unknown): Origin {
  const url = addressOf(written).replace(/\?.*$/s, '');
  const prefix = VERSION_CONTROL.test(url) ? '' : `${versionControl(kind)}+`;
  const revision = textOf(commit, 100);
  return { vcs_url: `${prefix}${url}${revision === null ? '' : `@${revision}`}` };
}

function addressOf(written: string): string {
  return boundedText(withoutCredentials(written.trim()).split('#', 1)[0]) ?? '';
}

/** `direct_url.json` of an installed distribution; null for a directory, an editable one among them. PEP 610. */
export function originOfDirectUrl(direct: JsonObject): Origin | null {
  const { url, vcs_info: repository, archive_info: archive } = direct;
  if (typeof url !== 'string') return null;
  if (isObject(repository)) return repositoryOrigin(repository['vcs'], url, repository['commit_id']);
  return isObject(archive) ? archiveOrigin(url) : null;
}

function versionControl(kind: unknown): string {
  return typeof kind === 'string' && /^(?:hg|svn|bzr)$/.test(kind) ? kind : 'git';
}
