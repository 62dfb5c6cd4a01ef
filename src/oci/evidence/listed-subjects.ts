/** From an index to the manifests that evidence may be about. */
import type { Digest } from '../../model/digest.ts';
import type { Platform } from '../../model/platform.ts';
import type { Descriptor } from '../descriptor.ts';
import { isManifestMediaType } from '../manifest.ts';
import { isAttestation, platformCandidates, platformNotFound } from '../platform-choice.ts';

/** Which manifest an entry is about, as the index says. BuildKit, docs/attestations/attestation-storage.md. */
const ABOUT = 'vnd.docker.reference.digest';

/** An entry of an index that is no index. */
export interface Leaf {
  readonly entry: Descriptor;
  /** The index that lists it. */
  readonly parent: Digest;
}

/** What an index says that an entry is about; null where it says nothing. Not signed with the entry, so it may mislead. */
export function annotatedSubject({ annotations }: Descriptor): string | null {
  return annotations[ABOUT] ?? null;
}

/**
 * The entries that count: each once and, where a platform is asked for, the image that would run there and what is said
 * to be about it.
 *
 * @throws {OciError} PLATFORM_NOT_FOUND
 */
export function wantedLeaves(
  leaves: readonly Leaf[],
  platform: Platform | undefined,
  reference: string,
): Leaf[] {
  const known = leaves.filter(({ entry }) => isManifestMediaType(entry.mediaType));
  if (platform === undefined) return eachOnce(known);
  const entries = known.map(({ entry }) => entry);
  const candidates = platformCandidates(entries, platform);
  const [best] = candidates;
  if (best === undefined) {
    const available = entries.flatMap((entry) =>
      entry.platform && !isAttestation(entry) ? [entry.platform] : [],
    );
    throw platformNotFound(reference, platform, available);
  }
  // where no entry says for which platform it is, all of them may be meant
  const chosen = best.platform === null ? candidates : [best];
  const digests: ReadonlySet<string> = new Set(chosen.map(({ digest }) => digest));
  return eachOnce(
    known.filter(({ entry }) =>
      digests.has(isAttestation(entry) ? (annotatedSubject(entry) ?? best.digest) : entry.digest),
    ),
  );
}

/** What is listed as an attestation and as an image is an image: it would run. */
function eachOnce(leaves: readonly Leaf[]): Leaf[] {
  const found = new Map<Digest, Leaf>();
  for (const leaf of leaves) {
    const before = found.get(leaf.entry.digest);
    if (before === undefined || (isAttestation(before.entry) && !isAttestation(leaf.entry))) {
      found.set(leaf.entry.digest, leaf);
    }
  }
  return [...found.values()];
}
