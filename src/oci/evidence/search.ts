/** What one search for evidence knows so far. */
import type { Digest } from '../../model/digest.ts';
import type { Manifest } from '../manifest.ts';
import { OciError } from '../errors.ts';
import type { ImageReader, Referrer, StoredManifest } from '../store/image-store.ts';
import type { EvidenceGap, EvidenceSubject } from './evidence-manifest.ts';
import { type ByteBudget, byteBudget, type EvidenceLimits } from './limits.ts';
import type { Listing } from './listings.ts';
import { createRounds, type Rounds } from './rounds.ts';

/** A manifest that was opened, and where. */
export interface Opened {
  readonly stored: StoredManifest;
  readonly manifest: Manifest;
  readonly store: ImageReader;
}

/** A manifest that a list names, not opened yet. */
export interface Candidate {
  readonly referrer: Referrer;
  readonly about: Digest;
  readonly store: ImageReader;
}

export interface Search {
  /** Where the image is, and then where else evidence may be. */
  readonly stores: readonly [ImageReader, ...ImageReader[]];
  readonly limits: EvidenceLimits;
  readonly budget: ByteBudget;
  readonly rounds: Rounds;
  readonly signal: AbortSignal | undefined;
  readonly subjects: Map<Digest, EvidenceSubject>;
  /** Subjects for which lists and tags have been asked. */
  readonly lookedUp: Set<Digest>;
  /** What lists of this round name. */
  readonly candidates: Candidate[];
  /** Manifests that have been opened or are being, and how many of them for each subject. */
  readonly opening: Set<Digest>;
  readonly openingFor: Map<Digest, number>;
  readonly opened: Map<Digest, Opened>;
  readonly listings: Map<Digest, Listing[]>;
  readonly gaps: EvidenceGap[];
  /** Failures of lists that are among the gaps. */
  readonly failures: Set<OciError>;
}

export function createSearch(
  stores: Search['stores'],
  limits: EvidenceLimits,
  signal: AbortSignal | undefined,
): Search {
  return {
    stores,
    limits,
    budget: byteBudget(limits.totalBytes),
    rounds: createRounds(limits.requests),
    signal,
    subjects: new Map(),
    lookedUp: new Set(),
    candidates: [],
    opening: new Set(),
    openingFor: new Map(),
    opened: new Map(),
    listings: new Map(),
    gaps: [],
    failures: new Set(),
  };
}

export function noteListing(search: Search, digest: Digest, listing: Listing): void {
  const known = search.listings.get(digest);
  if (known === undefined) search.listings.set(digest, [listing]);
  else known.push(listing);
}

export function noteTooMuch(search: Search, about: Digest, message: string): void {
  search.gaps.push({ code: 'EVIDENCE_TOO_MUCH', about, evidence: null, message });
}

/**
 * Part of what an index lists was not looked at. It might run, so that the rest of the index is signed is not enough, and that
 * nobody can tell must not be lost.
 */
export function noteIncomplete(search: Search, index: Digest, message: string): void {
  search.gaps.push({ code: 'INDEX_INCOMPLETE', about: index, evidence: null, message });
}

/** Notes a subject; true when it is new. One too many is a gap of the first, which is the root. */
export function addSubject(
  search: Search,
  subject: Omit<EvidenceSubject, 'read'>,
  known?: Uint8Array,
): boolean {
  const { subjects, limits } = search;
  const before = subjects.get(subject.digest);
  if (before !== undefined) {
    // what was found as a statement about another image, and is listed as an image too, would run
    if (before.role === 'attestation' && subject.role !== 'attestation') {
      subjects.set(subject.digest, { ...subject, read: () => before.read() });
    }
    return false;
  }
  const [first = subject.digest] = subjects.keys();
  if (subjects.size >= limits.subjects) {
    const message = `evidence about ${subject.digest} was not looked for: too many manifests`;
    if (subject.role === 'attestation') noteTooMuch(search, first, message);
    else noteIncomplete(search, first, message);
    return false;
  }
  let bytes = known === undefined ? null : Promise.resolve(known);
  const read = (): Promise<Uint8Array> => (bytes ??= readSubject(search, subject.digest));
  subjects.set(subject.digest, { ...subject, read });
  return true;
}

async function readSubject({ opened, stores: [store], signal }: Search, digest: Digest): Promise<Uint8Array> {
  const known = opened.get(digest) ?? { stored: await store.readManifest(digest, signal) };
  if (known.stored !== null) return known.stored.bytes;
  const subject = `the manifest ${digest} of ${store.name}`;
  throw new OciError('MANIFEST_UNKNOWN', `${subject} is not there`, { subject });
}
