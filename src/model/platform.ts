import { ModelError } from './errors.ts';

/** An OCI platform in normalised names (`amd64`, `arm64`, `arm` with `v7`). OCI image spec, image-index.md. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly osVersion?: string;
}

const ARCHITECTURES: Readonly<Record<string, readonly [architecture: string, variant?: string]>> = {
  x86_64: ['amd64'],
  'x86-64': ['amd64'],
  x64: ['amd64'],
  aarch64: ['arm64'],
  armhf: ['arm', 'v7'],
  armel: ['arm', 'v6'],
  i386: ['386'],
  i686: ['386'],
  ia32: ['386'],
};

/**
 * Brings an operating system, architecture and variant to the names that indexes use, as containerd's
 * `platforms.Normalize` does: arm64/v8 is arm64, arm without variant is arm/v7, amd64/v1 is amd64.
 */
export function normalizePlatform(platform: Platform): Platform {
  const [architecture, implied] = ARCHITECTURES[platform.architecture.toLowerCase()] ?? [
    platform.architecture.toLowerCase(),
  ];
  let variant = platform.variant?.toLowerCase() ?? implied;
  if (architecture === 'arm64' && (variant === '8' || variant === 'v8')) variant = undefined;
  if (architecture === 'arm') variant = variant === undefined ? 'v7' : variant.replace(/^(?=\d)/, 'v');
  if (architecture === 'amd64' && variant === 'v1') variant = undefined;
  const os = platform.os.toLowerCase();
  return {
    os: os === 'macos' ? 'darwin' : os,
    architecture,
    ...(variant ? { variant } : {}),
    ...(platform.osVersion ? { osVersion: platform.osVersion } : {}),
  };
}

/**
 * Reads `os/architecture[/variant]`, or an architecture alone (the system is then linux), as `docker --platform`
 * accepts it.
 *
 * @throws {ModelError} PLATFORM_INVALID
 */
export function parsePlatform(text: string): Platform {
  const parts = text.split('/');
  if (parts.length > 3 || parts.some((part) => !/^[A-Za-z0-9_.-]+$/.test(part))) {
    throw new ModelError('PLATFORM_INVALID', `not a platform: ${JSON.stringify(text.slice(0, 100))}`);
  }
  const [first = '', second, variant] = parts;
  if (second === undefined) return normalizePlatform({ os: 'linux', architecture: first });
  return normalizePlatform({ os: first, architecture: second, ...(variant ? { variant } : {}) });
}

/** `linux/arm/v7`; the operating system's version is left out. */
export function formatPlatform(platform: Platform): string {
  return [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/');
}
