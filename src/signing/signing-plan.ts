/** What is to be signed: every manifest that a reference leads to, and which of them the same signer has signed already. */
import type { Digest } from '../model/digest.ts';
import type { Platform } from '../model/platform.ts';
import type { CertificateIdentity, Endorsement, Statement } from '../model/trust.ts';
import type { EvidenceSubject } from '../oci/evidence/evidence-manifest.ts';
import { gatherEvidence } from '../oci/evidence/gather-evidence.ts';
import { isIndexMediaType, parseManifest } from '../oci/manifest.ts';
import type { ImageReader } from '../oci/store/image-store.ts';
import type { Evidence, EvidenceOutcome, Subjects } from '../trust/evidence/evidence.ts';
import type { TrustMaterial } from '../trust/material/material.ts';
import { knownSubjects, readEvidence, subjectsToRead } from '../trust/evidence/read-evidence.ts';
import { verifyEvidence } from '../trust/evidence/verify-evidence.ts';
import { SigningError } from './errors.ts';
import type { Predicate } from './predicate-file.ts';

/** A signature says "this is mine"; an attestation says what its predicate says. */
export type Meaning =
  | { readonly kind: 'signature'; readonly isMessage: boolean }
  | {
      readonly kind: 'attestation';
      readonly predicate: Predicate;
      /** Statements that are as good, where they are there already; without it only the same one is. */
      readonly isEnough?: (found: Statement) => boolean;
    };

/** How it is written: as a bundle, or in cosign's older format behind its tags or as a referrer. */
export type Form = 'bundle' | 'cosign-tag' | 'cosign-referrer';

/** Whom the signatures will name, as far as that is known before. */
export type ExpectedSigner =
  | { readonly kind: 'key'; readonly keyId: Digest }
  /** @param subject null where only the authority knows how it will write it */
  | { readonly kind: 'certificate'; readonly issuers: readonly string[]; readonly subject: string | null };

export interface PlanOptions {
  /** All of them are to be said of each manifest. */
  readonly meanings: readonly Meaning[];
  readonly form: Form;
  readonly signer: ExpectedSigner;
  /** Which manifests; null: all that are listed, whatever they are. */
  readonly roles: ReadonlySet<EvidenceSubject['role']> | null;
  readonly platform: Platform | undefined;
  /** Only the manifest that the reference, with the platform, leads to. */
  readonly isSingle: boolean;
  /** Signs also what the same signer has signed already. */
  readonly isRenewed: boolean;
  /** Whom this signer is verified against. */
  readonly material: TrustMaterial;
  readonly now: Date;
  readonly signal?: AbortSignal | undefined;
}

export interface SigningPlan {
  /** What the reference led to. */
  readonly digest: Digest;
  /** Of each meaning the root first, then what an index lists in its order. */
  readonly targets: readonly SigningTarget[];
}

export interface SigningTarget {
  readonly subject: EvidenceSubject;
  readonly meaning: Meaning;
  /** The subject's bytes, where they are signed themselves. */
  readonly bytes: Uint8Array | null;
  /** Evidence of the same signer that says the same, and holds; null where there is none. */
  readonly existing: Digest | null;
}

/**
 * Looks at what a reference leads to. Nothing is signed or written.
 *
 * @throws {SigningError} SIGNING_SUBJECT_UNKNOWN
 * @throws {OciError}
 */
export async function planSigning(
  reader: ImageReader,
  name: string,
  options: PlanOptions,
): Promise<SigningPlan> {
  const { meanings, platform, isSingle, material, now, signal } = options;
  const isAlone = isSingle && platform === undefined;
  const gathering = await gatherEvidence(reader, name, { platform, isAlone, signal });
  const { root } = gathering;
  const listed = gathering.subjects.filter((one) => one.digest === root.digest || one.parent !== null);
  const chosen = choose(listed, root.digest, options);
  if (chosen.length === 0) {
    throw new SigningError('SIGNING_SUBJECT_UNKNOWN', `${reader.name} has nothing to sign behind ${name}`, {
      subject: name,
    });
  }
  if (takesLeaves(options)) await refuseIncomplete(listed, reader.name);
  const isMessage = meanings.some(signsBytes);
  // who renews does not ask what is there
  const { evidence } = await readEvidence(options.isRenewed ? { manifests: [] } : gathering);
  const needed = new Set([
    ...subjectsToRead(evidence),
    ...(isMessage ? chosen.map(({ digest }) => digest) : []),
  ]);
  const { subjects } = await knownSubjects(gathering, needed);
  const outcomes = verifyEvidence(evidence, { subjects, material, now });
  const targets = meanings.flatMap((meaning) =>
    chosen.map((subject) => ({
      subject,
      meaning,
      bytes: signsBytes(meaning) ? bytesOf(subject, subjects) : null,
      existing: existingFor(subject.digest, meaning, outcomes, options),
    })),
  );
  return { digest: root.digest, targets };
}

