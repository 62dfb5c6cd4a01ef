import type { Evidence } from '../model/package.ts';

/** A path as Hallmark keeps it, from one as bills write it. */
export function withoutSlash(path: string): string {
  return path.startsWith('/') ? path.slice(1) : path;
}

/** What `formatPlace` made: a place in an archive stands behind the archive's path and `!/`. */
export function parsePlace(text: string): Pick<Evidence, 'inside' | 'path'> {
  const place = withoutSlash(text);
  const archive = place.indexOf('!/');
  return archive < 1 ? { path: place } : { path: place.slice(0, archive), inside: place.slice(archive + 2) };
}
