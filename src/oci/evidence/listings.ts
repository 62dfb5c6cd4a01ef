/**
 * Lists and tags say that a manifest is about a subject; nobody signed that. The manifest itself names its subject, and
 * with its digest that name is fixed: where the two differ, the list is wrong or misleads.
 */
import { type Digest, isDigest } from '../../model/digest.ts';
import type { Manifest } from '../manifest.ts';
import type { EvidenceGap, EvidencePlace, EvidenceSubject } from './evidence-manifest.ts';

/** Says that a manifest is about a subject. */
export interface Listing {
  readonly place: EvidencePlace;
  readonly about: Digest;
  /** In an index: what the entry says that it is about; null where it says nothing. */
  readonly annotated?: string | null;
}

/** What became of the listings of one manifest. */
export interface Judgement {
  /** The first subject that it is rightly listed for; null when there is none. */
  readonly about: Digest | null;
  readonly places: readonly EvidencePlace[];
  readonly gaps: readonly EvidenceGap[];
}

export function judgeListings(
  digest: Digest,
  manifest: Manifest,
  listings: readonly Listing[],
  subjects: ReadonlyMap<Digest, EvidenceSubject>,
): Judgement {
  const gaps: EvidenceGap[] = [];
  const places = new Set<EvidencePlace>();
  let about: Digest | null = null;
  for (const listing of listings) {
    const subject = claimedSubject(manifest, listing);
    const known = subject !== null && isDigest(subject) ? subjects.get(subject) : undefined;
    const fault = faultOf(digest, manifest, listing, known);
    const { annotated = null } = listing;
    const isMisled = annotated !== null && annotated !== subject;
    if (fault !== null) {
      gaps.push({ code: 'REFERRER_OF_ANOTHER', about: listing.about, evidence: digest, message: fault });
    } else if (isMisled) {
      const message = `the index says that ${digest} is about ${quote(annotated)}, but it names ${subject}`;
      gaps.push({ code: 'EVIDENCE_MISMATCH', about: listing.about, evidence: digest, message });
    }
    if (fault === null && known !== undefined) {
      about ??= known.digest;
      places.add(listing.place);
    }
  }
  return { about, places: [...places], gaps };
}

/** The subject by the manifest's own word, else, where it need not have one, by that of who lists it. */
function claimedSubject(manifest: Manifest, { place, about, annotated }: Listing): string | null {
  if (place === 'index') return manifest.subject?.digest ?? annotated ?? about;
  return place === 'cosign-tag' ? about : (manifest.subject?.digest ?? null);
}

/** Why a manifest is not about the subject that it is listed for; null when it is. */
function faultOf(
  digest: Digest,
  { subject }: Manifest,
  { place, about }: Listing,
  known: EvidenceSubject | undefined,
): string | null {
  const listed = `${digest} is listed for ${about}`;
  if (place !== 'index' && subject !== null && subject.digest !== about) {
    return `${listed}, but refers to ${subject.digest}`;
  }
  if (known === undefined)
    return `${listed}, but refers to ${subject?.digest ?? 'nothing that is known here'}`;
  if (subject === null) return null;
  if (subject.sizeBytes !== known.sizeBytes) {
    return `${listed}, but refers to ${subject.sizeBytes} bytes, expected ${known.sizeBytes}`;
  }
  if (subject.mediaType !== known.mediaType) {
    return `${listed}, but refers to the media type ${quote(subject.mediaType)}, expected ${known.mediaType}`;
  }
  return null;
}

/** What a store wrote, for messages: bounded, control characters escaped. */
function quote(text: string): string {
  return JSON.stringify(text.slice(0, 200));
}
