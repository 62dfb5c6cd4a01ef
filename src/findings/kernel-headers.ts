import type { Package } from '../model/package.ts';

/** Sources of the kernel by the package manager: `linux-hwe-5.15`, `kernel6.12`, `kernel-uek`; Alpine's and Arch's. */
const KERNELS: Partial<Readonly<Record<Package['type'], RegExp>>> = {
  alpm: /^linux(?:-|$)/,
  apk: /^linux(?:-|$)/,
  deb: /^linux(?:-|$)/,
  rpm: /^(?:kernel|linux)/,
};

/**
 * Packages of headers and build scripts. Debian and Ubuntu: `linux-libc-dev`, `linux-headers-6.1.0-28-amd64`,
 * `linux-hwe-5.15-headers-5.15.0-91`, `linux-kbuild-6.1`. Fedora and its kin: `kernel-headers`, `kernel-uek-devel`,
 * `kernel6.12-headers`, `kernel-rt-devel`. SUSE: `kernel-default-devel`, `kernel-macros`, `linux-glibc-devel`. Photon and
 * Arch: `linux-api-headers`, `linux-devel`.
 */
const HEADERS: Partial<Readonly<Record<Package['type'], RegExp>>> = {
  alpm: /^linux(?:-\w+)*-headers$/,
  apk: /^linux(?:-\w+)*-(?:headers|dev)$/,
  deb: /^linux-(?:libc-dev|kbuild|headers)(?:-|$)|^linux-.+-headers(?:-|$)/,
  rpm: /^kernel[\d.]*(?:-\w+)*-(?:headers|devel|macros)$|^linux-(?:api-headers|devel|glibc-devel)$/,
};

/**
 * True for packages that are built from the kernel's source and hold only its headers or build scripts. The kernel's
 * flaws are in code that they do not contain, and an image runs on its host's kernel; distributions list them all the
 * same, because an advisory names the source or every package that was rebuilt.
 */
export function isKernelHeaders({ type, name, source }: Package): boolean {
  return (KERNELS[type]?.test(source?.name ?? name) ?? false) && (HEADERS[type]?.test(name) ?? false);
}
