/** Asks what is attached to subjects, and opens what the answers name. */
import { isDigest, type Digest } from '../../model/digest.ts';
import { OciError } from '../errors.ts';
import { type Manifest, parseManifest } from '../manifest.ts';
import { referrersTag } from '../registry/referrers.ts';
import type { ImageReader, ReferrerList, ReferrerSource, StoredManifest } from '../store/image-store.ts';
import type { EvidencePlace, EvidenceSubject } from './evidence-manifest.ts';
import { evidenceKind, IN_TOTO, isAttestationManifest } from './evidence-types.ts';
import { fairOrder, inTurn } from './fair-order.ts';
import { gapOf, orGap } from './gaps.ts';
import { addSubject, type Candidate, noteListing, noteTooMuch, type Search } from './search.ts';

/** Suffixes of cosign's tags. Attestations are signed, but nobody attests to them by tag. */
const COSIGN_SUFFIXES: Readonly<Record<EvidenceSubject['role'], readonly string[]>> = {
  index: ['sig', 'att', 'sbom'],
  image: ['sig', 'att', 'sbom'],
  attestation: ['sig'],
};

const PLACES: Readonly<Record<ReferrerSource, EvidencePlace>> = {
  api: 'referrers-api',
  tag: 'referrers-tag',
  layout: 'layout',
};

/** Asks for everything that is attached to a subject, once. */
export function lookUp(search: Search, about: Digest, role: EvidenceSubject['role']): void {
  const { lookedUp, rounds, stores, signal } = search;
  if (lookedUp.has(about)) return;
  lookedUp.add(about);
  for (const store of stores) {
    rounds.pose({
      about,
      requests: 2,
      async ask() {
        const list = await store.listReferrers(about, signal);
        return { ...list, take: () => takeList(search, about, list, store) };
      },
    });
    for (const suffix of COSIGN_SUFFIXES[role]) {
      openManifest(search, `${referrersTag(about)}.${suffix}`, { about, store });
    }
  }
}

function takeList(search: Search, about: Digest, list: ReferrerList, store: ImageReader): void {
  // it was asked for in advance, and is no subject after all
  if (!search.subjects.has(about)) return;
  for (const failure of list.failures) {
    // a layout fails alike for every subject
    if (!search.failures.has(failure)) search.gaps.push(gapOf(failure, about, null));
    search.failures.add(failure);
  }
  if (list.isTruncated) {
    const read = list.manifests.length;
    noteTooMuch(
      search,
      about,
      `${store.name} lists more manifests for ${about} than the ${read} that are read`,
    );
  }
  for (const referrer of list.manifests) {
    for (const source of referrer.listedBy) {
      noteListing(search, referrer.digest, { about, place: PLACES[source] });
    }
    search.candidates.push({ referrer, about, store });
  }
}

/** Opens what lists have named since the last round, as far as the limits allow; subjects and kinds take turns. */
export function openCandidates(search: Search): void {
  const { candidates, opening, limits } = search;
  const bySubject = Map.groupBy(
    candidates.splice(0).filter(({ referrer }) => !opening.has(referrer.digest)),
    ({ about }) => about,
  );
  const chosen = [...bySubject].map(([about, listed]) => {
    const left = limits.manifestsPerSubject - (search.openingFor.get(about) ?? 0);
    return takeFirst(
      search,
      fairOrder(listed, ({ referrer }) => evidenceKind(referrer.artifactType)),
      left,
    );
  });
  for (const candidate of takeFirst(search, inTurn(chosen), limits.manifests - opening.size)) {
    openCandidate(search, candidate);
  }
}

/** The first so many; what is left out is a gap of each of its subjects. */
function takeFirst(search: Search, candidates: readonly Candidate[], most: number): readonly Candidate[] {
  const rest = Map.groupBy(candidates.slice(Math.max(most, 0)), ({ about }) => about);
  for (const [about, { length }] of rest) {
    noteTooMuch(search, about, `${length} manifests that are listed for ${about} were not opened: too many`);
  }
  return candidates.slice(0, Math.max(most, 0));
}

