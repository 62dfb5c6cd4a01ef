import type { Package } from '../model/package.ts';

/**
 * True for packages that are built from the kernel's source and hold only its headers or build scripts. The kernel's
 * flaws are in code that they do not contain, and an image runs on its host's kernel; distributions list them all the
 * same, because an advisory names the source or every package that was rebuilt.
 */
export function isKernelHeaders(pkg: Package): boolean {
  const source = pkg.source?.name ?? pkg.name;
  if (pkg.type === 'rpm')
    return source.startsWith('kernel') && /^kernel(?:-\w+)*-(?:headers|devel)$/.test(pkg.name);
  if (pkg.type !== 'deb' || !(source === 'linux' || source.startsWith('linux-'))) return false;
  return /^linux-(?:libc-dev|kbuild|headers)(?:-|$)|^linux-.+-headers(?:-|$)/.test(pkg.name);
}
