/** Architectures by the names that library definition files use. docker-library/bashbrew, `architecture/oci-platform.go`. */
import type { Platform } from '../model/platform.ts';

interface ArchitectureEntry {
  /** As the programme writes it: arm64 with its variant, unlike `normalizePlatform`. */
  readonly platform: Platform;
  /** Namespace of its images in the manner of Docker Hub: `arm64v8/redis`. */
  readonly namespace: string;
  /** Name of the architecture in Debian's packages; null where Debian has none. */
  readonly dpkg: string | null;
}

/** In the order in which registers and pages list them: by name. */
export const ARCHITECTURES = {
  amd64: entry({ os: 'linux', architecture: 'amd64' }, 'amd64', 'amd64'),
  arm32v5: entry({ os: 'linux', architecture: 'arm', variant: 'v5' }, 'arm32v5', 'armel'),
  arm32v6: entry({ os: 'linux', architecture: 'arm', variant: 'v6' }, 'arm32v6', 'armhf'),
  arm32v7: entry({ os: 'linux', architecture: 'arm', variant: 'v7' }, 'arm32v7', 'armhf'),
  arm64v8: entry({ os: 'linux', architecture: 'arm64', variant: 'v8' }, 'arm64v8', 'arm64'),
  i386: entry({ os: 'linux', architecture: '386' }, 'i386', 'i386'),
  mips64le: entry({ os: 'linux', architecture: 'mips64le' }, 'mips64le', 'mips64el'),
  ppc64le: entry({ os: 'linux', architecture: 'ppc64le' }, 'ppc64le', 'ppc64el'),
  riscv64: entry({ os: 'linux', architecture: 'riscv64' }, 'riscv64', 'riscv64'),
  s390x: entry({ os: 'linux', architecture: 's390x' }, 's390x', 's390x'),
  'windows-amd64': entry({ os: 'windows', architecture: 'amd64' }, 'winamd64', null),
} as const satisfies Readonly<Record<string, ArchitectureEntry>>;

export type Architecture = keyof typeof ARCHITECTURES;

export const ARCHITECTURE_NAMES = Object.keys(ARCHITECTURES) as readonly Architecture[];

export function isArchitecture(text: string): text is Architecture {
  return Object.hasOwn(ARCHITECTURES, text);
}

function entry(platform: Platform, namespace: string, dpkg: string | null): ArchitectureEntry {
  return { platform, namespace, dpkg };
}
