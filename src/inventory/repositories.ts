/**
 * Where a distribution's packages come from, as far as that decides which advisories speak of them. Package databases do
 * not say it of each package, so this is known of the image as a whole.
 */
import { parseJsonObject, textsIn } from '../formats/json.ts';
import type { Interest } from './cataloger.ts';

const APK_REPOSITORIES = 'etc/apk/repositories';

/** Red Hat's build system lists the content sets that it installed from; `usr/share/buildinfo` since 2025. */
const CONTENT_MANIFESTS = ['root/buildinfo/content_manifests/', 'usr/share/buildinfo/'];

/** dnf's and yum's. dnf.conf(5), "Repo options". */
const YUM_REPOSITORIES = 'etc/yum.repos.d/';

export const REPOSITORY_FILES: Pick<Interest, 'paths' | 'in'> = {
  paths: [APK_REPOSITORIES],
  in: [
    ...CONTENT_MANIFESTS.map((directory) => ({ directory: directory.slice(0, -1), suffix: '.json' })),
    { directory: YUM_REPOSITORIES.slice(0, -1), suffix: '.repo' },
  ],
};

/** Far more than any image is built from. */
const MAX_REPOSITORIES = 200;

/** The names in one of those files, a line each; null for other files. */
export function readRepositories(path: string, text: string): string | null {
  const names = namesIn(path, text);
  return names === null ? null : names.filter(isRepositoryName).slice(0, MAX_REPOSITORIES).join('\n');
}

function namesIn(path: string, text: string): readonly string[] | null {
  if (path === APK_REPOSITORIES) return apkBranches(text);
  if (path.startsWith(YUM_REPOSITORIES)) return enabledSections(text);
  if (!isContentManifest(path)) return null;
  // {"content_sets": ["rhel-9-for-x86_64-baseos-rpms", …]}
  return textsIn(parseJsonObject(text)?.['content_sets']);
}

/**
 * The branches of an Alpine, the content sets of an rpm distribution or, where nobody noted them, its repositories;
 * sorted.
 *
 * @param files what `readRepositories` made of the files, by path; others are passed over
 */
export function repositoriesOf(files: ReadonlyMap<string, string>): readonly string[] {
  const listed = (holds: (path: string) => boolean) =>
    [...files].flatMap(([path, names]) => (holds(path) ? names.split('\n').filter(Boolean) : []));
  const sets = listed((path) => path === APK_REPOSITORIES || isContentManifest(path));
  const names = sets.length > 0 ? sets : listed((path) => path.startsWith(YUM_REPOSITORIES));
  return [...new Set(names)].sort().slice(0, MAX_REPOSITORIES);
}

function isContentManifest(path: string): boolean {
  return CONTENT_MANIFESTS.some((directory) => path.startsWith(directory));
}

/**
 * `v3.18` and `edge` of lines such as `https://dl-cdn.alpinelinux.org/alpine/v3.18/main`. Lines with a tag
 * (`@edge https://…`) do not count: apk installs from them only what the administrator pins. apk-repositories(5).
 */
function apkBranches(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const branch = /^\s*[^@#\s]\S*\/(edge|v\d{1,3}\.\d{1,3})\/(?:main|community)\/?\s*$/.exec(line)?.[1];
    return branch ?? [];
  });
}

/** The sections that are switched on, as they are unless `enabled` says otherwise. */
function enabledSections(text: string): readonly string[] {
  const enabled = new Map<string, boolean>();
  let section = '';
  for (const line of text.split('\n')) {
    const opened = /^\[([^\]]+)\]/.exec(line)?.[1];
    if (opened !== undefined) enabled.set((section = opened), true);
    else if (/^enabled\s*=\s*(?:0|false|no|off)\s*$/i.test(line)) enabled.set(section, false);
  }
  return [...enabled].flatMap(([name, isOn]) => (isOn ? [name] : []));
}

function isRepositoryName(name: string): boolean {
  return /^[A-Za-z0-9][\w.:-]{0,199}$/.test(name);
}