function openCandidate(search: Search, { referrer, about, store }: Candidate): void {
  const { opening, openingFor, subjects } = search;
  const { digest, artifactType } = referrer;
  if (opening.has(digest)) return;
  opening.add(digest);
  openingFor.set(about, (openingFor.get(about) ?? 0) + 1);
  openManifest(search, digest, { about, store });
  // what signs a statement refers to it: asking for that now saves a round trip
  const isStatement = artifactType === IN_TOTO && subjects.get(about)?.role !== 'attestation';
  if (isStatement) lookUp(search, digest, 'attestation');
}

/** For what a manifest was named, and where it is. */
interface Naming {
  readonly about: Digest;
  readonly store: ImageReader;
}

/** Opens the manifest behind a digest, which has to be there, or behind a tag of cosign, which need not. */
export function openManifest(search: Search, name: string, naming: Naming): void {
  const { about, store } = naming;
  const { rounds, budget, signal, subjects, gaps } = search;
  const evidence = isDigest(name) ? name : null;
  rounds.pose({
    about,
    requests: 1,
    async ask() {
      const outcome = budget.isUsedUp ? null : await orGap(store.readManifest(name, signal), about, evidence);
      const take = (): void => {
        if (!subjects.has(about)) return;
        if (outcome === null) noteUsedUp(search, about, name);
        else if ('gap' in outcome) gaps.push(outcome.gap);
        else if (outcome.found !== null) {
          const { digest } = outcome.found;
          if (evidence === null) noteListing(search, digest, { about, place: 'cosign-tag' });
          admit(search, outcome.found, naming);
        } else if (evidence !== null) {
          const message = `${name} is listed for ${about}, but ${store.name} does not have it`;
          gaps.push({ code: 'EVIDENCE_MISSING', about, evidence, message });
        }
      };
      return { requests: outcome === null ? 0 : 1, roundTrips: 1, take };
    },
  });
}

function noteUsedUp(search: Search, about: Digest, name: string): void {
  noteTooMuch(search, about, `${name} was not read: more than ${search.limits.totalBytes} bytes in all`);
}

/** Keeps a manifest. A statement is itself a subject: it is unsigned, and what signs it refers to it. */
function admit(search: Search, stored: StoredManifest, { about, store }: Naming): void {
  const { opened, budget, subjects } = search;
  const { digest, mediaType, bytes } = stored;
  if (opened.has(digest)) return;
  if (!budget.take(bytes.length)) {
    noteUsedUp(search, about, digest);
    return;
  }
  const manifest = readEvidenceManifest(search, stored, about);
  if (manifest === null) return;
  opened.set(digest, { stored, manifest, store });
  const statementOf = manifest.subject && isAttestationManifest(manifest) ? manifest.subject.digest : null;
  const role = statementOf === null ? undefined : subjects.get(statementOf)?.role;
  // two steps from the image are enough: nobody attests to signatures of attestations
  if (role === undefined || role === 'attestation') return;
  const subject = { digest, mediaType, sizeBytes: bytes.length, platform: null, parent: null } as const;
  if (addSubject(search, { ...subject, role: 'attestation' })) lookUp(search, digest, 'attestation');
}

/** Null for what is malformed, and for indexes: no form of evidence is one. */
function readEvidenceManifest(
  { gaps }: Search,
  { digest, bytes, mediaType }: StoredManifest,
  about: Digest,
): Manifest | null {
  try {
    const document = parseManifest(bytes, mediaType, `the manifest ${digest}`);
    return document.kind === 'manifest' ? document : null;
  } catch (error) {
    if (!(error instanceof OciError)) throw error;
    gaps.push(gapOf(error, about, digest));
    return null;
  }
}
