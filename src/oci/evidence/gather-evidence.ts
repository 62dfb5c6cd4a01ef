import type { Digest } from '../../model/digest.ts';
import type { Platform } from '../../model/platform.ts';
import type { Descriptor } from '../descriptor.ts';
import { OciError } from '../errors.ts';
import type { ImageReader } from '../store/image-store.ts';
import { evidenceLayer } from './evidence-layers.ts';
import type { EvidenceGathering, EvidenceManifest, EvidencePlace } from './evidence-manifest.ts';
import { artifactTypeOf, evidenceKind } from './evidence-types.ts';
import { inTurn } from './fair-order.ts';
import { openCandidates } from './find-attached.ts';
import { emptyTree, lookUpLeaves, lookUpRoot } from './image-tree.ts';
import { DEFAULT_EVIDENCE_LIMITS, type EvidenceLimits } from './limits.ts';
import { judgeListings } from './listings.ts';
import { createSearch, noteTooMuch, type Opened, type Search } from './search.ts';

export interface GatherOptions {
  /** Only the image that runs there, what is about it, and indexes. Default: everything that the index lists. */
  readonly platform?: Platform | undefined;
  /** Only what the name itself leads to: nothing that an index lists is looked at. */
  readonly isAlone?: boolean;
  /** Further repositories that keep evidence about the image, as COSIGN_REPOSITORY names one. */
  readonly signatureRepositories?: readonly ImageReader[];
  readonly limits?: Partial<EvidenceLimits>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds everything that is attached to what a reference leads to: to an index, to what it lists, and to attestations. Asks
 * the referrers API, the tag that stands in for it, and the tags of cosign, and opens what they name. All of it is bounded.
 *
 * An index takes three round trips, and a fourth one for the blobs: the index (by digest, at once with what is attached to
 * it); what is attached to its images; and what those lists name. Indexes in indexes, longer lists, and signed statements
 * that are attached to the images of an index, take one more each.
 *
 * @param name tag or digest, as `openImageReader` gives it
 * @throws {OciError} MANIFEST_UNKNOWN and whatever else keeps the root from being read; PLATFORM_NOT_FOUND. Everything
 *   else that cannot be read is a gap.
 */
export async function gatherEvidence(
  reader: ImageReader,
  name: string,
  { platform, isAlone = false, signatureRepositories = [], signal, ...options }: GatherOptions = {},
): Promise<EvidenceGathering> {
  const limits = { ...DEFAULT_EVIDENCE_LIMITS, ...options.limits };
  const search = createSearch([reader, ...signatureRepositories], limits, signal);
  const tree = emptyTree(isAlone);
  lookUpRoot(search, tree, name);
  await search.rounds.run(() => {
    openCandidates(search);
    lookUpLeaves(search, tree, platform);
  });
  const { root } = tree;
  if (root === null) {
    throw new OciError('MANIFEST_UNKNOWN', `${name} of ${reader.name} was not asked for`, { subject: name });
  }
  const manifests = evidenceManifests(search);
  const { rounds, gaps, subjects } = search;
  for (const about of rounds.leftOut) {
    noteTooMuch(
      search,
      about,
      `what is attached to ${about} would take more than ${limits.requests} requests`,
    );
  }
  const { requests, roundTrips } = rounds;
  return { root, subjects: [...subjects.values()], manifests, gaps, requests, roundTrips };
}

/** A manifest that is what it was listed as. */
interface Kept extends Opened {
  readonly about: Digest;
  readonly places: readonly EvidencePlace[];
  readonly layers: readonly Descriptor[];
}

/** In the order of the subjects, and of each in that in which it was found. */
function evidenceManifests(search: Search): EvidenceManifest[] {
  const { limits, budget, signal } = search;
  const bySubject = Map.groupBy(keptManifests(search), ({ about }) => about);
  const kept = [...search.subjects.keys()].flatMap((about) => bySubject.get(about) ?? []);
  const read = new Set(inTurn(kept.map(({ layers }) => layers)).slice(0, limits.layers));
  return kept.map(({ stored: { digest }, manifest, store, about, places, layers: allowed }) => {
    const layers = allowed.filter((layer) => read.has(layer));
    const left = manifest.layers.length - layers.length;
    if (left > 0) noteTooMuch(search, about, `${left} layers of ${digest} were not read: too many`);
    return {
      digest,
      places,
      about,
      artifactType: artifactTypeOf(manifest),
      annotations: manifest.annotations,
      subject: manifest.subject,
      layers: layers.map((layer) => evidenceLayer(layer, store, limits, budget, signal)),
    };
  });
}

function keptManifests({ opened, listings, subjects, limits, gaps }: Search): Kept[] {
  const kept: Kept[] = [];
  for (const [digest, one] of opened) {
    const judgement = judgeListings(digest, one.manifest, listings.get(digest) ?? [], subjects);
    const { about, places } = judgement;
    const { layers } = one.manifest;
    gaps.push(...judgement.gaps);
    // an entry of an index that runs nowhere is usually an attestation, but need not be
    const isOther =
      places.every((place) => place === 'index') &&
      layers.every(({ mediaType }) => evidenceKind(mediaType) === null);
    if (about === null || isOther) continue;
    kept.push({ ...one, about, places, layers: layers.slice(0, limits.layersPerManifest) });
  }
  return kept;
}
