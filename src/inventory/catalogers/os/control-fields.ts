import type { Paragraph } from './deb822.ts';

/**
 * The third word of `Status` tells whether the package's files are there: not for a package that was removed with its
 * configuration kept, but for one that is only unpacked or waits for triggers. Distroless has no such field. dpkg(1).
 */
export function isInstalled(paragraph: Paragraph): boolean {
  const state = paragraph.get('status')?.split(/\s+/)[2];
  return state !== 'not-installed' && state !== 'config-files';
}

/** `libc6 (>= 2.14), debconf (>= 0.5) | debconf-2.0, python3:any` as names. deb-control(5). */
export function relationsIn(field: string | undefined): string[][] {
  if (!field) return [];
  return field
    .split(',')
    .map((clause) =>
      clause.split('|').flatMap((alternative) => /^\s*([^\s:([<]+)/.exec(alternative)?.[1] ?? []),
    )
    .filter((names) => names.length > 0);
}
