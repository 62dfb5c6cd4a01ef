/**
 * What names the distribution of an image. `etc/os-release` since about 2013; before that every distribution had a
 * file of its own, which old images still have instead.
 */
import { parseAssignments } from './os-release.ts';

/** What one file says about the distribution, in the terms of os-release(5). */
export interface ReleaseFacts {
  readonly id: string;
  readonly versionId: string | null;
  readonly version: string | null;
  readonly codename: string | null;
  readonly idLike: readonly string[];
  readonly prettyName: string | null;
  readonly buildId: string | null;
  readonly cpe: string | null;
}

/** Null when the file does not say which distribution it is. */
type ReleaseReader = (text: string) => ReleaseFacts | null;

/**
 * Files and their readers, the one to be believed first. Oracle's and CentOS's come before `redhat-release`, which on
 * those systems too may name Red Hat, and Ubuntu's before `debian_version`, which there names Debian's codename.
 */
export const RELEASE_FILES: readonly (readonly [path: string, read: ReleaseReader])[] = [
  ['etc/os-release', readOsRelease],
  ['usr/lib/os-release', readOsRelease],
  ['etc/alpine-release', readAlpineRelease],
  ['etc/lsb-release', readLsbRelease],
  ['etc/debian_version', readDebianVersion],
  ['etc/oracle-release', readRedHatRelease],
  ['etc/centos-release', readRedHatRelease],
  ['etc/fedora-release', readRedHatRelease],
  ['etc/redhat-release', readRedHatRelease],
  ['etc/system-release', readRedHatRelease],
];

const NOTHING_ELSE = {
  version: null,
  codename: null,
  idLike: [],
  prettyName: null,
  buildId: null,
  cpe: null,
} as const;

function readOsRelease(text: string): ReleaseFacts | null {
  const assignments = parseAssignments(text);
  const get = (name: string) => assignments.get(name) || null;
  // without any of the three the file says nothing; with one of them, ID defaults to "linux"
  if (get('ID') === null && get('NAME') === null && get('PRETTY_NAME') === null) return null;
  return {
    id: (get('ID') ?? 'linux').toLowerCase(),
    versionId: get('VERSION_ID'),
    version: get('VERSION'),
    codename: get('VERSION_CODENAME'),
    idLike: (get('ID_LIKE') ?? '').toLowerCase().split(/\s+/).filter(Boolean),
    prettyName: get('PRETTY_NAME') ?? joinWords(get('NAME'), get('VERSION') ?? get('VERSION_ID')),
    buildId: get('BUILD_ID'),
    cpe: get('CPE_NAME'),
  };
}

function readAlpineRelease(text: string): ReleaseFacts | null {
  const versionId = /^\d[\w.]{0,63}/.exec(text.trim())?.[0];
  if (versionId === undefined) return null;
  return { ...NOTHING_ELSE, id: 'alpine', versionId, prettyName: `Alpine Linux ${versionId}` };
}

function readLsbRelease(text: string): ReleaseFacts | null {
  const assignments = parseAssignments(text);
  const id = assignments.get('DISTRIB_ID')?.toLowerCase();
  if (!id) return null;
  return {
    ...NOTHING_ELSE,
    id,
    versionId: assignments.get('DISTRIB_RELEASE') || null,
    codename: assignments.get('DISTRIB_CODENAME') || null,
    prettyName: assignments.get('DISTRIB_DESCRIPTION') || null,
  };
}

/** `6.0.10` on a release, `wheezy/sid` on testing and unstable. VERSION_ID of later Debians is the first number. */
function readDebianVersion(text: string): ReleaseFacts | null {
  const [line = ''] = text.trim().split('\n', 1);
  const release = /^(\d{1,3})(?:\.\d{1,4}){0,3}$/.exec(line);
  const testing = /^([a-z]{1,32})\/sid$/.exec(line);
  if (release === null && testing === null) return null;
  return {
    ...NOTHING_ELSE,
    id: 'debian',
    versionId: release?.[1] ?? null,
    codename: testing?.[1] ?? null,
    prettyName: `Debian GNU/Linux ${line}`,
  };
}

/** Beginnings of the one line in `etc/redhat-release` and its like. */
const RED_HAT_FAMILY: readonly (readonly [beginning: string, id: string, idLike: readonly string[]])[] = [
  ['Red Hat', 'rhel', ['fedora']],
  ['CentOS', 'centos', ['rhel', 'fedora']],
  ['Oracle Linux', 'ol', ['fedora']],
  ['Enterprise Linux Enterprise Linux', 'ol', ['fedora']],
  ['Scientific Linux', 'scientific', ['rhel', 'centos', 'fedora']],
  ['AlmaLinux', 'almalinux', ['rhel', 'centos', 'fedora']],
  ['Rocky Linux', 'rocky', ['rhel', 'centos', 'fedora']],
  ['Amazon Linux', 'amzn', ['rhel', 'fedora']],
  ['Fedora', 'fedora', []],
];

/** `CentOS release 6.10 (Final)`. */
function readRedHatRelease(text: string): ReleaseFacts | null {
  const line = (text.trim().split('\n', 1)[0] ?? '').slice(0, 256);
  const known = RED_HAT_FAMILY.find(([beginning]) => line.startsWith(beginning));
  if (known === undefined) return null;
  const [, id, idLike] = known;
  return {
    ...NOTHING_ELSE,
    id,
    idLike,
    versionId: / release (\d[\d.]*)/.exec(line)?.[1] ?? null,
    prettyName: line,
  };
}

function joinWords(...words: readonly (string | null)[]): string | null {
  return words.filter((word) => word !== null).join(' ') || null;
}
