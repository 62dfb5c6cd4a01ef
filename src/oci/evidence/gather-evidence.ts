import type { Platform } from '../../model/platform.ts';
import type { Descriptor } from '../descriptor.ts';
import { OciError } from '../errors.ts';
import type { ImageReader } from '../store/image-store.ts';
import { evidenceLayer } from './evidence-layers.ts';
import type { EvidenceGathering, EvidenceManifest } from './evidence-manifest.ts';
import { artifactTypeOf, evidenceKind } from './evidence-types.ts';
import { inTurn } from './fair-order.ts';
import { openCandidates } from './find-attached.ts';
import { emptyTree, lookUpLeaves, lookUpRoot } from './image-tree.ts';
import { DEFAULT_EVIDENCE_LIMITS, type EvidenceLimits } from './limits.ts';
import { judgeListings, type Judgement } from './listings.ts';
import { createSearch, noteTooMuch, type Opened, type Search } from './search.ts';

export interface GatherOptions {
  /** Only the image that runs there, what is about it, and indexes. Default: everything that the index lists. */
  readonly platform?: Platform | undefined;
  /** Further repositories that keep evidence about the image, as COSIGN_REPOSITORY names one. */
  readonly signatureRepositories?: readonly ImageReader[];
  readonly limits?: Partial<EvidenceLimits>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds everything that is attached to what a reference leads to: to an index, to what it lists, and to attestations. Asks
 * the referrers API, the tag that stands in for it, and the tags of cosign, and opens what they name. All of it is bounded.
 *
 * By digest, an index takes three round trips, and a fourth one for the blobs: the index with what is attached to it; that,
 * with what is attached to its images; and that. By tag it is one more. Indexes in indexes, longer lists, and signed
 * statements that are attached to the images of an index, take one more each.
 *
 * @param name tag or digest, as `openImageReader` gives it
 * @throws {OciError} MANIFEST_UNKNOWN and whatever else keeps the root from being read; PLATFORM_NOT_FOUND. Everything
 *   else that cannot be read is a gap.
 */
export async function gatherEvidence(
  reader: ImageReader,
  name: string,
  { platform, signatureRepositories = [], signal, ...options }: GatherOptions = {},
): Promise<EvidenceGathering> {
  const limits = { ...DEFAULT_EVIDENCE_LIMITS, ...options.limits };
  const search = createSearch([reader, ...signatureRepositories], limits, signal);
  const tree = emptyTree();
  lookUpRoot(search, tree, name);
  await search.rounds.run(() => {
    lookUpLeaves(search, tree, platform);
    openCandidates(search);
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

/** What was opened and is what it was listed as, in the order in which it was found. */
function evidenceManifests(search: Search): EvidenceManifest[] {
  const { limits, gaps } = search;
  const found: (Opened & { readonly judgement: Judgement; readonly layers: readonly Descriptor[] })[] = [];
  for (const [digest, one] of search.opened) {
    const judgement = judgeListings(digest, one.manifest, search.listings.get(digest) ?? [], search.subjects);
    const { layers } = one.manifest;
    gaps.push(...judgement.gaps);
    // entries of an index that run nowhere are usually attestations, but need not be
    const isOther =
      judgement.places.every((place) => place === 'index') &&
      !layers.some(({ mediaType }) => evidenceKind(mediaType) !== null);
    if (judgement.about !== null && !isOther) {
      found.push({ ...one, judgement, layers: layers.slice(0, limits.layersPerManifest) });
    }
  }
  const read = new Set(inTurn(found.map(({ layers }) => layers)).slice(0, limits.layers));
  return found.flatMap((one) => {
    const layers = one.layers.filter((layer) => read.has(layer));
    return toEvidenceManifest(search, one, one.judgement, layers);
  });
}

function toEvidenceManifest(
  search: Search,
  { stored: { digest }, manifest, store }: Opened,
  { about, places }: Judgement,
  layers: readonly Descriptor[],
): EvidenceManifest[] {
  const { limits, budget, signal } = search;
  if (about === null) return [];
  const left = manifest.layers.length - layers.length;
  if (left > 0) noteTooMuch(search, about, `${left} layers of ${digest} were not read: too many`);
  return [
    {
      digest,
      places,
      about,
      artifactType: artifactTypeOf(manifest),
      annotations: manifest.annotations,
      subject: manifest.subject,
      layers: layers.map((layer) => evidenceLayer(layer, store, limits, budget, signal)),
    },
  ];
}