const signsBytes = (meaning: Meaning): boolean => meaning.kind === 'signature' && meaning.isMessage;

/** @throws {SigningError} SIGNING_SUBJECT_UNKNOWN: what was meant to be signed as bytes must not be signed otherwise */
function bytesOf({ digest }: EvidenceSubject, subjects: Subjects): Uint8Array {
  const bytes = subjects.get(digest)?.bytes ?? null;
  if (bytes !== null) return bytes;
  throw new SigningError('SIGNING_SUBJECT_UNKNOWN', `the bytes of ${digest} cannot be read`, {
    subject: digest,
  });
}

/** Whether all that an index lists is to be signed, or all of a kind. */
function takesLeaves({ isSingle, platform, roles }: PlanOptions): boolean {
  return (
    !isSingle && platform === undefined && (roles === null || roles.has('image') || roles.has('attestation'))
  );
}

function choose(
  listed: readonly EvidenceSubject[],
  root: Digest,
  { roles, platform, isSingle }: PlanOptions,
): readonly EvidenceSubject[] {
  if (isSingle && platform !== undefined) {
    const images = listed.filter(({ role }) => role === 'image');
    // where an index does not say which image is for which platform, nobody may guess
    return images.length > 1 ? [] : images;
  }
  if (isSingle) return listed.filter(({ digest }) => digest === root);
  return listed.filter(({ role }) => roles === null || roles.has(role));
}

/** All or nothing: where an index lists more than was looked at, signing only that would leave images out unnoticed. */
async function refuseIncomplete(listed: readonly EvidenceSubject[], name: string): Promise<void> {
  const known = new Set(listed.map(({ digest }) => digest));
  for (const index of listed) {
    const { digest, mediaType } = index;
    if (!isIndexMediaType(mediaType)) continue;
    const document = parseManifest(await index.read(), mediaType, `the index ${digest} of ${name}`);
    const missing =
      document.kind === 'index' ? document.manifests.filter((entry) => !known.has(entry.digest)) : [];
    if (missing.length === 0) continue;
    const message = `the index ${digest} lists ${missing.length} manifests that could not be looked at, ${missing[0]?.digest ?? ''} for one`;
    throw new SigningError('SIGNING_SUBJECT_UNKNOWN', message, {
      subject: name,
      remedy: 'Sign the index alone with --only index, or sign its images one by one.',
    });
  }
}

/** Whether evidence is in the form that is wanted, and found where that form is looked for. */
function isIn({ format, places }: Evidence, form: Form): boolean {
  if (form === 'bundle') return format === 'sigstore-bundle';
  const isCosign = format === 'cosign-signature' || format === 'cosign-attestation';
  return isCosign && places.some((place) => (place === 'cosign-tag') === (form === 'cosign-tag'));
}

function existingFor(
  subject: Digest,
  meaning: Meaning,
  outcomes: readonly EvidenceOutcome[],
  { form, signer }: PlanOptions,
): Digest | null {
  const found = outcomes
    .filter(({ evidence }) => isIn(evidence, form))
    .flatMap(({ endorsements }) => endorsements)
    .find(
      (one) =>
        one.subject === subject && one.through.length === 0 && saysEnough(one, meaning) && isBy(one, signer),
    );
  return found?.evidence ?? null;
}

const saysEnough = (one: Endorsement, wanted: Meaning): boolean =>
  saysTheSame(one, wanted) ||
  (wanted.kind === 'attestation' && one.statement !== null && wanted.isEnough?.(one.statement) === true);

/** Whether an endorsement says what is to be said. */
export function saysTheSame({ meaning, statement }: Endorsement, wanted: Meaning): boolean {
  if (wanted.kind === 'signature') return meaning === 'signature';
  const { type, value } = wanted.predicate;
  return (
    meaning === 'attestation' &&
    statement?.predicateType === type &&
    JSON.stringify(statement.predicate) === JSON.stringify(value)
  );
}

/** Whether an endorsement is by the signer. */
export function isBy({ signer }: Endorsement, expected: ExpectedSigner): boolean {
  if (expected.kind === 'key') return signer.kind === 'key' && signer.keyId === expected.keyId;
  return signer.kind === 'certificate' && expected.subject !== null && isExpected(signer.identity, expected);
}

/** Whether a certificate names whom the token named; where the subject is not known before, the issuer. */
export function isExpected(
  { issuer, subject }: CertificateIdentity,
  expected: Extract<ExpectedSigner, { kind: 'certificate' }>,
): boolean {
  const isIssuer = issuer !== null && expected.issuers.includes(issuer);
  return isIssuer && (expected.subject === null || expected.subject === subject.value);
}
