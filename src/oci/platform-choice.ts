import { endianness } from 'node:os';
import { formatPlatform, normalizePlatform, type Platform } from '../model/platform.ts';
import type { Descriptor } from './descriptor.ts';
import { OciError } from './errors.ts';

/**
 * The platform that is chosen when none is asked for: linux on this machine's architecture, since containers on other
 * systems run in a linux machine too.
 */
export function hostPlatform(architecture: string = process.arch, order: string = endianness()): Platform {
  const name = architecture === 'ppc64' && order === 'LE' ? 'ppc64le' : architecture;
  return normalizePlatform({ os: 'linux', architecture: name });
}

/** `v7` and what is older: v7, v6, v5. Empty when the variant is no number. */
function olderVariants(variant: string | undefined, oldest: number): string[] {
  const newest = /^v(\d{1,2})$/.exec(variant ?? '')?.[1];
  const variants: string[] = [];
  for (let number = Number(newest ?? 0) - 1; number >= oldest; number--) variants.push(`v${number}`);
  return variants;
}

/**
 * What a machine of the wanted platform can run, best first. As containerd's `platforms.Only`: older variants of the
 * same architecture, then the 32-bit one that the processor also runs.
 */
function runnable(wanted: Platform): Platform[] {
  const { os, architecture, variant } = wanted;
  const same = (oldest: number): Platform[] => [
    wanted,
    ...olderVariants(variant, oldest).map((older) => ({ os, architecture, variant: older })),
  ];
  switch (architecture) {
    case 'amd64':
      return [...same(1), { os, architecture: '386' }];
    case 'arm':
      return same(5);
    case 'arm64':
      return [...same(8), ...runnable({ os, architecture: 'arm', variant: 'v8' })];
    default:
      return [wanted];
  }
}

/** How well an image fits: 0 is exactly the wanted platform, higher is a fallback, null does not run. */
export function platformRank(available: Platform, wanted: Platform): number | null {
  const found = normalizePlatform(available);
  const rank = runnable(normalizePlatform(wanted))
    .map(normalizePlatform)
    .findIndex(
      (one) =>
        one.os === found.os &&
        one.architecture === found.architecture &&
        (one.variant ?? '') === (found.variant ?? ''),
    );
  return rank === -1 ? null : rank;
}

/**
 * True for the provenance and SBOM manifests that BuildKit keeps in an index beside the images: they are of a platform on which
 * nothing runs. That they are annotated too does not count. Whoever starts an image chooses it by its platform, so an image with
 * such an annotation would run without anybody having looked at it. BuildKit, docs/attestations/attestation-storage.md.
 */
export function isAttestation({ platform }: Descriptor): boolean {
  return platform?.os === 'unknown' && platform.architecture === 'unknown';
}

/**
 * The entries of an index that may be the wanted image, best first: those whose platform fits, and after them those
 * that do not say, whose configuration has to be asked. Equal ones keep the order of the index.
 */
export function platformCandidates(manifests: readonly Descriptor[], wanted: Platform): Descriptor[] {
  return manifests
    .filter((one) => !isAttestation(one))
    .map((one) => ({ one, rank: one.platform === null ? Infinity : platformRank(one.platform, wanted) }))
    .filter((entry): entry is { one: Descriptor; rank: number } => entry.rank !== null)
    .sort((a, b) => (a.rank === b.rank ? 0 : a.rank - b.rank))
    .map((entry) => entry.one);
}

/** The error for an image that does not exist for the platform, with a list of what there is. */
export function platformNotFound(
  reference: string,
  wanted: Platform,
  available: readonly Platform[],
): OciError {
  const names = [...new Set(available.map((one) => formatPlatform(one)))].sort();
  const shown = names.slice(0, 50).join(', ') || 'no platform at all';
  return new OciError(
    'PLATFORM_NOT_FOUND',
    `${reference} does not exist for ${formatPlatform(wanted)}; it has ${shown}`,
    { subject: reference },
  );
}
