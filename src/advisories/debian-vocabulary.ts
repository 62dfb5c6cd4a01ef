import type { SourceStatus } from './advisory.ts';

/** Debian's codenames and release numbers, https://www.debian.org/releases/ and distro-info-data(7). */
const RELEASES: ReadonlyMap<string, string> = new Map([
  ['squeeze', '6'],
  ['wheezy', '7'],
  ['jessie', '8'],
  ['stretch', '9'],
  ['buster', '10'],
  ['bullseye', '11'],
  ['bookworm', '12'],
  ['trixie', '13'],
  ['forky', '14'],
  ['duke', '15'],
  ['sid', 'sid'],
]);

/** OSV's ecosystem of a codename, `Debian:12` or `Debian:sid`; null for a codename that is not known. */
export function debianEcosystem(codename: string): string | null {
  const release = RELEASES.get(codename);
  return release === undefined ? null : `Debian:${release}`;
}

/** Debian's urgencies that are no severity but a status, in the tracker's and in OSV's records; null for the others. */
export function debianUrgency(
  urgency: string,
): { readonly status: SourceStatus; readonly statusWord: string } | null {
  switch (urgency.replace(/\*+$/, '')) {
    case 'unimportant':
      return { status: 'unimportant', statusWord: 'unimportant' };
    case 'end-of-life':
      return { status: 'end_of_life', statusWord: 'end-of-life' };
    default:
      return null;
  }
}
