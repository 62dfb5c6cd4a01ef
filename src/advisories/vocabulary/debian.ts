import { DEBIAN_RELEASES } from '../../model/debian-releases.ts';
import type { SourceStatus } from '../advisory.ts';

/** OSV's ecosystem of a codename, `Debian:12` or `Debian:sid`; null for a codename that is not known. */
export function debianEcosystem(codename: string): string | null {
  const release = codename === 'sid' ? 'sid' : DEBIAN_RELEASES.get(codename);
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
